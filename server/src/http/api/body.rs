//! Reading bodies within their limits.

use axum::body::{Body, Bytes};
use axum::http::StatusCode;

use crate::http::problem::Problem;

/// The most bytes of observations in one request.
pub const MOST_OBSERVATION_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of a test or benchmark report.
pub const MOST_REPORT_BYTES: usize = 8 * 1024 * 1024;
/// The most bytes of what a browser reports of one page view.
pub const MOST_VITALS_BYTES: usize = 4 * 1024;

/// The whole body, at most `limit` bytes of it.
///
/// # Errors
/// 413 over the limit, 400 where the body breaks off.
pub async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, limit).await.map_err(|error| {
        let over = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("length limit"));
        if over {
            let mut problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large")
                .detail(format!("it has more than {limit} bytes"));
            problem.expected = format!("at most {limit} bytes; send the rest in another request");
            problem
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "broken-off", "The body broke off")
                .detail("the connection ended before the body did")
        }
    })
}
