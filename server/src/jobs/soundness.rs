//! Keeps what was written last in a file beside the store, compares both at the start, and looks at the whole store from time to time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use service::Dashboard;
use service::verification::{Pace, Verification, verify};
use storage::Store;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::Leadership;
use crate::cli::{Data, Serve};
use crate::commands::Failure;
use crate::settings::{self, last_known};

/// How often it is looked whether something was written: the file is at most a second behind.
const EVERY: Duration = Duration::from_millis(500);
/// How long the first look waits after a start without an earlier one.
const FIRST_MS: i64 = 10 * 60_000;
const HOUR_MS: f64 = 3_600_000.0;
/// How long a look rests after every page, so that it takes a small share of the disk and of one processor.
const REST: Duration = Duration::from_millis(20);

/// What an earlier run of the program has left.
#[derive(Default)]
pub struct Left {
    findings: Vec<service::last_known::Finding>,
    verification: Option<Verification>,
    /// What was found just now.
    found: Option<String>,
}

/// Compares the store with what was written last, before anything is written.
///
/// # Errors
/// [`Failure`] where the store can't be read.
pub async fn compare(data: &Data, store: &dyn Store) -> Result<Left, Failure> {
    match last_known::read(data).await {
        Ok(None) => Ok(Left::default()),
        Ok(Some(known)) => {
            let found = known.compare(store).await.map_err(Failure::store)?;
            Ok(Left { findings: known.findings, verification: known.verification, found })
        }
        Err(error) => {
            let found = format!(
                "What was written last is not known, so nothing says whether the database has lost its end: {error}"
            );
            Ok(Left { found: Some(found), ..Left::default() })
        }
    }
}

/// Takes over what was left, and tells what was found.
pub fn take_over(dashboard: &Dashboard, left: Left) {
    dashboard.store_watch.remember(left.findings, left.verification);
    if let Some(text) = left.found {
        dashboard.store_watch.find(dashboard.now_ms(), text);
    }
}

/// Starts both: the file, and the look at the whole store.
pub fn keep_sound(dashboard: &Arc<Dashboard>, command: &Serve, stop: &watch::Receiver<bool>) -> [JoinHandle<()>; 2] {
    let data = &command.data;
    let hours = command.verifying.hours;
    [
        tokio::spawn(keep_last_known(Arc::clone(dashboard), data.clone(), stop.clone())),
        tokio::spawn(keep_verifying(Arc::clone(dashboard), data.clone(), hours, stop.clone())),
    ]
}

/// Writes the file until the server stops.
async fn keep_last_known(dashboard: Arc<Dashboard>, data: Data, mut stop: watch::Receiver<bool>) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            _ = clock.tick() => write_last_known(&dashboard, &data).await,
        }
    }
}

/// Writes the file if something is new.
pub async fn write_last_known(dashboard: &Dashboard, data: &Data) {
    // A store that does not answer is told elsewhere; there is nothing new to write then.
    let Ok(latest) = dashboard.store().latest().await else { return };
    let now_ms = dashboard.now_ms();
    let Some(known) = dashboard.store_watch.to_write(&latest, now_ms) else { return };
    let file = last_known::file(data);
    let outcome = tokio::task::spawn_blocking(move || {
        let bytes = known.to_bytes().map_err(|error| error.to_string())?;
        last_known::write(&file, &bytes).map_err(|error| format!("{}: {error}", file.display()))
    })
    .await
    .unwrap_or_else(|error| Err(error.to_string()));
    dashboard.store_watch.written(latest, now_ms, outcome);
}

/// Rests after every page, and ends with the server.
struct Gently(watch::Receiver<bool>);

#[async_trait]
impl Pace for Gently {
    async fn turn(&self) -> bool {
        tokio::time::sleep(REST).await;
        !*self.0.borrow()
    }
}

/// Looks at the whole store that often until the server stops; never where `hours` is 0.
async fn keep_verifying(dashboard: Arc<Dashboard>, data: Data, hours: f64, mut stop: watch::Receiver<bool>) {
    let every_ms = hours * HOUR_MS;
    if !every_ms.is_finite() || every_ms < 1.0 {
        return;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a cast to an integer keeps to its limits")]
    let every_ms = every_ms as i64;
    let mut leadership = Leadership::of(&dashboard, "verification");
    let last_ms = dashboard.store_watch.soundness().verification.map(|verification| verification.finished_ms);
    let begins_ms = dashboard.now_ms();
    // A look that was due while the server was down waits as long as a first one: there is enough to do at a start.
    let first_ms = begins_ms.saturating_add(FIRST_MS.min(every_ms));
    let mut due_ms = last_ms.map_or(first_ms, |last_ms| {
        last_ms.saturating_add(every_ms).clamp(first_ms, begins_ms.saturating_add(every_ms).max(first_ms))
    });
    loop {
        let wait_ms = u64::try_from(due_ms.saturating_sub(dashboard.now_ms())).unwrap_or_default();
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
        }
        if !leadership.leads().await {
            due_ms = dashboard.now_ms().saturating_add(every_ms);
            continue;
        }
        match look(&dashboard, &data, stop.clone()).await {
            Ok(Some(verification)) => dashboard.store_watch.verified(verification),
            Ok(None) => return,
            Err(error) => tracing::error!(%error, "the whole store could not be looked at; tried again at its time"),
        }
        due_ms = dashboard.now_ms().saturating_add(every_ms);
    }
}

/// On a connection of its own and in a thread of its own: nobody who reads or writes waits for it, nor does the server's end.
async fn look(
    dashboard: &Dashboard,
    data: &Data,
    mut stop: watch::Receiver<bool>,
) -> Result<Option<Verification>, Failure> {
    let started_ms = dashboard.now_ms();
    let store = settings::open_store_to_read(data).await?;
    let runtime = tokio::runtime::Handle::current();
    let pace = Gently(stop.clone());
    let looking = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let found = verify(store.as_ref(), &pace).await;
            store.close().await;
            found
        })
    });
    let found = tokio::select! {
        _ = stop.changed() => return Ok(None),
        found = looking => found.map_err(|error| Failure::usage(error.to_string()))?.map_err(Failure::store)?,
    };
    Ok(found.map(|found| Verification { started_ms, finished_ms: dashboard.now_ms(), ..found }))
}
