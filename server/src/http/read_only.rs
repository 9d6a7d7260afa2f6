//! Refuses what would write while nothing can be written, without keeping anything of its body.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use futures::StreamExt as _;

use super::State;
use super::problem::Problem;

/// How long, and how far, a body is read whose sender shall come to read the answer.
const PASSING_OVER: Duration = Duration::from_secs(5);
const MOST_PASSED_BYTES: usize = 64 * 1024 * 1024;

/// What is sent with a body and records nothing.
const ONLY_READ: [&str; 2] = ["/api/v1/observations/preview", "/api/v1/catalogue/contract"];

/// Answers 503 with the reason and `Retry-After`. The forms of the pages go on to their handlers, which show the same as a page.
/// Some protocols write with `GET`.
pub async fn refuse_writes(state: &State, is_protocol: bool, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) || ONLY_READ.contains(&path);
    let writes = is_protocol || (path.starts_with("/api/") && !reads);
    match writes.then(|| state.dashboard.read_only()).flatten() {
        Some(read_only) => {
            pass_over(request.into_body()).await;
            Problem::read_only(&read_only.reason).into_response()
        }
        None => next.run(request).await,
    }
}

/// Reads on without keeping anything: a sender whose connection is closed while it sends does not get to read why.
async fn pass_over(body: Body) {
    let rest = async {
        let (mut frames, mut passed) = (body.into_data_stream(), 0);
        while passed <= MOST_PASSED_BYTES
            && let Some(Ok(frame)) = frames.next().await
        {
            passed += frame.len();
        }
    };
    // Who takes longer does not wait for the answer either.
    let _ = tokio::time::timeout(PASSING_OVER, rest).await;
}
