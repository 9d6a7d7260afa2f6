//! Drawing a page: the app's document, with a content security policy that names its nonce.

use crate::http::reads;
use app::{Document, DocumentProps, Page, Preferences, ProblemPage};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;
use service::Snapshot;
use service::read_workers::Urgency;
use service::token::Scope;
use service::view::Frame;

use super::preferences;
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::system;

/// What drawing needs of a request.
pub struct Wanted {
    uri: axum::http::Uri,
    preferences: Preferences,
}

impl Wanted {
    /// What a request says about how its page should look.
    pub fn of(uri: &axum::http::Uri, headers: &HeaderMap) -> Self {
        Self { uri: uri.clone(), preferences: preferences::read(headers) }
    }
}

/// A page that shows `snapshot`.
pub async fn page(
    state: &State,
    wanted: Wanted,
    status: StatusCode,
    snapshot: &Snapshot,
    as_of: &AsOf,
    page: Page,
) -> Response {
    let payloads_need_token = !state.asker_may(Scope::Payloads);
    let mut frame = Frame { payloads_need_token, ..state.dashboard.frame(snapshot, as_of.written()) };
    if status == StatusCode::OK && !frame.is_as_of {
        frame.page_view_stamp = stamp(state, wanted.uri.path());
    }
    let options = state.options.clone();
    let preferences = wanted.preferences;
    let draw = move || {
        let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
            expect_context::<ResponseOptions>().insert_header(CONTENT_SECURITY_POLICY, policy);
        }
        Document(DocumentProps { options: options.clone(), frame: frame.clone(), preferences, page: page.clone() })
    };
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = wanted.uri;
    let drawn = leptos_axum::render_app_async_with_context(|| {}, draw)(request).await;
    let (mut parts, body) = drawn.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.status = status;
    // The document is whole already, so reading it waits for nothing and has no other limit than memory.
    let html = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => app::plain(&String::from_utf8_lossy(&bytes)),
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The page could not be drawn")
                .into_response();
        }
    };
    let mut response = Response::from_parts(parts, Body::from(html));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What a browser shows when it reports the page view; without random bits nothing is reported.
fn stamp(state: &State, path: &str) -> Option<String> {
    let random = system::random().inspect_err(|error| tracing::error!(%error, "a page has no stamp")).ok()?;
    Some(state.page_views.stamp(path, random, state.dashboard.now_ms()))
}

/// The page of an error.
pub async fn problem(state: &State, wanted: Wanted, problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let shown = ProblemPage { status: problem.status, title: problem.title.clone(), detail: problem.detail.clone() };
    // An error is shown with what was known last, where nothing newer can be read.
    let snapshot = match state.dashboard.snapshot_of_now(Urgency::Form).await {
        Ok(snapshot) => snapshot,
        Err(error) => match state.dashboard.latest_snapshot() {
            Some(latest) => latest,
            None => return reads::unread_page(&error),
        },
    };
    let mut response = page(state, wanted, status, &snapshot, &AsOf::default(), Page::Problem(shown)).await;
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
