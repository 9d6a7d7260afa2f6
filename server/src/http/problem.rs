//! Errors as JSON problem documents (RFC 9457), with what is wrong in each row.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use formats::Refusal;
use serde::{Deserialize, Serialize};
use service::RecordError;
use service::SnapshotError;
use service::read_workers::Busy;
use service::readers::Busy as ReadersBusy;
use service::text::TextError;
use utoipa::ToSchema;

use super::bodies::RETRY_AFTER_S;

/// After how many seconds a write may be tried again: by then the store was probed.
pub const READ_ONLY_RETRY_S: u64 = 5;

/// A problem document.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A stable name of the kind of problem, as a relative reference.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time, and what would be right.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub detail: String,
    /// The line of the body where it went wrong, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<usize>,
    /// The column in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<usize>,
    /// What would be right.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub expected: String,
    /// Each row that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<RowError>,
    /// After how many seconds the same may be asked again; the header `Retry-After` says it too.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_s: Option<u64>,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowError {
    /// The row, from 1: the line in CSV, NDJSON and TOML, the place in a JSON array; 0 where no row is meant.
    pub row: usize,
    /// The column in that line in characters, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<usize>,
    /// The field.
    pub field: String,
    /// A stable word for programs.
    pub code: String,
    /// What is wrong.
    pub detail: String,
    /// What would be right.
    pub expected: String,
}

impl From<formats::Problem> for RowError {
    fn from(problem: formats::Problem) -> Self {
        Self {
            row: problem.row,
            column: None,
            field: problem.field,
            code: problem.code.to_owned(),
            detail: problem.detail,
            expected: problem.expected,
        }
    }
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &str, title: &str) -> Self {
        Self {
            kind: format!("/docs/problems#{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: String::new(),
            row: None,
            column: None,
            expected: String::new(),
            errors: Vec::new(),
            retry_after_s: None,
        }
    }

    /// Adds what is wrong this time.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds what would be right.
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// Something that is not there.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found").detail(what)
    }

    /// A parameter that can't be read.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem =
            Self::new(StatusCode::BAD_REQUEST, "parameter", "A parameter can't be read").detail(detail.clone());
        problem.errors.push(RowError {
            row: 0,
            column: None,
            field: name.to_owned(),
            code: "parameter".to_owned(),
            detail,
            expected: String::new(),
        });
        problem
    }

    /// A member of a body whose content does not do.
    pub fn unfit(field: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit", "A field does not do")
            .detail(format!("{field}: {detail}"));
        problem.errors.push(RowError {
            row: 0,
            column: None,
            field: field.to_owned(),
            code: "unfit".to_owned(),
            detail,
            expected: String::new(),
        });
        problem
    }

    /// A store that takes no writes at present.
    pub fn read_only(reason: &str) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "read-only", "Nothing is recorded at present")
            .detail(format!("{reason}. Nothing was recorded; reading goes on."))
            .expected("the same again later: it is taken as soon as the database can be written to");
        Self { retry_after_s: Some(READ_ONLY_RETRY_S), ..problem }
    }

    /// Too much is asked for at once.
    pub fn busy(busy: Busy) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Too much is asked for at once")
            .detail(format!("The server computes for others just now; ask again in {} s.", busy.retry_after_s));
        problem.retry_after_s = Some(busy.retry_after_s);
        problem
    }

    /// A store that failed; the cause is logged here, once.
    pub fn store(error: &storage::StoreError) -> Self {
        if let storage::StoreError::ReadOnly { reason } = error {
            return Self::read_only(reason);
        }
        tracing::error!(error = error as &dyn std::error::Error, "the store failed");
        // A disk that is full, a file that can't be written, a database that is away: all may pass. A schema or a contradiction does not.
        let (status, retry_after_s) = match error {
            storage::StoreError::Unavailable { .. } | storage::StoreError::Failed { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, Some(READ_ONLY_RETRY_S))
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, None),
        };
        let problem = Self::new(status, "store", "The database failed")
            .detail("Nothing was recorded. Try again; the server's log says more.");
        Self { retry_after_s, ..problem }
    }
}

impl From<Busy> for Problem {
    fn from(busy: Busy) -> Self {
        Self::busy(busy)
    }
}

impl From<SnapshotError> for Problem {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Busy(busy) => busy.into(),
            SnapshotError::Store(error) => Self::store(&error),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::TooManyRows { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        };
        let mut problem = Self::new(status, refusal.code(), "The body can't be read").detail(refusal.to_string());
        problem.row = refusal.row();
        problem.column = refusal.column();
        problem.expected = refusal.expected();
        if let Some(field) = refusal.field() {
            problem.errors.push(RowError {
                row: refusal.row().unwrap_or(0),
                column: refusal.column(),
                field: field.to_owned(),
                code: refusal.code().to_owned(),
                detail: refusal.to_string(),
                expected: refusal.expected(),
            });
        }
        problem
    }
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        Self::unfit(error.field, error.detail)
    }
}

impl From<ReadersBusy> for Problem {
    fn from(busy: ReadersBusy) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy")
            .detail(format!("{busy}; nothing was recorded, send the same again"));
        Self { retry_after_s: Some(RETRY_AFTER_S), ..problem }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Store(error) => Self::store(&error),
            RecordError::Unreadable(refusal) => refusal.into(),
            RecordError::Busy(busy) => busy.into(),
            RecordError::Refused { ref problems, .. } => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", "Observations were refused")
                    .detail(format!("{error}; nothing was recorded"));
                problem.errors = problems.iter().cloned().map(RowError::from).collect();
                problem
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = self.retry_after_s;
        let mut response = (status, Json(self)).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

/// The answer to a request whose handling panicked; the cause is logged, the client learns nothing of the inside.
#[expect(clippy::needless_pass_by_value, reason = "the signature that the layer calls")]
pub fn of_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let cause = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    tracing::error!(cause, "a request's handling panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed")
        .detail("This is a fault of the server; its log says more.")
        .into_response()
}

/// The answer to a method that a route does not know.
pub fn method_not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This method is not answered here")
        .detail("GET /api/v1/openapi.json lists every route with its methods.")
}
