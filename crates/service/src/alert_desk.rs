//! The alert machine at work: stepped when something changes and by the clock, kept with its events and notifications in
//! one transaction.

mod messages;
mod take;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kpi::alert::{Condition, Machine, Quiet, conditions, step};
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Evaluation, evaluate_one};
use storage::stored_state::ALERT_MACHINE;
use storage::{Document, ExpectedVersion, Store, StoreError};

use crate::dashboard::Dashboard;
use crate::instant;
use crate::journal::{ALERTS, Changes, Draft, WriteGuard};
use crate::read_workers::{Urgency, give_way};
use crate::series::SeriesMemory;
use crate::snapshot::Snapshot;

pub use take::TakeError;

/// How many refused deliveries in a row make a source failing: one may be a slip.
const FAILING_AFTER: usize = 3;

/// How old a snapshot may be that alerts are stepped with: they are stepped every few seconds.
const MOST_AGE_MS: i64 = 10_000;

/// What is remembered of alerts.
pub(crate) struct AlertDesk {
    machine: Arc<Mutex<Machine>>,
    /// The version of the document that holds it; 0 before the first.
    version: Arc<AtomicI64>,
    /// How everything stood at the latest step.
    conditions: Arc<Mutex<Arc<Vec<Condition>>>>,
}

