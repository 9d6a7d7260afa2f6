//! Tables of other programs: how a source's are read, and the way in for them.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::table::TableMapping;
use kpi::point::Origin;
use serde::{Deserialize, Serialize};
use service::instant::iso;
use service::mapping::{KeptMapping, MappingError, TableError, TablePreview, TableReceipt, TableUpload};
use utoipa::{IntoParams, ToSchema};

use super::body::{self, MOST_REPORT_BYTES};
use super::json::Sent;
use super::observations::{Recorded, source};
use super::query::{InPath, Parameters};
use crate::http::State;
use crate::http::access::Caller;
use crate::http::access::needs::{Ingest, Needs, Read};
use crate::http::problem::{Problem, RowError};

/// The media type of XLSX.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How the tables of a source are read.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableRules {
    /// The source.
    source: String,
    /// Which column holds what: `target` (`{"kpi": …}` or `{"series": …}`, each `{"column": NAME}` or `{"constant": TEXT}`), `value`,
    /// `decimal` (`point`, `comma`), `unit`, `time` (`{"column", "format", "time_zone"}`), `labels`, `external_id`, `note`, `sheet`,
    /// `separator`, `header_row`.
    #[schema(value_type = Object)]
    mapping: TableMapping,
    /// Who changed it last.
    person: String,
    /// When.
    changed: String,
}

impl TableRules {
    fn of(source: String, kept: KeptMapping) -> Self {
        Self { source, mapping: kept.mapping, person: kept.person, changed: iso(kept.changed_ms) }
    }
}

/// Who changes a mapping.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Changed {
    /// Who changes it.
    person: String,
}

/// How the tables of a source are read.
#[utoipa::path(
    get,
    path = "/api/v1/sources/{source}/mapping",
    params(("source" = String, Path, description = "The name of the source.")),
    responses((status = 200, body = TableRules), (status = 404, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_mapping(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(name): InPath<String>,
) -> Result<Json<TableRules>, Problem> {
    let source = named(&name)?;
    let kept = state.dashboard.table_mapping(&source).await.map_err(|error| Problem::store(&error))?;
    kept.map(|kept| Json(TableRules::of(source, kept))).ok_or_else(|| Problem::not_found(UNKNOWN))
}

/// Change how the tables of a source are read, from now on.
#[utoipa::path(
    put,
    path = "/api/v1/sources/{source}/mapping",
    params(("source" = String, Path, description = "The name of the source."), Changed),
    request_body(content = Object, content_type = "application/json", description = "The member `mapping` of what GET gives."),
    responses(
        (status = 200, body = TableRules),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put_mapping(
    caller: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    InPath(name): InPath<String>,
    Parameters(changed): Parameters<Changed>,
    Sent(mapping): Sent<TableMapping>,
) -> Result<Json<TableRules>, Problem> {
    let source = named_by(&caller, &name)?;
    match state.dashboard.keep_table_mapping(&source, mapping, &changed.person).await {
        Ok(kept) => Ok(Json(TableRules::of(source, kept))),
        Err(error @ MappingError::Unfit(_)) => Err(Problem::unfit("mapping", error.to_string())),
        Err(MappingError::Text(error)) => Err(error.into()),
        Err(MappingError::Store(error)) => Err(Problem::store(&error)),
    }
}

/// How a table is recorded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TableOptions {
    /// Only say what would be recorded; without a kept mapping, what stands in the file.
    #[serde(default)]
    pub preview: bool,
    /// Record the good rows even if others are refused; without it a table is taken or refused as a whole.
    #[serde(default)]
    pub partial: bool,
}

/// What recording a table would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableReport {
    /// The sheets of a workbook.
    sheets: Vec<String>,
    /// The names in the header.
    columns: Vec<String>,
    /// The first rows as they stand in the file.
    first: Vec<Vec<String>>,
    /// The first rows that would be recorded: row, KPI or series, value as shown, time, labels.
    rows: Vec<[String; 5]>,
    /// How many would be recorded.
    accepted: usize,
    /// What would be refused.
    refused: Vec<RowError>,
    /// Why the kept mapping does not fit the header; `null` where it does.
    unfit: Option<String>,
    /// What somebody should know of the file: rows that are hidden in a workbook.
    remarks: Vec<String>,
}

/// What became of a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableRecorded {
    #[serde(flatten)]
    recorded: Recorded,
    /// What somebody should know of the file: rows that are hidden in a workbook.
    remarks: Vec<String>,
}

