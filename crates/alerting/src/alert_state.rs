//! What is remembered of alerts between two steps, and how that is kept.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use journal::stream::ALERTS;
use journal::{Draft, Journal, WriteGuard, WriteSet};
use kpi::alert::{Condition, Machine};
use storage::stored_state::ALERT_MACHINE;
use storage::{Document, ExpectedVersion, Store, StoreError};

/// What is remembered of alerts.
pub struct AlertState {
    machine: Arc<Mutex<Machine>>,
    /// The version of the document that holds it; 0 before the first.
    version: Arc<AtomicI64>,
    /// How everything stood at the latest step.
    conditions: Arc<Mutex<Arc<Vec<Condition>>>>,
}

impl AlertState {
    /// Reads the machine as it was when it was last kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store, or the machine in it, can't be read: a new one would forget what people acknowledged and
    /// were told.
    pub(crate) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let (machine, version) = match store.stored_document(ALERT_MACHINE.name).await? {
            None => (Machine::default(), 0),
            Some(stored) => (ALERT_MACHINE.read(&stored.document)?, stored.version),
        };
        let version = Arc::new(AtomicI64::new(version));
        Ok(Self { machine: Arc::new(Mutex::new(machine)), version, conditions: Arc::default() })
    }

    /// The machine now.
    pub fn machine(&self) -> Machine {
        self.lock().clone()
    }

    /// How everything that can raise an alert stood at the latest step.
    pub fn conditions(&self) -> Arc<Vec<Condition>> {
        Arc::clone(&self.conditions.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn put_conditions(&self, conditions: Arc<Vec<Condition>>) {
        *self.conditions.lock().unwrap_or_else(PoisonError::into_inner) = conditions;
    }

    /// Replaces the machine.
    pub(crate) fn put(&self, machine: Machine) {
        *self.lock() = machine;
    }

    /// Replaces the machine by that of another one.
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

    /// Keeps a new machine with what comes of it, if the kept one is still that which it was made of; else the kept one is taken
    /// over, and the next change begins with it.
    ///
    /// # Errors
    /// [`StoreError`] where it was not kept.
    pub(crate) async fn keep(
        &self,
        journal: &Journal,
        guard: WriteGuard,
        changes: WriteSet,
        machine: Machine,
    ) -> Result<(), StoreError> {
        let expected =
            ExpectedVersion { name: ALERT_MACHINE.name.to_owned(), version: self.version.load(Ordering::Acquire) };
        let changes = WriteSet { expected: vec![expected], ..changes };
        let kept = journal.commit(guard, changes, self.put_later(machine)).await;
        if matches!(kept, Err(StoreError::Conflict { .. })) {
            self.take_over(&Self::load(journal.store().as_ref()).await?);
        }
        kept
    }

    // The machine is replaced in one step, so a thread that died while it held the lock left it whole.
    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn event_draft(event: &kpi::alert::Event, now_ms: i64) -> Result<Draft, StoreError> {
    Draft::new(ALERTS, event.transition.name(), &event.key.to_string(), event.person.as_deref(), now_ms, event)
        .map_err(unwritable)
}

pub(crate) fn machine_document(machine: &Machine, now_ms: i64) -> Result<Document, StoreError> {
    ALERT_MACHINE.document("", machine, now_ms)
}

/// What can't be written must stop the whole change: a notification without the state behind it would be told again.
fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Failed { operation: "write the state of the alerts", source: Box::new(error) }
}
