//! How the server stops: told once it ends what is under way, told twice it hurries; nothing holds it up for ever.

use std::time::Duration;

use service::Dashboard;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::cli::Data;
use crate::jobs::write_last_known;

/// How long the work beside the answers may take beyond the time of the answers.
const GRACE: Duration = Duration::from_secs(6);
/// How long the database may take to close.
const CLOSING: Duration = Duration::from_secs(5);

/// The ways in which a process is told to stop.
pub struct Signals {
    #[cfg(unix)]
    kinds: Option<[tokio::signal::unix::Signal; 2]>,
}

impl Signals {
    /// Listens from now on: until then a signal ends the process at once.
    pub fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let kinds = signal(SignalKind::terminate())
                .and_then(|terminate| Ok([terminate, signal(SignalKind::interrupt())?]))
                .inspect_err(|error| tracing::warn!(%error, "signals end this process at once"));
            Self { kinds: kinds.ok() }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Waits for the next one. Without a way to be told, the server runs until it is killed.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        match &mut self.kinds {
            Some([terminate, interrupt]) => tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} },
            None => std::future::pending().await,
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Ends the work beside the answers, keeps what is in memory, and closes the store. What takes too long is broken off: it
/// is found again at the next start, as after a crash.
pub async fn finish(dashboard: &Dashboard, work: Vec<(&'static str, JoinHandle<()>)>, data: &Data) {
    let end = Instant::now() + GRACE;
    for (name, mut task) in work {
        match timeout_at(end, &mut task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(name, %error, "work beside the answers ended badly"),
            Err(_) => {
                task.abort();
                tracing::error!(name, "work beside the answers took too long and was broken off");
            }
        }
    }
    match timeout_at(end, dashboard.close_samples()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "samples stay in their payloads and are read again at the next start");
        }
        Err(_) => tracing::warn!("samples stay in their payloads and are read again at the next start: time is up"),
    }
    // Where it takes too long, the file knows less than the store, as after a crash.
    let _ = timeout(CLOSING, write_last_known(dashboard, data)).await;
    if timeout(CLOSING, dashboard.store().close()).await.is_err() {
        tracing::error!("the database did not close in time; what was acknowledged is in it");
    }
}
