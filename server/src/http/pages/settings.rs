//! The settings page.

use app::{Page, Preferences, SettingsPage, TextSize, Theme};
use axum::extract::{OriginalUri, Query, State as Extracted};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::preferences;
use super::render::{self, Wanted};
use super::sending::Form;
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::api::query::AsOf;
use crate::http::reads;

#[derive(Debug, Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    theme: String,
    text_size: String,
}

pub async fn page(
    _: Needs<Read>,
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Query(query): Query<Saved>,
) -> Response {
    let chosen = preferences::read(&headers);
    let shown = SettingsPage { theme: chosen.theme, text_size: chosen.text_size, saved: query.saved.is_some() };
    let snapshot = match reads::now(&state).await {
        Ok(snapshot) => snapshot,
        Err(page) => return page,
    };
    render::page(&state, Wanted::of(&uri, &headers), StatusCode::OK, &snapshot, &AsOf::default(), Page::Settings(shown))
        .await
}

pub async fn receive(_: Needs<Read>, Form(chosen): Form<Chosen>) -> Response {
    let preferences = Preferences {
        theme: Theme::from_name(&chosen.theme).unwrap_or_default(),
        text_size: TextSize::from_name(&chosen.text_size).unwrap_or_default(),
    };
    ([(SET_COOKIE, preferences::cookie(preferences))], Redirect::to("/settings?saved=1")).into_response()
}
