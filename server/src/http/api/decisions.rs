//! Gate decisions: who waived, signed off or withdrew what, with the evidence of that instant.

use axum::Json;
use axum::extract::{OriginalUri, State as Extracted};
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use governance::{Decision, DecisionError, DecisionKind, DecisionRequest, Evidence, Link, links};
use serde::{Deserialize, Serialize};
use service::instant::iso;
use utoipa::{IntoParams, ToSchema};

use super::gates::no_gate;
use super::json::Sent;
use super::listed::Listed;
use super::query::{AsOf, InPath, Paging, Parameters};
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

/// How many links of the chain come in one answer.
const MOST_LINKS: usize = 500;

/// A decision to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// `sign-off`, `waiver` or `withdrawal`.
    #[schema(example = "waiver")]
    kind: String,
    /// Who decides.
    person: String,
    /// Why.
    reason: String,
    /// The id of the KPI to waive.
    kpi: Option<String>,
    /// When the waiver ends: a date (its end, UTC) or RFC 3339; never without it.
    expires: Option<String>,
    /// The id of the waiver or sign-off to withdraw.
    withdraws: Option<String>,
}

/// A recorded decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionReport {
    /// Its id.
    id: String,
    /// Its place in the chain, from 1.
    number: i64,
    /// The phase whose gate it is about.
    phase: u8,
    /// `sign-off`, `waiver` or `withdrawal`.
    kind: String,
    /// When.
    time: String,
    /// Who decided.
    person: String,
    /// Why.
    reason: String,
    /// The KPI that is waived.
    kpi: Option<String>,
    /// When the waiver ends.
    expires: Option<String>,
    /// The id of the decision that is withdrawn.
    withdraws: Option<String>,
    /// Whether it holds: not withdrawn and not expired.
    holds: bool,
    /// SHA-256 of the previous hash, a line break and the record, in hexadecimal.
    hash: String,
    /// The hash of the decision before; empty for the first.
    previous: String,
    /// What the gate said: every value, target and source, the catalogue's version and the policy.
    #[schema(value_type = Object)]
    evidence: Evidence,
}

/// A decision as it is kept and hashed.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the answer in the OpenAPI document; the kept text itself is sent")]
pub struct ChainLink {
    /// The hash of the link before; empty for the first.
    previous: String,
    /// SHA-256 of `previous`, a line break, and the text of `record`.
    hash: String,
    /// The decision with its evidence, as the very text that was hashed.
    #[schema(value_type = Object)]
    record: String,
}

fn report(decision: Decision, holds: bool) -> DecisionReport {
    DecisionReport {
        id: decision.id,
        number: decision.number,
        phase: decision.phase,
        kind: decision.kind.name().to_owned(),
        time: iso(decision.time_ms),
        person: decision.person,
        reason: decision.reason,
        kpi: decision.kpi,
        expires: decision.expires_ms.map(iso),
        withdraws: decision.withdraws,
        holds,
        hash: decision.hash,
        previous: decision.previous,
        evidence: decision.evidence,
    }
}

/// Decide at a gate. `If-Match` names the state that was seen, the `ETag` of `GET /api/v1/gates/{phase}`.
#[utoipa::path(
    post,
    path = "/api/v1/gates/{phase}/decisions",
    params(
        ("phase" = u8, Path, description = "The phase that the gate ends."),
        ("If-Match" = String, Header, description = "The state of the gate that was seen."),
    ),
    request_body = NewDecision,
    responses(
        (status = 201, body = DecisionReport, headers(("ETag" = String, description = "The state of the gate now."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too few KPIs are met or waived."),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else decided first."),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "`If-Match` is missing."),
    )
)]
pub async fn post_decision(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(phase): InPath<u8>,
    headers: HeaderMap,
    Sent(new): Sent<NewDecision>,
) -> Result<Response, Response> {
    let seen = seen(&headers, &state.dashboard.governance().decisions.gate_tag(phase));
    let wanted = wanted(phase, new, seen).map_err(Problem::into_response)?;
    let decision = state
        .dashboard
        .governance()
        .decisions
        .decide(wanted, &*state.dashboard)
        .await
        .map_err(|error| refused(&error))?;
    let holds = decision.kind != DecisionKind::Withdrawal;
    let tag = state.dashboard.governance().decisions.gate_tag(phase);
    Ok((StatusCode::CREATED, [(ETAG, tag)], Json(report(decision, holds))).into_response())
}

