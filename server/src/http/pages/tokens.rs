//! The page of tokens, and the forms that make, renew and revoke one.

use app::{Forms, Page};
use axum::extract::{OriginalUri, Query, State as Extracted};
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use service::instant;
use service::token::{NewToken, Scope, Token, TokenError, TokenSecret};
use service::view::tokens::TokensPage;
use storage::StoreError;

use super::forms::{Sent, Wrong, sentence};
use super::page_request::PageRequest;
use super::render::{self, Wanted};
use super::sending::Form;
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::api::tokens::unrandom;
use crate::http::problem::Problem;
use crate::http::reads;
use crate::http::security::refused;
use crate::system::{self, NoRandomness};

const KIB: u32 = 1_024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    done: String,
    /// The browser is to ask for a token, so that it may see the list.
    list: String,
}

pub async fn page(
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

/// What a form came to.
enum Done {
    /// A token has this secret from now on.
    Made(Box<Token>, TokenSecret),
    Revoked,
}

/// Why a form was not followed.
enum Refused {
    Wrong(Wrong),
    Store(StoreError),
    Random(NoRandomness),
}

impl From<Wrong> for Refused {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<NoRandomness> for Refused {
    fn from(error: NoRandomness) -> Self {
        Self::Random(error)
    }
}

impl From<TokenError> for Refused {
    fn from(error: TokenError) -> Self {
        let wrong = match error {
            TokenError::Store(error) => return Self::Store(error),
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

pub async fn act(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let (sent, wanted) = (Sent(sent), Wanted::of(&uri, &headers));
    let (status, forms, made) = match acted(&state, &sent).await {
        Ok(Done::Revoked) => return Redirect::to("/sources/tokens?done=revoked").into_response(),
        Ok(Done::Made(token, secret)) => (StatusCode::OK, Forms::default(), Some((*token, secret))),
        Err(Refused::Wrong(wrong)) => (wrong.status, sent.back(wrong), None),
        Err(Refused::Store(error)) => return render::problem(&state, wanted, &Problem::store(&error)).await,
        Err(Refused::Random(error)) => return render::problem(&state, wanted, &unrandom(&error)).await,
    };
    let page = match whole(&state, made.as_ref().map(|(token, secret)| (token, secret))).await {
        Ok(page) => Page::Tokens(page, forms),
        Err(error) => return render::problem(&state, wanted, &Problem::store(&error)).await,
    };
    let snapshot = match reads::now(&state).await {
        Ok(snapshot) => snapshot,
        Err(page) => return page,
    };
    let mut response = render::page(&state, wanted, status, &snapshot, &AsOf::default(), page).await;
    // A secret must not be found in a cache.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn acted(state: &State, sent: &Sent) -> Result<Done, Refused> {
    sent.authorized(state, Scope::Admin)?;
    let (dashboard, person) = (&state.dashboard, sent.text("person"));
    match sent.text("do") {
        "create" => {
            let secret = system::token_secret()?;
            let token = dashboard.api_tokens().create(wanted(sent)?, &secret, person).await?;
            Ok(Done::Made(Box::new(token), secret))
        }
        "renew" => {
            let minutes = number(sent, "overlap_minutes", 0)?;
            let secret = system::token_secret()?;
            let token = dashboard.api_tokens().renew(sent.text("id"), &secret, minutes, person).await?;
            Ok(Done::Made(Box::new(token), secret))
        }
        "revoke" => {
            dashboard.api_tokens().revoke(sent.text("id"), person, sent.text("reason")).await?;
            Ok(Done::Revoked)
        }
        _ => Err(Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "Choose what to do with the token.").into()),
    }
}

fn wanted(sent: &Sent) -> Result<NewToken, Refused> {
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
