//! Reading bodies within their limits.

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures::{Stream, StreamExt as _};

use crate::http::bodies::{Exhausted, is_exhausted};
use crate::http::problem::Problem;

/// The most bytes of observations in one request.
pub const MOST_OBSERVATION_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of a test or benchmark report.
pub const MOST_REPORT_BYTES: usize = 8 * 1024 * 1024;
/// The most bytes of a catalogue.
pub const MOST_CATALOGUE_BYTES: usize = 1024 * 1024;
/// The most bytes of a decision, note, silence or other small body.
pub const MOST_JSON_BYTES: usize = 64 * 1024;
/// The most bytes of what a browser reports of one page view.
pub const MOST_VITALS_BYTES: usize = 4 * 1024;

/// How much of a body over its limit is still taken in, so that the sender gets to read why it was refused instead of a
/// connection that breaks while it sends.
pub const MOST_DISCARDED_BYTES: usize = 64 * 1024 * 1024;

/// The whole body, at most `limit` bytes of it.
///
/// # Errors
/// 413 over the limit, 400 where the body breaks off.
pub async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    read_frames(body.into_data_stream(), limit).await
}

/// As [`read`], of frames that somebody looks at on their way.
///
/// # Errors
/// As [`read`].
pub async fn read_frames(
    frames: impl Stream<Item = Result<Bytes, axum::Error>>,
    limit: usize,
) -> Result<Bytes, Problem> {
    let mut frames = std::pin::pin!(frames);
    let mut kept: Vec<u8> = Vec::new();
    let mut arrived = 0;
    while let Some(frame) = frames.next().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) if is_exhausted(&error) => return Err(Exhausted.into()),
            Err(_) => return Err(broken_off()),
        };
        arrived += frame.len();
        if arrived <= limit {
            kept.extend_from_slice(&frame);
        } else if arrived > limit + MOST_DISCARDED_BYTES {
            break;
        } else {
            kept = Vec::new();
        }
    }
    if arrived <= limit {
        return Ok(kept.into());
    }
    Err(too_large(limit))
}

fn broken_off() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "broken-off", "The body broke off")
        .detail("the connection ended before the body did")
}

/// What is told of a body of more than so many bytes.
pub fn too_large(limit: usize) -> Problem {
    let mut problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large")
        .detail(format!("it has more than {limit} bytes"));
    problem.expected = format!("at most {limit} bytes; send the rest in another request");
    problem
}
