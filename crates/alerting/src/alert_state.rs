//! What is remembered of alerts between two steps, and how that is kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use journal::Draft;
use journal::stream::ALERTS;
use kpi::alert::{Condition, Machine};
use storage::{Document, Store, StoreError};

/// The name of the document that holds the machine.
const MACHINE: &str = "alert-machine";

/// What is remembered of alerts.
pub struct AlertState {
    machine: Arc<Mutex<Machine>>,
    /// How everything stood at the latest step.
    conditions: Arc<Mutex<Arc<Vec<Condition>>>>,
}

impl AlertState {
    /// Reads the machine as it was when it was last kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read. A machine that this program can't read is logged, and a new one
    /// begins: it would fire what fires, once.
    pub(crate) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let machine = match store.document(MACHINE).await? {
            None => Machine::default(),
            Some(document) => serde_json::from_str(&document.body_json).unwrap_or_else(|error| {
                tracing::error!(%error, "the state of the alerts can't be read; a new one begins");
                Machine::default()
            }),
        };
        Ok(Self { machine: Arc::new(Mutex::new(machine)), conditions: Arc::default() })
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
    }

    /// Replaces the machine by one that is made of it.
    pub(crate) fn replace(&self, change: impl FnOnce(&Machine) -> Machine) {
        let mut machine = self.lock();
        *machine = change(&machine);
    }

    /// Replaces the machine later, once it is kept.
    pub(crate) fn put_later(&self, machine: Machine) -> impl FnOnce() + Send + use<> {
        let state = Self { machine: Arc::clone(&self.machine), conditions: Arc::clone(&self.conditions) };
        move || state.put(machine)
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
    let body_json = serde_json::to_string(machine).map_err(unwritable)?;
    Ok(Document { name: MACHINE.to_owned(), body_json, changed_ms: now_ms })
}

/// What can't be written must stop the whole change: a notification without the state behind it would be told again.
fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Failed { operation: "write the state of the alerts", source: Box::new(error) }
}
