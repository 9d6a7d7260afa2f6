//! The right to do one kind of work that only one process may do at a time. Where one process has the store to itself, it always has
//! it.

use std::sync::Arc;
use std::time::Duration;

use service::Dashboard;
use storage::Lease;
use tokio::sync::watch;
use tokio::time::Instant;

/// For how long it is taken: if this process ends without a word, another one goes on after that.
const DURATION: Duration = Duration::from_secs(15);
/// How old a lease becomes before it is asked for again.
const RENEWAL: Duration = Duration::from_secs(4);

/// Who does that work.
pub struct Leadership {
    dashboard: Arc<Dashboard>,
    work: &'static str,
    held: Option<(Lease, Instant)>,
    is_taken: bool,
    asked: Option<Instant>,
}

impl Leadership {
    /// Of a kind of work, not yet held.
    pub fn of(dashboard: &Arc<Dashboard>, work: &'static str) -> Self {
        Self { dashboard: Arc::clone(dashboard), work, held: None, is_taken: false, asked: None }
    }

    /// Whether this process may do the work now.
    pub async fn leads(&mut self) -> bool {
        let asked = Instant::now();
        if self.asked.is_none_or(|before| asked.duration_since(before) >= RENEWAL) {
            self.asked = Some(asked);
            self.ask(asked).await;
        }
        // Counted from before the question, so that it is over here before it is over there.
        self.held.as_ref().is_some_and(|(_, since)| since.elapsed() < DURATION)
    }

    async fn ask(&mut self, asked: Instant) {
        let duration_ms = i64::try_from(DURATION.as_millis()).unwrap_or(i64::MAX);
        let node = self.dashboard.settings().node();
        match self.dashboard.store().take_lease(self.work, node, duration_ms).await {
            Ok(Some(lease)) => {
                if self.held.as_ref().is_none_or(|(held, _)| held.epoch != lease.epoch) {
                    tracing::debug!(work = self.work, epoch = lease.epoch, "this process does it from here on");
                }
                self.held = Some((lease, asked));
                self.is_taken = false;
            }
            Ok(None) => {
                self.is_taken = true;
                if self.held.take().is_some() {
                    tracing::warn!(work = self.work, "another process does it from here on");
                }
            }
            // What is held is held until its time is over; whoever watches the writes tells what is wrong with the database.
            Err(error) => tracing::debug!(
                work = self.work,
                error = &error as &dyn std::error::Error,
                "who does it could not be asked"
            ),
        }
    }

    /// Waits until this process may do the work; `false` where the server stops before.
    pub async fn gained(&mut self, stop: &mut watch::Receiver<bool>) -> bool {
        while !*stop.borrow() {
            if self.leads().await {
                return true;
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(RENEWAL) => {}
            }
        }
        false
    }

    /// Goes on holding it, and returns when another process has it. A database that does not answer takes nothing away: nobody
    /// else can have taken it over meanwhile without this process being told once it answers again.
    pub async fn lost(&mut self) {
        loop {
            // Asked for its sake; what it says matters only where somebody else has it.
            let _ = self.leads().await;
            if self.is_taken {
                return;
            }
            tokio::time::sleep(RENEWAL).await;
        }
    }

    /// Lets others do it.
    pub async fn release(mut self) {
        if let Some((lease, _)) = self.held.take()
            && let Err(error) = self.dashboard.store().release_lease(&lease).await
        {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a lease could not be given back; it ends by itself"
            );
        }
    }
}
