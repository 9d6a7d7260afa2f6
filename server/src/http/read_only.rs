//! Refuses what would write while nothing can be written, before its body is read.

use axum::extract::{Request, State as Extracted};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::State;
use super::ingest::is_ingest;
use super::problem::Problem;

/// What is sent with a body and records nothing.
const ONLY_READ: [&str; 2] = ["/api/v1/observations/preview", "/api/v1/catalogue/contract"];

/// Answers 503 with the reason and `Retry-After`. The forms of the pages go on to their handlers, which show the same as a page.
pub async fn refuse_writes(Extracted(state): Extracted<State>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) || ONLY_READ.contains(&path);
    let writes = is_ingest(path) || (path.starts_with("/api/") && !reads);
    match writes.then(|| state.dashboard.read_only()).flatten() {
        Some(read_only) => Problem::read_only(&read_only.reason).into_response(),
        None => next.run(request).await,
    }
}
