//! Baselines that people set, with a reason.

use kpi::value::{self, Input};
use serde::{Deserialize, Serialize};
use storage::{JournalEntry, StoreError};
use thiserror::Error;

use crate::dashboard::Dashboard;
use crate::journal::{BASELINES, Draft};
use crate::text::{TextError, required};

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

#[derive(Serialize, Deserialize)]
struct Body {
    value: f64,
    written: String,
    reason: String,
}

/// Why a baseline was not set.
#[derive(Debug, Error)]
pub enum BaselineError {
    /// The catalogue has no such KPI.
    #[error("no KPI has the id \"{0}\"")]
    UnknownKpi(String),
    /// The KPI's targets are not relative to a baseline.
    #[error("the targets of {0} are not relative to a baseline")]
    NotRelative(String),
    /// The value can't be read.
    #[error("{0}")]
    Value(String),
    /// A text is missing or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error("the store did not keep the baseline")]
    Store(#[from] StoreError),
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

impl Dashboard {
    /// Sets the baseline of a KPI from now on; `written` is a value as a check-in takes it, `40 ms`.
    ///
    /// # Errors
    /// [`BaselineError`]; nothing is changed then.
    pub async fn set_baseline(
        &self,
        kpi_id: &str,
        written: &str,
        person: &str,
        reason: &str,
    ) -> Result<BaselineSet, BaselineError> {
        let person = required("person", person)?;
        let reason = required("reason", reason)?;
        let guard = self.write_guard().await;
        let catalogue = self.catalogue();
        let (_, kpi) = catalogue.kpi(kpi_id).ok_or_else(|| BaselineError::UnknownKpi(kpi_id.to_owned()))?;
        if !kpi.needs_baseline() {
            return Err(BaselineError::NotRelative(kpi.name.clone()));
        }
        let value = value::read(kpi, Input::Text(written.trim()), None)
            .map_err(|error| BaselineError::Value(error.to_string()))?;
        let body = Body { value, written: written.trim().to_owned(), reason };
        let draft = Draft::new(BASELINES, "baseline", &kpi.id, Some(&person), self.now_ms(), &body)
            .map_err(|error| BaselineError::Value(error.to_string()))?;
        let entry = self.append(guard, draft).await?;
        BaselineSet::read(&entry).map_err(BaselineError::Value)
    }
}
