//! `GET /api/v1/catalogue` and what hangs below it: the catalogue in force, its versions, and what it needs of senders.

mod apply;
mod contract;
mod versions;

use axum::extract::State as Extracted;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use governance::CatalogueVersion;
use service::Dashboard;

use super::query::{AsOf, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

// The routes' macro looks for what it generated beside each of them.
pub use self::apply::*;
pub use self::contract::*;
pub use self::versions::*;

/// The catalogue in force as TOML, in its canonical form: comments are no part of it. The header
/// `x-catalogue-version` is the number of the version, which a change names as `seen`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue",
    params(AsOf),
    responses(
        (status = 200, body = String, content_type = "application/toml"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_catalogue(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
) -> Result<Response, Problem> {
    let instant_ms = as_of.instant_ms()?.unwrap_or_else(|| state.dashboard.now_ms());
    let version = version_at(&state.dashboard, instant_ms);
    let document = match version.as_ref().and_then(|version| version.catalogue.as_ref()) {
        Some(catalogue) => catalogue.to_toml(),
        None => state.dashboard.catalogue().to_toml(),
    };
    let number = version.map_or(0, |version| version.number);
    let headers = [
        (CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (HeaderName::from_static("x-catalogue-version"), number.to_string()),
    ];
    Ok((headers, document).into_response())
}

/// The version that was in force at an instant, as its authors wrote it: without the phase that decisions reached and
/// the baselines that people set. Before the first version the first one counts.
fn version_at(dashboard: &Dashboard, instant_ms: i64) -> Option<CatalogueVersion> {
    let mut readable = dashboard.governance().catalogues.versions();
    readable.retain(|version| version.catalogue.is_some());
    let in_force = readable.iter().position(|version| version.time_ms <= instant_ms);
    in_force.or_else(|| readable.len().checked_sub(1)).map(|position| readable.swap_remove(position))
}
