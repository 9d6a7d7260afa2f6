//! The versions of the catalogue: who, when, why, and what changed.

use axum::Json;
use axum::extract::{OriginalUri, State as Extracted};
use governance::{CatalogueVersion, VersionOrigin};
use serde::Serialize;
use service::instant::iso;
use service::{CatalogueSource, Dashboard};
use utoipa::ToSchema;

use super::version_at;
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::api::listed::Listed;
use crate::http::api::query::{InPath, Paging, Parameters};
use crate::http::problem::Problem;

/// The versions of the catalogue, and where it is changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    /// Whether the server reads it from a file, which is then the only place to change it.
    from_file: bool,
    /// Why that file was refused last, an error each; empty while it is in force.
    refusal: Vec<String>,
    /// The versions, the newest first.
    versions: Vec<VersionReport>,
}

/// A version of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionReport {
    /// Its number, from 1.
    number: i64,
    /// From when on it counts.
    time: String,
    /// Who made it.
    person: String,
    /// Why.
    reason: Option<String>,
    /// `embedded`, `file`, `applied` or `demo`.
    #[schema(value_type = String)]
    origin: VersionOrigin,
    /// Whether this program can read it.
    readable: bool,
    /// Whether it is in force.
    in_force: bool,
    /// What it changed, a line each; empty for the first.
    changes: Vec<String>,
    /// The document as it was given; only of a single version.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
}

fn report(dashboard: &Dashboard, version: &CatalogueVersion, in_force: Option<i64>) -> VersionReport {
    let changes = dashboard.governance().catalogues.difference(version.number).unwrap_or_default();
    VersionReport {
        number: version.number,
        time: iso(version.time_ms),
        person: version.person.clone(),
        reason: version.reason.clone(),
        origin: version.origin,
        readable: version.catalogue.is_some(),
        in_force: in_force == Some(version.number),
        changes: changes.iter().map(ToString::to_string).collect(),
        document: None,
    }
}

fn number_in_force(dashboard: &Dashboard) -> Option<i64> {
    version_at(dashboard, dashboard.now_ms()).map(|version| version.number)
}

/// The versions, the newest first, in pages.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/versions",
    params(Paging),
    responses(
        (status = 200, body = VersionList, headers(("Link" = String, description = "The next page, where more follows."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_versions(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(paging): Parameters<Paging>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<VersionList>, Problem> {
    let limit = paging.length()?;
    let in_force = number_in_force(&state.dashboard);
    let versions = state.dashboard.governance().catalogues.versions().into_iter();
    let wanted = versions.filter(|version| paging.before.is_none_or(|before| version.number < before));
    let page = Listed::of(wanted, limit, &uri, "before", |version| version.number.to_string());
    Ok(page.map(|versions| VersionList {
        from_file: state.dashboard.settings().catalogue == CatalogueSource::File,
        refusal: state.dashboard.governance().catalogues.refusal(),
        versions: versions.iter().map(|version| report(&state.dashboard, version, in_force)).collect(),
    }))
}

/// One version with its document and what it changed.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/versions/{number}",
    params(("number" = i64, Path, description = "The version's number.")),
    responses((status = 200, body = VersionReport), (status = 404, body = Problem, content_type = "application/problem+json"))
)]
pub async fn get_version(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(number): InPath<i64>,
) -> Result<Json<VersionReport>, Problem> {
    let versions = state.dashboard.governance().catalogues.versions();
    let version = versions.into_iter().find(|version| version.number == number);
    let version = version.ok_or_else(|| Problem::not_found("The catalogue has no version of this number."))?;
    let report = report(&state.dashboard, &version, number_in_force(&state.dashboard));
    Ok(Json(VersionReport { document: Some(version.document), ..report }))
}
