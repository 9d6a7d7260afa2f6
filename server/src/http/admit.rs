//! Who is answered where places are few: in the reserve health and administrators, and of the clients behind a trusted proxy
//! each up to its limit.

use std::sync::Arc;

use access::Scope;
use axum::extract::{Request, State as Extracted};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::State;
use super::access::shown_in;
use super::address::ClientAddress;
use super::listen::{Full, Held, Reserved};
use super::problem::Problem;

/// When to ask again.
const RETRY_AFTER_S: u64 = 5;

/// Whether a path says how the server does.
fn is_health(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Refuses whoever has no place.
pub async fn admit(
    Extracted(state): Extracted<State>,
    client: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    if is_health(request.uri().path()) {
        return next.run(request).await;
    }
    if let Some(Reserved(full)) = request.extensions().get().copied() {
        if !is_administrator(&state, &request) {
            state.admission.count_refusal();
            return refusal(full, "connections").into_response();
        }
        return next.run(request).await;
    }
    // An event stream has a place of its own, for as long as it is open.
    if !client.is_proxied() || request.uri().path() == super::events::PATH {
        return next.run(request).await;
    }
    match state.admission.request(client.network()) {
        Ok(permit) => {
            let mut response = next.run(request).await;
            response.extensions_mut().insert(Held(Arc::new(permit)));
            response
        }
        Err(full) => refusal(full, "requests").into_response(),
    }
}

/// Where nobody needs a token, nobody is known as administrator.
fn is_administrator(state: &State, request: &Request) -> bool {
    let shown = shown_in(request.headers()).filter(|_| state.guard.needs_token());
    shown.is_some_and(|shown| state.caller(Some(&shown)).is_ok_and(|caller| caller.may(Scope::Admin).is_ok()))
}

/// What somebody is told for whom there is no place among `what`.
pub fn refusal(full: Full, what: &str) -> Problem {
    let problem = match full {
        Full::Network => Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-connections", "Too many at once")
            .detail(format!("Your address has as many {what} open as one may have.")),
        Full::All => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy")
            .detail(format!("There are as many {what} as the server takes.")),
    };
    Problem { retry_after_s: Some(RETRY_AFTER_S), ..problem.expected("the same again, later") }
}
