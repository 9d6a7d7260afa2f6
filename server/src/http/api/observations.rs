//! `POST /api/v1/observations`: JSON, NDJSON or CSV in, a receipt out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, response::Result};
use formats::analytics::EventMapping;
use formats::{Drafts, Refusal};
use kpi::point::Origin;
use serde::{Deserialize, Serialize};
use service::reading::{Format, PayloadDecoder, Read};
use service::receive::Incoming;
use utoipa::{IntoParams, ToSchema};

use super::body::{self, MOST_OBSERVATION_BYTES};
use super::query::Parameters;
use crate::http::State;
use crate::http::access::needs::{Ingest, Needs};
use crate::http::media;
use crate::http::problem::{Problem, RowError};

/// How a batch is recorded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordOptions {
    /// The name of the sender. With a token of a source, that source and no other.
    pub source: Option<String>,
    /// Record the good rows even if others are refused; without it a batch is taken or refused as a whole.
    #[serde(default)]
    pub partial: bool,
}

/// One observation as it is sent. In a batch: a JSON array, `{"observations": [...]}`, or one object for each line.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body in the OpenAPI document; crate formats reads it")]
pub struct Observation {
    /// The KPI's id. This or `series`.
    #[schema(example = "pipeline-build-time")]
    pub kpi: Option<String>,
    /// The name of a series of samples or events. This or `kpi`.
    pub series: Option<String>,
    /// A number, or text such as `90 min`, `met`, `high`. An event of a series needs none.
    #[schema(value_type = Object, example = "7 min")]
    pub value: Option<serde_json::Value>,
    /// What tells the samples of a series apart: names and texts.
    #[schema(value_type = Option<Object>)]
    pub labels: Option<serde_json::Value>,
    /// The unit of the number; the KPI's own without it.
    pub unit: Option<String>,
    /// RFC 3339, a date, or milliseconds since 1970; now without it.
    #[schema(value_type = Option<String>)]
    pub time: Option<serde_json::Value>,
    /// The sender's id; the same one again is a duplicate.
    pub external_id: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// A link or reference that backs the value.
    pub evidence: Option<String>,
    /// Who measured or judged it.
    pub person: Option<String>,
    /// `measured`, `entered` or `embedded-engine`.
    pub origin: Option<String>,
}

/// What became of a batch. Everything accepted is on disk.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Recorded {
    /// The kept payload; `GET /api/v1/payloads/{id}` gives its bytes.
    pub payload_id: String,
    /// How many observations were recorded.
    pub accepted: usize,
    /// How many had been recorded before.
    pub duplicates: usize,
    /// What was refused of a partial batch.
    pub refused: Vec<RowError>,
}

impl From<service::Receipt> for Recorded {
    fn from(receipt: service::Receipt) -> Self {
        Self {
            payload_id: receipt.payload_id,
            accepted: receipt.accepted,
            duplicates: receipt.duplicates,
            refused: receipt.refused.into_iter().map(RowError::from).collect(),
        }
    }
}

/// Record observations.
#[utoipa::path(
    post,
    path = "/api/v1/observations",
    params(RecordOptions),
    request_body(content((Vec<Observation> = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"))),
    responses(
        (status = 201, body = Recorded, description = "Recorded."),
        (status = 200, body = Recorded, description = "Everything was recorded before; nothing is new."),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_observations(
    caller: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    Parameters(options): Parameters<RecordOptions>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    media::plain(&headers)?;
    let content_type = content_type(&headers);
    let source = caller.named_source(options.source.as_deref(), "api")?;
    let bytes = body::read(body, caller.at_most(MOST_OBSERVATION_BYTES)).await?;
    let reading = PayloadDecoder::of(format(&content_type)?);
    let incoming =
        Incoming { source, content_type, body: bytes.into(), unpacked: None, reading, partial: options.partial };
    let receipt = state.dashboard.ingest(incoming).await?.receipt;
    let receipt = receipt.ok_or_else(|| Problem::unfit("body", "it holds no observation"))?;
    let status = if receipt.accepted > 0 { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(receipt.into())))
}

/// What recording a CSV text would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// The rows that would be recorded: line, KPI, value as shown, time, note.
    pub rows: Vec<[String; 5]>,
    /// The rows that would be refused.
    pub refused: Vec<RowError>,
}

/// Check observations without recording them.
#[utoipa::path(
    post,
    path = "/api/v1/observations/preview",
    request_body(content((String = "text/csv"), (Vec<Observation> = "application/json"), (String = "application/x-ndjson"))),
    responses(
        (status = 200, body = Preview),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_preview(
    _: Needs<Ingest>,
    Extracted(state): Extracted<State>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Preview>, Problem> {
    media::plain(&headers)?;
    let bytes = body::read(body, MOST_OBSERVATION_BYTES).await?;
    let (content_type, dashboard) = (content_type(&headers), Arc::clone(&state.dashboard));
    let preview = state.dashboard.readers.run(bytes.len(), move || {
        let drafts = drafts(&content_type, &bytes)?;
        Ok::<_, Problem>(dashboard.preview(&drafts, Origin::Measured))
    });
    let (preview, _turn) = preview.await?;
    let (rows, problems) = preview?;
    Ok(Json(Preview { rows, refused: problems.into_iter().map(RowError::from).collect() }))
}

fn content_type(headers: &HeaderMap) -> String {
    let written = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn format(content_type: &str) -> Result<Format, Problem> {
    match content_type {
        "application/json" => Ok(Format::Json),
        "application/x-ndjson" | "application/jsonl" | "application/ndjson" => Ok(Format::Ndjson),
        "text/csv" => Ok(Format::Csv),
        other => {
            let title = "This media type is not read here";
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title)
                .detail(format!("\"{other}\" is not one of application/json, application/x-ndjson, text/csv")))
        }
    }
}

fn drafts(content_type: &str, bytes: &[u8]) -> Result<Drafts, Problem> {
    match PayloadDecoder::of(format(content_type)?).read(bytes, content_type, &EventMapping::default())? {
        Read::Observations(drafts) if drafts.rows > 0 => Ok(drafts),
        _ => Err(Problem::from(Refusal::Empty)),
    }
}

/// A sender's name: short, printable, never one that the product uses for itself.
pub fn source(written: Option<&str>, default: &str) -> Result<String, Problem> {
    const RESERVED: [&str; 4] =
        ["demo", "embedded-engine", service::self_measurement::SOURCE, service::self_measurement::BROWSER_SOURCE];
    let name = written.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(default);
    let sound = name.chars().count() <= 100 && !name.chars().any(char::is_control);
    if !sound || RESERVED.contains(&name) {
        return Err(Problem::parameter(
            "source",
            "write at most 100 printable characters, and none of the product's own source names",
        ));
    }
    Ok(name.to_owned())
}
