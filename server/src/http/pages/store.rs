//! The form on the page Sources that says that what was found of the store is known.

use access::Scope;
use axum::extract::{Form, OriginalUri, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::forms::Sent;
use super::render::{self, Wanted};
use crate::http::State;
use crate::http::problem::Problem;

pub async fn acknowledge(
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Response {
    let (sent, wanted) = (Sent(sent), Wanted::of(&uri, &headers));
    let problem = match sent.authorized(&state, Scope::Admin) {
        Err(wrong) => {
            let status = StatusCode::from_u16(wrong.status.as_u16()).unwrap_or(StatusCode::UNAUTHORIZED);
            let detail = wrong.problems.first().map(|(_, sentence)| sentence.clone()).unwrap_or_default();
            Problem::new(status, "token", wrong.title).detail(detail)
        }
        Ok(_) => match state.dashboard.acknowledge_findings(sent.text("person")).await {
            Ok(_) => return Redirect::to("/sources#soundness").into_response(),
            Err(error) => error.into(),
        },
    };
    render::problem(&state, wanted, &problem).await
}
