//! A baseline that a person set, as the journal keeps it.

use serde::{Deserialize, Serialize};
use storage::JournalEntry;

/// A baseline that a person set.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselineSet {
    /// The KPI's id.
    pub kpi: String,
    /// The baseline in the base unit of the KPI's dimension.
    pub value: f64,
    /// From when on it counts, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Who set it.
    pub person: String,
    /// Why.
    pub reason: String,
}

/// The body of an entry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) value: f64,
    pub(crate) written: String,
    pub(crate) reason: String,
}

impl BaselineSet {
    pub(crate) fn read(entry: &JournalEntry) -> Result<Self, String> {
        let body: Body = serde_json::from_str(&entry.body_json).map_err(|error| error.to_string())?;
        Ok(Self {
            kpi: entry.subject.clone(),
            value: body.value,
            time_ms: entry.time_ms,
            person: entry.person.clone().unwrap_or_default(),
            reason: body.reason,
        })
    }
}
