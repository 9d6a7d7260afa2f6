//! `GET /api/v1/gates/{phase}/badge.svg`: a gate as a small picture for a readme or a wiki.

mod picture;

use axum::extract::State as Extracted;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use self::picture::{Badge, Tone};
use super::gates::no_gate;
use super::query::{AsOf, InPath, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

/// The most characters of a label.
const MOST_LABEL_CHARACTERS: usize = 40;

/// What a badge shows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BadgeOptions {
    /// The words on the left; `Gate` and the phase without it, at most 40 characters.
    label: Option<String>,
    /// A past instant: `2026-11-23` (its end, UTC) or RFC 3339. Now without it.
    as_of: Option<String>,
}

/// A gate as a picture: label, sign, verdict and how many KPIs are met.
#[utoipa::path(
    get,
    path = "/api/v1/gates/{phase}/badge.svg",
    params(("phase" = u8, Path, description = "The phase that the gate ends."), BadgeOptions),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_badge(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(phase): InPath<u8>,
    Parameters(options): Parameters<BadgeOptions>,
) -> Result<Response, Problem> {
    let snapshot = AsOf { as_of: options.as_of }.snapshot(&state.dashboard).await?;
    let gate = snapshot.gates.iter().find(|gate| gate.phase == phase).ok_or_else(|| no_gate(phase))?;
    let label = options.label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
    let label = label.unwrap_or_else(|| format!("Gate {phase}"));
    if label.chars().count() > MOST_LABEL_CHARACTERS || label.chars().any(char::is_control) {
        return Err(Problem::parameter("label", format!("at most {MOST_LABEL_CHARACTERS} printable characters")));
    }
    let demo = if state.dashboard.is_demo(&snapshot) { ", demo data" } else { "" };
    let badge = Badge {
        label,
        tone: Tone::of(gate.outcome),
        words: format!("{} {}/{}{demo}", gate.outcome.words().to_lowercase(), gate.met, gate.counted),
        title: format!(
            "Gate {phase}: {}; {} of {} counted KPIs are met, {} are needed{demo}",
            gate.outcome.words().to_lowercase(),
            gate.met,
            gate.counted,
            gate.needed
        ),
    };
    let headers = [
        (CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        // A badge is made to be shown on other sites' pages.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok((headers, badge.svg()).into_response())
}
