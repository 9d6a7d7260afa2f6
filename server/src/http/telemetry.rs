//! `GET /metrics`: what this server does and what it knows, for a Prometheus that watches it.

mod known;

use axum::extract::State as Extracted;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::State;
use super::access::needs::{Guarded, Metrics, Needs};
use super::problem::Problem;

/// The media type of the text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper ends of the buckets of response times, in seconds.
const BUCKETS_S: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Labels of one metric.
type Labels = Vec<(&'static str, String)>;

/// What is counted while requests are answered.
#[derive(Debug, Clone)]
pub struct Telemetry {
    requests: Family<Labels, Counter>,
    durations: Histogram,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { requests: Family::default(), durations: Histogram::new(BUCKETS_S) }
    }
}

impl Telemetry {
    /// Counts an answer that took `seconds`.
    pub fn count(&self, status: StatusCode, seconds: f64) {
        let class = format!("{}xx", status.as_u16() / 100);
        self.requests.get_or_create(&vec![("status", class)]).inc();
        self.durations.observe(seconds);
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Answered requests by class of status", self.requests.clone());
        let help = "How long answers took";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, self.durations.clone());
    }
}

/// Everything as text.
pub async fn metrics(_: Needs<Guarded<Metrics>>, Extracted(state): Extracted<State>) -> Response {
    let mut registry = Registry::with_prefix("inferno_kpi");
    state.telemetry.register(&mut registry);
    known::connections(state.admission.taken(), state.certificates.as_deref(), &mut registry);
    registry.register("wrong_tokens", "Requests that showed a wrong token", state.wrong_tokens.total());
    if let Err(error) = known::register(&state.dashboard, &mut registry).await {
        return Problem::store(&error).into_response();
    }
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed").into_response()
        }
    }
}
