//! Setting baselines, with a reason.

use journal::stream::BASELINES;
use journal::text::{TextError, required};
use journal::{Draft, Journal};
use kpi::value::{self, Input};
use storage::StoreError;
use thiserror::Error;

use crate::baseline::{BaselineSet, Body};
use crate::effective_config::{SharedConfig, in_force};

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

/// Baselines that people set.
pub struct Baselines {
    journal: Journal,
    config: SharedConfig,
}

impl Baselines {
    pub(crate) fn new(journal: Journal, config: SharedConfig) -> Self {
        Self { journal, config }
    }

    /// Sets the baseline of a KPI from now on; `written` is a value as a check-in takes it, `40 ms`.
    ///
    /// # Errors
    /// [`BaselineError`]; nothing is changed then.
    pub async fn set(
        &self,
        kpi_id: &str,
        written: &str,
        person: &str,
        reason: &str,
    ) -> Result<BaselineSet, BaselineError> {
        let person = required("person", person)?;
        let reason = required("reason", reason)?;
        let guard = self.journal.write_guard().await;
        let catalogue = in_force(&self.config).catalogue();
        let (_, kpi) = catalogue.kpi(kpi_id).ok_or_else(|| BaselineError::UnknownKpi(kpi_id.to_owned()))?;
        if !kpi.needs_baseline() {
            return Err(BaselineError::NotRelative(kpi.name.clone()));
        }
        let value = value::read(kpi, Input::Text(written.trim()), None)
            .map_err(|error| BaselineError::Value(error.to_string()))?;
        let body = Body { value, written: written.trim().to_owned(), reason };
        let draft = Draft::new(BASELINES, "baseline", &kpi.id, Some(&person), self.journal.now_ms(), &body)
            .map_err(|error| BaselineError::Value(error.to_string()))?;
        let entry = self.journal.append(guard, draft).await?;
        BaselineSet::read(&entry).map_err(BaselineError::Value)
    }
}