impl From<TablePreview> for TableReport {
    fn from(preview: TablePreview) -> Self {
        let TablePreview { table, rows, accepted, problems, .. } = preview;
        Self {
            sheets: table.sheets,
            columns: table.columns,
            first: table.rows.into_iter().map(|row| row.cells).collect(),
            rows,
            accepted,
            refused: problems.into_iter().map(|(problem, _)| RowError::from(problem)).collect(),
            remarks: table.remarks,
            unfit: table.refusal.map(|refusal| format!("{refusal}; expected {}", refusal.expected())),
        }
    }
}

/// Record a table by the source's mapping.
#[utoipa::path(
    post,
    path = "/api/v1/sources/{source}/table",
    params(("source" = String, Path, description = "The name of the source."), TableOptions),
    request_body(content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses(
        (status = 201, body = TableRecorded, description = "Recorded."),
        (status = 200, body = TableReport, description = "With `preview`: what would be recorded. Without it, as for 201, where nothing is new."),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_table(
    caller: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    InPath(name): InPath<String>,
    Parameters(options): Parameters<TableOptions>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let source = named_by(&caller, &name)?;
    let content_type = content_type(&headers)?;
    let body = body::read(body, caller.at_most(MOST_REPORT_BYTES)).await?.to_vec();
    let (dashboard, bytes) = (&state.dashboard, body.len());
    let kept = dashboard.table_mapping(&source).await.map_err(|error| Problem::store(&error))?;
    let mapping = kept.map(|kept| kept.mapping);
    if options.preview {
        let reader = Arc::clone(dashboard);
        let read = move || reader.preview_table(&body, mapping.as_ref(), Origin::Measured);
        let (preview, _turn) = dashboard.readers.run(bytes, read).await?;
        return Ok(Json(TableReport::from(preview?)).into_response());
    }
    let mapping = mapping.ok_or_else(|| Problem::not_found(UNKNOWN))?;
    let upload = TableUpload { source, content_type, body, partial: options.partial, origin: Origin::Measured };
    match dashboard.record_table(upload, &mapping).await {
        Ok(TableReceipt { receipt, remarks }) => {
            let status = if receipt.accepted > 0 { StatusCode::CREATED } else { StatusCode::OK };
            Ok((status, Json(TableRecorded { recorded: Recorded::from(receipt), remarks })).into_response())
        }
        Err(TableError::Unreadable(refusal)) => Err(refusal.into()),
        Err(TableError::Record(error)) => Err(error.into()),
    }
}

const UNKNOWN: &str = "This source has no mapping yet: make one on the page /sources/import, or with PUT /api/v1/sources/{source}/mapping.";

/// The source of the address, which must be the token's where that belongs to one.
fn named_by(caller: &Caller, written: &str) -> Result<String, Problem> {
    caller.named_source(Some(&named(written)?), "")
}

fn named(written: &str) -> Result<String, Problem> {
    let name = source(Some(written), "")?;
    if name.is_empty() { Err(Problem::parameter("source", "write the name of a source")) } else { Ok(name) }
}

fn content_type(headers: &HeaderMap) -> Result<String, Problem> {
    let written = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type == "text/csv" || media_type == WORKBOOK {
        return Ok(media_type);
    }
    let title = "This media type is not read here";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title)
        .detail(format!("\"{media_type}\" is neither text/csv nor {WORKBOOK}")))
}
