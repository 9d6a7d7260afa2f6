//! The page of tokens, and the forms that make, renew and revoke one.

use access::{NewToken, Scope, Token, TokenError, TokenSecret};
use app::{Forms, Page};
use axum::extract::{Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use service::instant;
use service::view::tokens::TokensPage;
use storage::StoreError;

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Sent, Wrong, sentence};
use super::page_request::PageRequest;
use crate::http::State;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::api::tokens::unrandom;
use crate::http::problem::Problem;
use crate::http::security::refused;
use crate::system;

const KIB: u32 = 1_024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    done: String,
    /// The browser is to ask for a token, so that it may see the list.
    list: String,
}

pub async fn page(
    _: Needs<Read>,
    state: Extracted<State>,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
    request: PageRequest,
) -> Response {
    if !shown.list.is_empty()
        && let Err(denied) = state.caller_with(Scope::Admin, &headers)
    {
        return refused(denied, true);
    }
    let notice = (shown.done == "revoked").then(|| "The token is revoked. It is refused from now on.".to_owned());
    let page = whole(&state, None).await.map_err(|error| Problem::store(&error));
    request.show(page.map(|page| Page::Tokens(page, Forms::done(notice)))).await
}

/// The page as far as who asks may see it.
async fn whole(state: &State, made: Option<(&Token, &TokenSecret)>) -> Result<TokensPage, StoreError> {
    let sources = state.dashboard.api_tokens().source_names().await?;
    let page = state.dashboard.tokens_page(made, sources);
    if !state.asker_may(Scope::Admin) {
        return Ok(page.without_list());
    }
    Ok(TokensPage { wrong_tokens: state.wrong_tokens.notice(state.dashboard.now_ms()), ..page })
}

impl From<TokenError> for FormError {
    fn from(error: TokenError) -> Self {
        let wrong = match error {
            TokenError::Store(error) => return error.into(),
            TokenError::Unfit { field: "body_bytes", .. } => {
                Wrong::field("body_kib", "Write a whole number from 1 to 8192.")
            }
            TokenError::Unfit { field, detail } => Wrong::field(field, sentence(&detail)),
            TokenError::Text(error) if error.field == "name" => Wrong::field("name", sentence(&error.detail)),
            TokenError::Text(error) => error.into(),
            error @ TokenError::Unknown => Wrong::whole(StatusCode::CONFLICT, sentence(&error.to_string())),
        };
        Self::Wrong(Wrong { title: "Nothing was changed", ..wrong })
    }
}

/// The page on which a form comes back.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    let page = whole(&form.state, None).await;
    page.map(|page| Page::Tokens(page, form.forms)).map_err(|error| Problem::store(&error))
}

pub async fn act(form: Allowed<Admin>) -> Result<Done, FormError> {
    let (state, sent) = (&form.state, &*form.sent);
    let (dashboard, person) = (&state.dashboard, sent.text("person"));
    let secret = || system::token_secret().map_err(|error| unrandom(&error));
    match sent.text("do") {
        "create" => {
            let secret = secret()?;
            let token = dashboard.api_tokens().create(wanted(sent)?, &secret, person).await?;
            made(state, &token, &secret).await
        }
        "renew" => {
            let minutes = number(sent, "overlap_minutes", 0)?;
            let secret = secret()?;
            let token = dashboard.api_tokens().renew(sent.text("id"), &secret, minutes, person).await?;
            made(state, &token, &secret).await
        }
        "revoke" => {
            dashboard.api_tokens().revoke(sent.text("id"), person, sent.text("reason")).await?;
            Ok(Done::At("/sources/tokens?done=revoked".to_owned()))
        }
        _ => Err(Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "Choose what to do with the token.").into()),
    }
}

/// A token has this secret from now on.
async fn made(state: &State, token: &Token, secret: &TokenSecret) -> Result<Done, FormError> {
    let page = whole(state, Some((token, secret))).await?;
    Ok(Done::Shown(Box::new(Page::Tokens(page, Forms::default()))))
}

fn wanted(sent: &Sent) -> Result<NewToken, FormError> {
    let usual = NewToken::default();
    let scopes: Option<Vec<Scope>> = sent.text("scopes").split(',').map(Scope::from_name).collect();
    let expires_ms = sent.filled("expires").map(instant::parse_as_of).transpose();
    Ok(NewToken {
        name: sent.text("name").to_owned(),
        scopes: scopes.ok_or_else(|| Wrong::field("scopes", "Choose what the token may do."))?,
        source: sent.filled("source").map(str::to_owned),
        requests_per_minute: number(sent, "requests_per_minute", usual.requests_per_minute)?,
        body_bytes: number(sent, "body_kib", usual.body_bytes / KIB)?.saturating_mul(KIB),
        expires_ms: expires_ms.map_err(|detail| Wrong::field("expires", sentence(&detail)))?,
    })
}

/// A whole number; `usual` where nothing is written.
fn number(sent: &Sent, field: &str, usual: u32) -> Result<u32, Wrong> {
    let Some(text) = sent.filled(field) else { return Ok(usual) };
    text.parse().map_err(|_| Wrong::field(field, "Write a whole number, or nothing for the usual one."))
}
