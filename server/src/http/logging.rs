//! Logging, and counting what the service does.

use axum::extract::{Request, State as Extracted};
use axum::middleware::Next;
use axum::response::Response;
use tracing_subscriber::EnvFilter;

use super::State;
use super::address::ClientAddress;

/// Writes logs to standard error; `RUST_LOG` says which.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // A second start in one process keeps the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Counts every response with its time; pages and API alike.
pub async fn count(Extracted(state): Extracted<State>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let client = request.extensions().get::<ClientAddress>().map(ClientAddress::ip);
    #[expect(clippy::disallowed_methods, reason = "a stopwatch, not the time of day")]
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    let taken = started.elapsed();
    state.telemetry.count(response.status(), taken.as_secs_f64());
    state.dashboard.own_health.count(taken.as_micros(), response.status().is_server_error());
    tracing::debug!(%method, path, ?client, status = response.status().as_u16(), microseconds = taken.as_micros(), "answered");
    response
}
