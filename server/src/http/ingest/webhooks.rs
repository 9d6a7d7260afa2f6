//! Webhooks of GitHub, Stripe and HubSpot. Signatures are checked on the bytes as they arrived, before anything is read.

use axum::body::Body;
use axum::extract::{OriginalUri, Path, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::webhook::{self, HubSpotRequest, Unverified};
use service::reading::{Format, Reading};
use service::receive::Incoming;

use super::{MOST_BYTES, content_type};
use crate::http::State;
use crate::http::api::body;
use crate::http::problem::Problem;

/// How old a signature may be: five minutes, as the senders' own libraries have it.
const TOLERANCE_MS: i64 = 300_000;

/// The secrets that the senders sign with; a sender without one is not answered.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    pub github: Option<String>,
    pub stripe: Option<String>,
    pub hubspot: Option<String>,
}

pub async fn take(
    Extracted(state): Extracted<State>,
    Path(sender): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let secret = match sender.as_str() {
        "github" => &state.webhooks.github,
        "stripe" => &state.webhooks.stripe,
        "hubspot" => &state.webhooks.hubspot,
        _ => {
            return Err(Problem::not_found(
                "Webhooks are taken at /webhooks/github, /webhooks/stripe and /webhooks/hubspot.",
            ));
        }
    };
    let Some(secret) = secret else {
        let detail =
            format!("Start the server with INFERNO_KPI_{}_SECRET to take its webhooks.", sender.to_uppercase());
        return Err(Problem::new(StatusCode::NOT_FOUND, "webhook", "No secret is set for this sender").detail(detail));
    };
    let bytes = body::read(body, MOST_BYTES).await?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now_ms = state.dashboard.now_ms();
    let address = format!("{}{uri}", state.dashboard.settings().address);
    let verified = match sender.as_str() {
        "github" => webhook::verify_github(secret.as_bytes(), header("x-hub-signature-256"), &bytes),
        "stripe" => webhook::verify_stripe(secret.as_bytes(), header("stripe-signature"), &bytes, now_ms, TOLERANCE_MS),
        _ => {
            let request = HubSpotRequest {
                signature: header("x-hubspot-signature-v3"),
                timestamp: header("x-hubspot-request-timestamp"),
                method: "POST",
                uri: &address,
                body: &bytes,
            };
            webhook::verify_hubspot(secret.as_bytes(), &request, now_ms, TOLERANCE_MS)
        }
    };
    verified.map_err(|unverified| unsigned(&state, &sender, &unverified))?;
    let reading = match sender.as_str() {
        "github" => Reading::of(Format::Github).with("event", header("x-github-event").unwrap_or_default()),
        "stripe" => Reading::of(Format::Stripe),
        _ => Reading::of(Format::Hubspot),
    };
    let content_type = content_type(&headers).to_owned();
    let incoming = Incoming { source: sender, content_type, body: bytes.into(), reading, partial: true };
    let taken = state.dashboard.take_in(incoming).await?;
    let text = format!("{} samples were kept, {} rows refused", taken.kept, taken.refused_rows());
    Ok((StatusCode::OK, text).into_response())
}

fn unsigned(state: &State, sender: &str, unverified: &Unverified) -> Problem {
    state.dashboard.source_refused(sender, &unverified.to_string());
    Problem::new(StatusCode::UNAUTHORIZED, unverified.code(), "The signature does not fit")
        .detail(unverified.to_string())
}
