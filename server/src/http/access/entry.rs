//! The way in to a route: whoever lacks what its type names is refused before anything of the body is read.

use access::Scope;
use axum::extract::{Request, State as Extracted};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::needs::{LetIn, Needed};
use super::{Caller, Denied, is_basic};
use crate::http::State;
use crate::http::problem::{self, Problem};
use crate::http::read_only;
use crate::http::security::{comes_from_another_site, refused};

/// The way in to one route.
#[derive(Clone)]
pub struct Entry {
    /// What every route may use.
    pub state: State,
    /// What this one needs.
    pub needed: Needed,
}

/// Lets a request in, or says what it lacks.
pub async fn enter(Extracted(entry): Extracted<Entry>, mut request: Request, next: Next) -> Response {
    let Entry { state, needed } = entry;
    let is_protocol = matches!(needed, Needed::Protocol | Needed::Signature);
    if is_protocol {
        // Some senders write with GET.
        if comes_from_another_site(request.headers()) {
            return other_site().into_response();
        }
        match *request.method() {
            Method::HEAD => return problem::method_not_allowed().into_response(),
            // A browser adds what it has been told once to whatever a page of any site asks it to fetch.
            Method::GET if is_basic(request.headers()) => {
                request.headers_mut().remove(AUTHORIZATION);
            }
            _ => {}
        }
    }
    let caller = match let_in(&state, needed, request.method(), request.uri().path(), request.headers()) {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    request.extensions_mut().insert(LetIn { needed, caller });
    read_only::refuse_writes(&state, is_protocol, request, next).await
}

/// Who asks, or the answer that says what is lacking.
///
/// # Errors
/// That answer.
pub fn let_in(
    state: &State,
    needed: Needed,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<Caller, Response> {
    let usual = |scope| state.caller_for(scope, headers).map_err(|denied| refused(denied, state.guard.is_private()));
    match needed {
        // Who sends is asked by the handler, which knows how its clients show it.
        Needed::Nothing | Needed::Protocol | Needed::Signature => Ok(Caller::nobody()),
        Needed::Header(scope) => usual(scope),
        Needed::Guarded(scope) => state.caller_with(scope, headers).map_err(|denied: Denied| refused(denied, true)),
        // Forms carry the token in a field.
        Needed::Field(_) => usual(Scope::Read),
        Needed::Unrouted => {
            let is_read = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
            usual(if is_read || !path.starts_with("/api/") { Scope::Read } else { Scope::Admin })
        }
    }
}

/// The answer to what a page of another site sends.
pub fn other_site() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "other-site", "Another site may not write here")
        .detail("The request was sent by a page of another origin.")
}
