//! What is known of the store's soundness, and that somebody knows it.

use axum::Json;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use service::instant::iso;
use service::store_watch::{AcknowledgeError, Soundness};
use utoipa::ToSchema;

use super::json::Sent;
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

/// What is known of the store.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreReport {
    /// What was found at a start and is not acknowledged.
    findings: Vec<FindingReport>,
    /// The last look at the whole store; `null` before the first.
    verification: Option<VerificationReport>,
    /// When the file that knows what was written last was written.
    last_known_written: Option<String>,
    /// Why it can't be written.
    last_known_failure: Option<String>,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingReport {
    /// When.
    found: String,
    /// What.
    text: String,
}

/// A look at the whole store.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationReport {
    /// When it began.
    started: String,
    /// When it ended.
    finished: String,
    /// How many rows were looked at.
    rows: u64,
    /// How many of them have no checksum, because an older version of the program wrote them.
    without_checksum: u64,
    /// How many damages were found.
    damage_count: u64,
    /// The damages, at most a thousand of them.
    damages: Vec<DamageReport>,
}

/// Something that is not what was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct DamageReport {
    /// The table; `database` for what the database says of its files.
    table: String,
    /// Which row.
    row: String,
    /// What is wrong.
    problem: String,
    /// What that affects; empty where it is not known.
    affects: String,
}

/// Who knows of it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Acknowledgement {
    /// The name.
    person: String,
}

/// How many findings are told no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcknowledgedReport {
    /// How many.
    acknowledged: usize,
}

impl From<Soundness> for StoreReport {
    fn from(known: Soundness) -> Self {
        let finding = |it: service::last_known::Finding| FindingReport { found: iso(it.found_ms), text: it.text };
        let damage = |it: service::verification::Damage| DamageReport {
            table: it.table,
            row: it.row,
            problem: it.problem,
            affects: it.affects,
        };
        Self {
            findings: known.findings.into_iter().map(finding).collect(),
            verification: known.verification.map(|it| VerificationReport {
                started: iso(it.started_ms),
                finished: iso(it.finished_ms),
                rows: it.rows(),
                without_checksum: it.without_checksum(),
                damage_count: it.damage_count,
                damages: it.damages.into_iter().map(damage).collect(),
            }),
            last_known_written: known.written_ms.map(iso),
            last_known_failure: known.failure,
        }
    }
}

impl From<AcknowledgeError> for Problem {
    fn from(error: AcknowledgeError) -> Self {
        match error {
            AcknowledgeError::Nothing => {
                Self::new(StatusCode::CONFLICT, "nothing-found", "There is nothing to acknowledge")
                    .detail(error.to_string())
            }
            AcknowledgeError::Text(error) => error.into(),
            AcknowledgeError::Store(error) => Self::store(&error),
        }
    }
}

/// What is known of the store's soundness: what was found at the start, and the last look at all of it.
#[utoipa::path(get, path = "/api/v1/store", responses((status = 200, body = StoreReport)))]
pub async fn get_store(_: Needs<Read>, Extracted(state): Extracted<State>) -> Json<StoreReport> {
    Json(state.dashboard.store_watch.soundness().into())
}

/// Say that what was found is known: it is told no more, and the journal keeps who said so.
#[utoipa::path(
    post,
    path = "/api/v1/store/acknowledge",
    request_body = Acknowledgement,
    responses(
        (status = 200, body = AcknowledgedReport),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_acknowledge(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    Sent(sent): Sent<Acknowledgement>,
) -> Result<Json<AcknowledgedReport>, Problem> {
    let acknowledged = state.dashboard.acknowledge_findings(&sent.person).await?;
    Ok(Json(AcknowledgedReport { acknowledged }))
}
