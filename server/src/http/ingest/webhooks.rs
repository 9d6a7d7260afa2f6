//! Webhooks of GitHub, Stripe and `HubSpot`. Signatures are checked on the bytes while they arrive, before anything is read.

use axum::body::Body;
use axum::extract::{OriginalUri, Path, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use formats::webhook::{HubSpotRequest, Unverified, Verifier};
use futures::StreamExt as _;
use service::reading::{Format, PayloadDecoder};
use service::receive::Incoming;

use super::{MOST_BYTES, content_type, is_of_type};
use crate::http::State;
use crate::http::access::needs::{Needs, Signature};
use crate::http::api::body;
use crate::http::asking::Asking;
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
    _: Needs<Signature>,
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
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let address = format!("{}{uri}", state.dashboard.settings().address);
    let verifier = match sender.as_str() {
        "github" => Verifier::github(secret.as_bytes(), header("x-hub-signature-256")),
        "stripe" => Verifier::stripe(secret.as_bytes(), header("stripe-signature")),
        _ => {
            let request = HubSpotRequest {
                signature: header("x-hubspot-signature-v3"),
                timestamp: header("x-hubspot-request-timestamp"),
                method: "POST",
                uri: &address,
                body: &[],
            };
            Verifier::hubspot(secret.as_bytes(), &request)
        }
    };
    let (verifier, bytes) = signed(verifier.map_err(|unverified| unsigned(&unverified))?, body).await?;
    // Whoever can't sign says nothing about the sender: it is no source that fails.
    verifier.finish(state.dashboard.now_ms(), TOLERANCE_MS).map_err(|unverified| unsigned(&unverified))?;
    if let Some(asking) = Asking::now() {
        asking.meter().is_known();
    }
    let reading = match sender.as_str() {
        "github" => PayloadDecoder::of(Format::Github).with("event", header("x-github-event").unwrap_or_default()),
        "stripe" => PayloadDecoder::of(Format::Stripe),
        _ => PayloadDecoder::of(Format::Hubspot),
    };
    // GitHub writes a form unless its settings say otherwise.
    let types: &[&str] = match sender.as_str() {
        "github" => &["application/json", "application/x-www-form-urlencoded"],
        _ => &["application/json"],
    };
    if !is_of_type(&headers, types) {
        let detail = "The sender's settings of this webhook say how it writes: choose application/json.";
        return Err(
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is no JSON").detail(detail)
        );
    }
    let content_type = content_type(&headers).to_owned();
    let incoming = Incoming { source: sender, content_type, body: bytes, unpacked: None, reading, partial: true };
    let taken = state.dashboard.ingest(incoming).await?;
    let mut text = format!("{} samples were kept, {} rows refused", taken.kept, taken.refused_rows());
    let why = taken.told().summary();
    if !why.is_empty() {
        // Not an error: what can't be taken waits here to be read again, and would be refused again if it were sent again.
        text = format!("{text} in part or in whole: {why}");
    }
    if let Some((what, count)) = taken.left_out.iter().find(|(what, _)| what.starts_with("currency of")) {
        // A number in money whose currency nobody knows is one that a person has to look at.
        text = format!("{text}; not told: {what} ({count})");
    }
    Ok((StatusCode::OK, text).into_response())
}

/// The body, whose bytes go through the verifier as they arrive.
async fn signed(mut verifier: Verifier, body: Body) -> Result<(Verifier, Vec<u8>), Problem> {
    let mut hashed = 0;
    let frames = body.into_data_stream().map(|frame| {
        if let Ok(frame) = &frame {
            hashed += frame.len();
            if hashed <= MOST_BYTES {
                verifier.update(frame);
            }
        }
        frame
    });
    let bytes = body::read_frames(frames, MOST_BYTES).await?;
    Ok((verifier, bytes.into()))
}

fn unsigned(unverified: &Unverified) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, unverified.code(), "The signature does not fit")
        .detail(unverified.to_string())
}
