//! Tokens: listed, made, renewed and revoked by whoever may do everything.

use access::{NewToken, Scope, Token, TokenError};
use axum::Json;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use serde::{Deserialize, Serialize};
use service::instant::{iso, parse_as_of};
use utoipa::ToSchema;

use super::json::Sent;
use super::query::InPath;
use crate::http::State;
use crate::http::access::needs::{Admin, Guarded, Needs};
use crate::http::problem::Problem;
use crate::system;

/// For how long a replaced secret goes on where nobody says: a day.
const OVERLAP_MINUTES: u32 = 1_440;

/// A token as it may be shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenReport {
    /// Its id.
    id: String,
    /// What people call it.
    name: String,
    /// `holds`, `expired` or `revoked`.
    state: &'static str,
    /// What it allows: `ingest`, `read`, `payloads`, `metrics`, `admin`.
    scopes: Vec<&'static str>,
    /// The source under whose name everything comes that is sent with it; `null` where the sender names one.
    source: Option<String>,
    /// How many requests a minute are answered.
    requests_per_minute: u32,
    /// How many bytes a request may have.
    body_bytes: u32,
    /// The first characters of its secret.
    hint: String,
    /// When it was made.
    created: String,
    /// Who made it.
    created_by: String,
    /// From when on it is refused.
    expires: Option<String>,
    /// When its secret was replaced last.
    renewed: Option<String>,
    /// Until when the secret before goes on.
    previous_until: Option<String>,
    /// When it was used last; `null` where it never was. After a crash up to a minute is missing.
    last_used: Option<String>,
    /// When it was revoked.
    revoked: Option<String>,
    /// Who revoked it.
    revoked_by: Option<String>,
    /// Why it was revoked.
    revoked_because: Option<String>,
}

impl TokenReport {
    fn of(token: Token, now_ms: i64) -> Self {
        let state = match (&token.revoked, token.holds(now_ms)) {
            (Some(_), _) => "revoked",
            (None, true) => "holds",
            (None, false) => "expired",
        };
        let (revoked, revoked_by, revoked_because) = match token.revoked {
            Some((time_ms, person, reason)) => (Some(iso(time_ms)), Some(person), Some(reason)),
            None => (None, None, None),
        };
        Self {
            id: token.id,
            name: token.name,
            state,
            scopes: token.scopes.into_iter().map(Scope::name).collect(),
            source: token.source,
            requests_per_minute: token.requests_per_minute,
            body_bytes: token.body_bytes,
            hint: token.hint,
            created: iso(token.created_ms),
            created_by: token.created_by,
            expires: token.expires_ms.map(iso),
            renewed: token.renewed.map(|(time_ms, _)| iso(time_ms)),
            previous_until: token.previous_until_ms.map(iso),
            last_used: token.last_used_ms.map(iso),
            revoked,
            revoked_by,
            revoked_because,
        }
    }
}

/// A token with its secret, which is shown this once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeToken {
    /// What is sent as `Authorization: Bearer`.
    secret: String,
    /// The token.
    token: TokenReport,
}

type Made = ([(HeaderName, &'static str); 1], Json<MadeToken>);

fn made(secret: &access::TokenSecret, token: Token, now_ms: i64) -> Made {
    let body = MadeToken { secret: secret.reveal().to_owned(), token: TokenReport::of(token, now_ms) };
    ([(CACHE_CONTROL, "no-store")], Json(body))
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unfit { field, detail } => Self::unfit(field, detail),
            TokenError::Unknown => Self::not_found("There is no token with this id that still holds."),
            TokenError::Text(error) => error.into(),
            TokenError::Store(error) => Self::store(&error),
        }
    }
}

/// Every token, the latest first; never a secret.
#[utoipa::path(get, path = "/api/v1/tokens", responses((status = 200, body = Vec<TokenReport>)))]
pub async fn get_tokens(_: Needs<Guarded<Admin>>, Extracted(state): Extracted<State>) -> Json<Vec<TokenReport>> {
    let now_ms = state.dashboard.now_ms();
    Json(state.dashboard.api_tokens().list().into_iter().map(|token| TokenReport::of(token, now_ms)).collect())
}

/// A token that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedToken {
    /// What people call it; no two that hold have the same.
    name: String,
    /// What it allows: `ingest`, `read`, `payloads`, `metrics`, `admin`.
    scopes: Vec<String>,
    /// The source under whose name everything comes that is sent with it; needed with `ingest` alone.
    source: Option<String>,
    /// How many requests a minute are answered; 6,000 without it.
    requests_per_minute: Option<u32>,
    /// How many bytes a request may have; 8 MiB without it.
    body_bytes: Option<u32>,
    /// From when on it is refused: an instant, or a date, which means its end.
    expires: Option<String>,
    /// Who makes it.
    person: String,
}