impl AlertDesk {
    /// Reads the machine as it was when it was last kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store, or the machine in it, can't be read: a new one would forget what people took and were told.
    pub(crate) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let (machine, version) = match store.stored_document(ALERT_MACHINE.name).await? {
            None => (Machine::default(), 0),
            Some(stored) => (ALERT_MACHINE.read(&stored.document)?, stored.version),
        };
        let version = Arc::new(AtomicI64::new(version));
        Ok(Self { machine: Arc::new(Mutex::new(machine)), version, conditions: Arc::default() })
    }

    /// The machine now.
    pub(crate) fn machine(&self) -> Machine {
        self.lock().clone()
    }

    /// How everything that can raise an alert stood at the latest step.
    pub(crate) fn conditions(&self) -> Arc<Vec<Condition>> {
        Arc::clone(&self.conditions.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put_conditions(&self, conditions: Arc<Vec<Condition>>) {
        *self.conditions.lock().unwrap_or_else(PoisonError::into_inner) = conditions;
    }

    /// Replaces the machine.
    fn put(&self, machine: Machine) {
        *self.lock() = machine;
    }

    /// Replaces the machine by that of another desk.
    pub(crate) fn take_over(&self, other: &Self) {
        self.put(other.machine());
        self.version.store(other.version.load(Ordering::Acquire), Ordering::Release);
    }

    /// Replaces the machine by one that is made of it.
    pub(crate) fn replace(&self, change: impl FnOnce(&Machine) -> Machine) {
        let mut machine = self.lock();
        *machine = change(&machine);
    }

    /// Replaces the machine later, once it is kept.
    fn put_later(&self, machine: Machine) -> impl FnOnce() + Send + use<> {
        let (held, version) = (Arc::clone(&self.machine), Arc::clone(&self.version));
        move || {
            *held.lock().unwrap_or_else(PoisonError::into_inner) = machine;
            version.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Of which version the kept machine must be for the next one to take its place.
    fn expected(&self) -> ExpectedVersion {
        ExpectedVersion { name: ALERT_MACHINE.name.to_owned(), version: self.version.load(Ordering::Acquire) }
    }

    // The machine is replaced in one step, so a thread that died while it held the lock left it whole.
    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dashboard {
    /// Steps the alerts to now and keeps what became of them together with the notifications. Returns whether something
    /// was told.
    ///
    /// # Errors
    /// [`StoreError`] where it could not be kept; then nothing has changed, and the next step tells it.
    pub async fn step_alerts(&self) -> Result<bool, StoreError> {
        self.set_alerts_back();
        let now_ms = self.alert_desk.machine().instant_ms(self.now_ms());
        let catalogue = self.catalogue();
        // Before the guard is taken, so that recording does not wait for it. What is recorded in between brings the next step.
        let conditions = self.alert_conditions(&catalogue, now_ms).await?;
        self.alert_desk.put_conditions(Arc::clone(&conditions));
        let guard = self.write_guard().await;
        let machine = self.alert_desk.machine();
        let silences = self.effective_config().silences.clone();
        let quiet = Quiet { silences: &silences, maintenance: &catalogue.maintenance };
        let stepped = step(&machine, &catalogue.policy, &quiet, &conditions, now_ms);
        let told = !stepped.notifications.is_empty();
        if stepped.events.is_empty() && !told && same_but_for_time(&machine, &stepped.machine) {
            self.alert_desk.put(stepped.machine);
            return Ok(false);
        }
        let messages = self.messages_of(&catalogue, &stepped.notifications, now_ms);
        let changes = Changes {
            entries: stepped.events.iter().map(|event| event_draft(event, now_ms)).collect::<Result<_, _>>()?,
            documents: vec![machine_document(&stepped.machine, now_ms)?],
            messages,
            expected: vec![self.alert_desk.expected()],
        };
        self.keep_alerts(guard, changes, stepped.machine).await?;
        Ok(told)
    }

    /// Keeps a new machine with what comes of it, if the kept one is still that which it was made of; else the kept one is taken
    /// over, and the next step begins with it.
    async fn keep_alerts(&self, guard: WriteGuard, changes: Changes, machine: Machine) -> Result<(), StoreError> {
        let kept = self.commit(guard, changes, self.alert_desk.put_later(machine)).await;
        if matches!(kept, Err(StoreError::Conflict { .. })) {
            self.alert_desk.take_over(&AlertDesk::load(self.store.as_ref()).await?);
        }
        kept
    }

    /// How everything that can raise an alert stands; computed before everything that readers ask for.
    async fn alert_conditions(
        &self,
        catalogue: &Arc<Catalogue>,
        now_ms: i64,
    ) -> Result<Arc<Vec<Condition>>, StoreError> {
        let snapshots = Arc::clone(&self.snapshots);
        let (shared, series) = (Arc::clone(catalogue), self.read_series());
        let work = async move {
            let snapshot = snapshots.now().await?;
            let evaluation = if fits(&snapshot, &shared, now_ms) {
                snapshot.evaluation.clone()
            } else {
                evaluated(&shared, &series, now_ms).await?
            };
            give_way().await;
            let budgets = series.ask(|source| kpi::budget::budgets(&shared, source, now_ms)).await?;
            Ok::<_, StoreError>((evaluation, budgets))
        };
        let (evaluation, budgets) = self.read_workers.run(Urgency::Duty, work).await?;
        let mut conditions = conditions(catalogue, &evaluation, &budgets);
        let failing = self.source_health.failing();
        let machine = self.alert_desk.machine();
        for source in failing.iter().filter(|source| source.refused >= FAILING_AFTER) {
            let text = format!(
                "{} deliveries in a row were refused since {}; the last because {}.",
                source.refused,
                instant::long(source.since_ms),
                source.reason
            );
            conditions.push(Condition::source(&source.source, "", Some(&text)));
        }
        // What fires about a source that delivers again has to be told that it does.
        for key in machine.states.keys().filter(|key| key.kind == kpi::alert::Kind::Source) {
            if !failing.iter().any(|source| source.refused >= FAILING_AFTER && source.source == key.kpi) {
                conditions.push(Condition::source(&key.kpi, "", None));
            }
        }
        self.add_clock_condition(&mut conditions);
        Ok(Arc::new(conditions))
    }

    /// The alerts as they were last stepped.
    pub fn alert_machine(&self) -> Machine {
        self.alert_desk.machine()
    }
}

/// Whether a snapshot of now says how everything stands at an instant: it is of no other catalogue and of about then.
fn fits(snapshot: &Snapshot, catalogue: &Arc<Catalogue>, now_ms: i64) -> bool {
    let age_ms = now_ms.saturating_sub(snapshot.evaluation.instant_ms);
    Arc::ptr_eq(&snapshot.catalogue, catalogue) && age_ms.abs() < MOST_AGE_MS
}

async fn evaluated(catalogue: &Catalogue, series: &SeriesMemory, instant_ms: i64) -> Result<Evaluation, StoreError> {
    let mut statuses = Vec::with_capacity(catalogue.kpis.len());
    for position in 0..catalogue.kpis.len() {
        statuses.extend(series.ask(|source| evaluate_one(catalogue, position, source, instant_ms)).await?);
        give_way().await;
    }
    Ok(Evaluation { instant_ms, statuses })
}

fn same_but_for_time(before: &Machine, after: &Machine) -> bool {
    before.states == after.states && before.told == after.told && before.started_ms == after.started_ms
}

fn event_draft(event: &kpi::alert::Event, now_ms: i64) -> Result<Draft, StoreError> {
    Draft::new(ALERTS, event.transition.name(), &event.key.to_string(), event.person.as_deref(), now_ms, event)
        .map_err(unwritable)
}

fn machine_document(machine: &Machine, now_ms: i64) -> Result<Document, StoreError> {
    ALERT_MACHINE.document("", machine, now_ms)
}

/// What can't be written must stop the whole change: a notification without the state behind it would be told again.
fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Failed { operation: "write the state of the alerts", source: Box::new(error) }
}
