//! People take alerts and give them back.

use thiserror::Error;

use super::key::Key;
use super::machine::{Acknowledgement, Event, Firing, Machine, State, Transition};

/// Why an alert can't be acknowledged, or given back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AcknowledgeError {
    /// It does not fire.
    #[error("the alert {0} does not fire")]
    NotFiring(Key),
    /// Somebody took it already.
    #[error("{person} has acknowledged the alert {key} already")]
    Taken {
        /// The alert.
        key: Key,
        /// Who.
        person: String,
    },
    /// Nobody took it.
    #[error("nobody has acknowledged the alert {0}")]
    NotTaken(Key),
}

/// The machine after a person took a firing alert: it is no longer repeated, and no longer escalates.
///
/// # Errors
/// The alert does not fire, or somebody took it already.
pub fn acknowledge(
    machine: &Machine,
    key: &Key,
    person: &str,
    note: &str,
    now_ms: i64,
) -> Result<(Machine, Event), AcknowledgeError> {
    let time_ms = machine.instant_ms(now_ms);
    change(machine, key, Transition::Acknowledged, person, note, time_ms, |firing| match &firing.acknowledged {
        Some(by) => Err(AcknowledgeError::Taken { key: key.clone(), person: by.person.clone() }),
        None => Ok(Some(Acknowledgement { person: person.to_owned(), time_ms, note: note.to_owned() })),
    })
}

/// The machine after a person gave an acknowledged alert back.
///
/// # Errors
/// The alert does not fire, or nobody took it.
pub fn unacknowledge(
    machine: &Machine,
    key: &Key,
    person: &str,
    note: &str,
    now_ms: i64,
) -> Result<(Machine, Event), AcknowledgeError> {
    let time_ms = machine.instant_ms(now_ms);
    change(machine, key, Transition::Unacknowledged, person, note, time_ms, |firing| match firing.acknowledged {
        Some(_) => Ok(None),
        None => Err(AcknowledgeError::NotTaken(key.clone())),
    })
}

fn change(
    machine: &Machine,
    key: &Key,
    transition: Transition,
    person: &str,
    note: &str,
    time_ms: i64,
    decide: impl FnOnce(&Firing) -> Result<Option<Acknowledgement>, AcknowledgeError>,
) -> Result<(Machine, Event), AcknowledgeError> {
    let mut next = machine.clone();
    let Some(State::Firing(firing)) = next.states.get_mut(key) else {
        return Err(AcknowledgeError::NotFiring(key.clone()));
    };
    firing.acknowledged = decide(firing)?;
    let event = Event {
        time_ms,
        key: key.clone(),
        transition,
        severity: firing.severity,
        text: note.to_owned(),
        attainment: None,
        person: Some(person.to_owned()),
    };
    Ok((next, event))
}
