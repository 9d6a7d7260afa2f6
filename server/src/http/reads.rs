//! Admission of what is read: pages and answers are computed on threads of their own, so many at once as are done soon, and the
//! rest is refused at once. What is written, and whether the server lives, waits for none of it.

use service::Snapshot;
use std::sync::Arc;
use std::time::Duration;
use storage::StoreError;

use axum::body::Body;
use axum::extract::{Query, Request, State as Extracted};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use service::read_workers::{Busy, Urgency};

use super::State;
use super::address::ClientAddress;
use super::api::query::AsOf;
use super::asking::Asking;
use super::problem::Problem;

/// How long somebody waits for an answer, who was admitted; the time limit of all answers is longer.
const LONGEST: Duration = Duration::from_secs(25);
/// After how many seconds somebody may ask again, whose answer did not come in time.
const RETRY_AFTER_S: u64 = 10;
/// The same where the database did not answer.
const UNREAD_RETRY_AFTER_S: u64 = 5;

/// Where something is sent that is not recorded.
const LOOKED_THROUGH: [&str; 2] = ["/api/v1/catalogue/contract", "/api/v1/observations/preview"];

/// Computes pages and the answers to forms on the threads for reading.
pub async fn pages(Extracted(state): Extracted<State>, request: Request, next: Next) -> Response {
    let urgency = if is_read(request.method()) { urgency(request.uri()) } else { Urgency::Form };
    admit(&state, urgency, request, next).await.unwrap_or_else(busy_page)
}

/// Computes what the API is asked for on the threads for reading. What is sent to it is answered beside them, but for what is
/// only looked through.
pub async fn api(Extracted(state): Extracted<State>, request: Request, next: Next) -> Response {
    let urgency = match request.uri().path() {
        _ if is_read(request.method()) => urgency(request.uri()),
        path if LOOKED_THROUGH.contains(&path) => Urgency::Form,
        _ => return next.run(request).await,
    };
    admit(&state, urgency, request, next).await.unwrap_or_else(|busy| Problem::busy(busy).into_response())
}

fn is_read(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

/// What names an instant asks for the past; what can't be read is told soon.
fn urgency(uri: &Uri) -> Urgency {
    match Query::<AsOf>::try_from_uri(uri) {
        Ok(Query(as_of)) if as_of.written().is_some() => Urgency::Past,
        _ => Urgency::Now,
    }
}

async fn admit(state: &State, urgency: Urgency, request: Request, next: Next) -> Result<Response, Busy> {
    let network = network(&request);
    computed(state, urgency, network, next.run(request)).await
}

/// What limits count whoever sent a request by.
pub fn network(request: &Request) -> Option<String> {
    request.extensions().get::<ClientAddress>().map(|client| client.network().to_string())
}

/// An answer that is computed on the threads for reading.
///
/// # Errors
/// [`Busy`] where too much is asked for, or the answer does not come in time.
pub async fn computed(
    state: &State,
    urgency: Urgency,
    network: Option<String>,
    answer: impl Future<Output = Response> + Send + 'static,
) -> Result<Response, Busy> {
    let workers = state.dashboard.read_workers();
    let _place = workers.place(urgency, network)?;
    // What is known of the request goes with it to the other thread.
    let asking = Asking::now();
    let answer = async move {
        match asking {
            Some(asking) => asking.answer(answer).await,
            None => answer.await,
        }
    };
    let answer = workers.run(urgency, answer);
    tokio::time::timeout(LONGEST, answer).await.map_err(|_| Busy { retry_after_s: RETRY_AFTER_S })
}

/// A page that takes nothing to draw.
pub fn busy_page(busy: Busy) -> Response {
    let title = "Too much is asked for at once";
    plain_page(title, "The server computes for others just now.", busy.retry_after_s)
}

/// The same where what it would show can't be read.
pub fn unread_page(error: &StoreError) -> Response {
    tracing::error!(error = error as &dyn std::error::Error, "what a page shows could not be read");
    plain_page("The database does not answer", "What this page shows could not be read.", UNREAD_RETRY_AFTER_S)
}

/// How everything stands now, or a page that says why that can't be told.
///
/// # Errors
/// That page.
pub async fn now(state: &State) -> Result<Arc<Snapshot>, Response> {
    state.dashboard.snapshot_of_now(Urgency::Form).await.map_err(|error| unread_page(&error))
}

fn plain_page(title: &str, sentence: &str, seconds: u64) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{sentence} Load this page again in {seconds} s.</p></html>"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (RETRY_AFTER, seconds.to_string()),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Body::from(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_names_an_instant_asks_for_the_past_however_it_is_written() {
        let cases = [
            ("/", Urgency::Now),
            ("/?as_of=", Urgency::Now),
            ("/?as_of=2026-01-01", Urgency::Past),
            ("/kpis/x?done=note&%61s_of=2026-01-01", Urgency::Past),
            ("/?as_offer=2026-01-01", Urgency::Now),
        ];
        for (uri, expected) in cases {
            assert_eq!(urgency(&Uri::from_static(uri)), expected, "{uri}");
        }
    }
}