impl WantedToken {
    fn read(self) -> Result<(NewToken, String), Problem> {
        let usual = NewToken::default();
        let scope = |name: &String| {
            let words =
                || Problem::unfit("scopes", format!("\"{name}\" is none of ingest, read, payloads, metrics, admin"));
            Scope::from_name(name).ok_or_else(words)
        };
        let expires_ms = self.expires.as_deref().map(parse_as_of).transpose();
        let token = NewToken {
            name: self.name,
            scopes: self.scopes.iter().map(scope).collect::<Result<_, _>>()?,
            source: self.source,
            requests_per_minute: self.requests_per_minute.unwrap_or(usual.requests_per_minute),
            body_bytes: self.body_bytes.unwrap_or(usual.body_bytes),
            expires_ms: expires_ms.map_err(|detail| Problem::unfit("expires", detail))?,
        };
        Ok((token, self.person))
    }
}

/// Make a token. The answer holds its secret, which is shown this once.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    request_body = WantedToken,
    responses(
        (status = 201, body = MadeToken),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_token(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    Sent(wanted): Sent<WantedToken>,
) -> Result<(StatusCode, Made), Problem> {
    let (wanted, person) = wanted.read()?;
    let secret = system::token_secret().map_err(|error| unrandom(&error))?;
    let token = state.dashboard.api_tokens().create(wanted, &secret, &person).await?;
    Ok((StatusCode::CREATED, made(&secret, token, state.dashboard.now_ms())))
}

/// How a token is renewed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewToken {
    /// For how many minutes the secret before goes on; a day without it, 0 for not at all.
    overlap_minutes: Option<u32>,
    /// Who renews it.
    person: String,
}

/// Replace a token's secret. The one before goes on for a while, so that senders can change over.
#[utoipa::path(
    post,
    path = "/api/v1/tokens/{id}/renew",
    params(("id" = String, Path, description = "The token's id.")),
    request_body = RenewToken,
    responses(
        (status = 200, body = MadeToken),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_renew(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(id): InPath<String>,
    Sent(renew): Sent<RenewToken>,
) -> Result<Made, Problem> {
    let secret = system::token_secret().map_err(|error| unrandom(&error))?;
    let overlap_minutes = renew.overlap_minutes.unwrap_or(OVERLAP_MINUTES);
    let token = state.dashboard.api_tokens().renew(&id, &secret, overlap_minutes, &renew.person).await?;
    Ok(made(&secret, token, state.dashboard.now_ms()))
}

/// Why a token is revoked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeToken {
    /// Why.
    reason: String,
    /// Who revokes it.
    person: String,
}

/// Refuse a token from now on.
#[utoipa::path(
    post,
    path = "/api/v1/tokens/{id}/revoke",
    params(("id" = String, Path, description = "The token's id.")),
    request_body = RevokeToken,
    responses(
        (status = 200, body = TokenReport),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post_revoke(
    _: Needs<Admin>,
    Extracted(state): Extracted<State>,
    InPath(id): InPath<String>,
    Sent(revoke): Sent<RevokeToken>,
) -> Result<Json<TokenReport>, Problem> {
    let token = state.dashboard.api_tokens().revoke(&id, &revoke.person, &revoke.reason).await?;
    Ok(Json(TokenReport::of(token, state.dashboard.now_ms())))
}

/// The system gave no random bits; without them there is no secret.
pub fn unrandom(error: &system::NoRandomness) -> Problem {
    tracing::error!(error = error as &dyn std::error::Error, "a token could not be made");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed")
        .detail("No token was made; the server's log says more.")
}