fn wanted(phase: u8, new: NewDecision, seen: Option<String>) -> Result<DecisionRequest, Problem> {
    let kind = DecisionKind::from_name(&new.kind)
        .ok_or_else(|| Problem::unfit("kind", "a decision is a sign-off, a waiver or a withdrawal"))?;
    let expires_ms = new.expires.as_deref().map(service::instant::parse_as_of).transpose();
    Ok(DecisionRequest {
        phase,
        kind,
        person: new.person,
        reason: new.reason,
        kpi: new.kpi,
        expires_ms: expires_ms.map_err(|detail| Problem::unfit("expires", detail))?,
        withdraws: new.withdraws,
        seen,
    })
}

/// The state that the sender saw; of several the one that holds, if it is among them.
fn seen(headers: &HeaderMap, tag: &str) -> Option<String> {
    let written = headers.get(IF_MATCH)?.to_str().unwrap_or_default();
    let mut parts = written.split(',').map(str::trim);
    Some(parts.clone().find(|part| *part == tag).or_else(|| parts.next()).unwrap_or_default().to_owned())
}

fn refused(error: &DecisionError) -> Response {
    let detail = error.to_string();
    match error {
        DecisionError::NoGate(phase) => no_gate(*phase).into_response(),
        DecisionError::Changed { tag, .. } => {
            let problem = Problem::new(StatusCode::PRECONDITION_FAILED, "changed", "It changed since you looked")
                .detail(detail)
                .expected("look again, and decide with the ETag of this answer");
            ([(ETAG, tag.clone())], problem).into_response()
        }
        DecisionError::NothingSeen { tag } => {
            let title = "The request does not say what was seen";
            let problem = Problem::new(StatusCode::PRECONDITION_REQUIRED, "precondition", title)
                .detail(detail)
                .expected("the header If-Match with the ETag of the gate");
            ([(ETAG, tag.clone())], problem).into_response()
        }
        DecisionError::NotPassing { .. } => {
            Problem::new(StatusCode::CONFLICT, "not-passing", "The gate does not pass").detail(detail).into_response()
        }
        DecisionError::Unfit { field, detail } => Problem::unfit(field, detail.clone()).into_response(),
        DecisionError::Text(error) => Problem::from(error.clone()).into_response(),
        DecisionError::Store(error) => Problem::store(error).into_response(),
    }
}

/// The decisions up to an instant, the newest first, in pages.
#[utoipa::path(
    get,
    path = "/api/v1/gates/decisions",
    params(AsOf, Paging),
    responses(
        (status = 200, body = Vec<DecisionReport>, headers(("Link" = String, description = "The next page, where more follows."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_decisions(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(as_of): Parameters<AsOf>,
    Parameters(paging): Parameters<Paging>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<DecisionReport>>, Problem> {
    let limit = paging.length()?;
    let instant_ms = as_of.instant_ms()?.unwrap_or_else(|| state.dashboard.now_ms());
    let decisions = state.dashboard.governance().decisions.until(instant_ms);
    let withdrawn: Vec<String> = decisions.iter().filter_map(|decision| decision.withdraws.clone()).collect();
    let holds = |decision: &Decision| {
        decision.kind != DecisionKind::Withdrawal
            && !withdrawn.contains(&decision.id)
            && decision.expires_ms.is_none_or(|expires_ms| instant_ms < expires_ms)
    };
    let wanted = decisions.into_iter().filter(|decision| paging.before.is_none_or(|before| decision.number < before));
    let reports = wanted.map(|decision| {
        let holds = holds(&decision);
        report(decision, holds)
    });
    Ok(Listed::of(reports, limit, &uri, "before", |decision| decision.number.to_string()))
}

/// Which part of the chain is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChainPaging {
    /// Only the links behind so many: from the header `Link` of the page before.
    after: Option<usize>,
}

/// The decisions as they are kept, in the order of the chain, at most 500 in one answer; `inferno-kpi gate verify` checks them.
#[utoipa::path(
    get,
    path = "/api/v1/gates/decisions/chain",
    params(ChainPaging),
    responses((status = 200, body = Vec<ChainLink>, headers(("Link" = String, description = "The next page, where more follows."))))
)]
pub async fn get_chain(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(paging): Parameters<ChainPaging>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<Link>>, Problem> {
    let links = links(state.dashboard.store()).await.map_err(|error| Problem::store(&error))?;
    let numbered = links.into_iter().enumerate().skip(paging.after.unwrap_or(0));
    let page = Listed::of(numbered, MOST_LINKS, &uri, "after", |(index, _)| (index + 1).to_string());
    Ok(page.map(|links| links.into_iter().map(|(_, link)| link).collect()))
}
