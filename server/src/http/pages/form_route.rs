//! The one way in for a form, and the one way back: it is followed only for whoever shows the token that its type names, on the page
//! of now; otherwise it comes back with what was typed and the reason.

use std::sync::Arc;

use app::{Forms, Page};
use axum::extract::{OriginalUri, Query, RawPathParams, Request, State as Extracted};
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use service::Snapshot;

use super::forms::{FormError, Sent, Wrong};
use super::render::{self, Wanted};
use super::sending::{self, File};
use crate::http::State;
use crate::http::access::needs::{Authorized, Field, Needs, OneScope};
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::http::reads;
use crate::http::scoped_router::{Methods, post};

/// A form of somebody who may send it.
pub struct Allowed<S> {
    /// What every route may use.
    pub state: State,
    /// Who sends it.
    pub caller: Authorized<S>,
    /// What is in its address in the place of a parameter; empty where there is none.
    pub place: String,
    /// Its fields.
    pub sent: Arc<Sent>,
    /// The file that came with it.
    pub file: File,
    /// Its address.
    pub uri: Uri,
    /// What was said of it.
    pub headers: HeaderMap,
}

/// What became of a form that was followed.
pub enum Done {
    /// It is done, and told at another address.
    At(String),
    /// It is done, and shown on this page, which nobody may keep.
    Shown(Box<Page>),
    /// It is done, and told to a program.
    Told(Response),
}

/// A form that comes back.
pub struct Returned {
    /// What every route may use.
    pub state: State,
    /// How everything stands now.
    pub snapshot: Arc<Snapshot>,
    /// What is in its address in the place of a parameter.
    pub place: String,
    /// Its fields.
    pub sent: Arc<Sent>,
    /// The status of the answer.
    pub status: StatusCode,
    /// What the page's forms show.
    pub forms: Forms,
}

impl Returned {
    /// The reason alone, where the page has no place for it.
    pub fn into_problem(self, title: &str) -> Problem {
        let detail = self.forms.problems.first().map(|(_, sentence)| sentence.clone()).unwrap_or_default();
        Problem::new(self.status, "token", title).detail(detail)
    }
}

/// A form with a few short fields: what it does, and the page on which it comes back.
pub fn form<S, Act, Acting, Back, Coming>(act: Act, back: Back) -> Methods
where
    S: OneScope,
    Act: Fn(Allowed<S>) -> Acting + Clone + Send + Sync + 'static,
    Acting: Future<Output = Result<Done, FormError>> + Send + 'static,
    Back: Fn(Returned) -> Coming + Clone + Send + Sync + 'static,
    Coming: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    let answer = move |needs: Needs<Field<S>>,
                       Extracted(state): Extracted<State>,
                       OriginalUri(uri): OriginalUri,
                       params: RawPathParams,
                       headers: HeaderMap,
                       sending::Form(fields): sending::Form<Vec<(String, String)>>| async move {
        let posted = Posted::new(state, uri, &params, headers, Sent(fields), File::default());
        posted.answer(&needs, act, back).await
    };
    post(answer)
}

/// The same for a form that brings a file.
pub fn form_with_file<S, Act, Acting, Back, Coming>(act: Act, back: Back) -> Methods
where
    S: OneScope,
    Act: Fn(Allowed<S>) -> Acting + Clone + Send + Sync + 'static,
    Acting: Future<Output = Result<Done, FormError>> + Send + 'static,
    Back: Fn(Returned) -> Coming + Clone + Send + Sync + 'static,
    Coming: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    let answer = move |needs: Needs<Field<S>>,
                       Extracted(state): Extracted<State>,
                       OriginalUri(uri): OriginalUri,
                       params: RawPathParams,
                       headers: HeaderMap,
                       request: Request| async move {
        match sending::with_file(&state, request).await {
            Ok((sent, file)) => Posted::new(state, uri, &params, headers, sent, file).answer(&needs, act, back).await,
            Err(problem) => render::problem(&state, Wanted::of(&uri, &headers), &problem).await,
        }
    };
    post(answer)
}

/// A form as it arrived, of whoever sent it.
struct Posted {
    state: State,
    place: String,
    sent: Arc<Sent>,
    file: File,
    uri: Uri,
    headers: HeaderMap,
}

impl Posted {
    fn new(state: State, uri: Uri, params: &RawPathParams, headers: HeaderMap, sent: Sent, file: File) -> Self {
        let place = params.iter().next().map_or_else(String::new, |(_, value)| value.to_owned());
        Self { state, place, sent: Arc::new(sent), file, uri, headers }
    }

    /// Follows it, or gives it back.
    async fn answer<S, Acting, Coming>(
        self,
        needs: &Needs<Field<S>>,
        act: impl Fn(Allowed<S>) -> Acting,
        back: impl Fn(Returned) -> Coming,
    ) -> Response
    where
        S: OneScope,
        Acting: Future<Output = Result<Done, FormError>>,
        Coming: Future<Output = Result<Page, Problem>>,
    {
        let Self { state, place, sent, file, uri, headers } = self;
        let wanted = Wanted::of(&uri, &headers);
        let allowed = sent.authorized(needs, &state).and_then(|caller| of_now(&uri).map(|()| caller));
        let outcome = match allowed {
            Ok(caller) => {
                let (state, place, sent) = (state.clone(), place.clone(), Arc::clone(&sent));
                act(Allowed { state, caller, place, sent, file, uri, headers }).await
            }
            Err(wrong) => Err(wrong.into()),
        };
        let wrong = match outcome {
            Ok(Done::At(address)) => return Redirect::to(&address).into_response(),
            Ok(Done::Told(response)) => return response,
            Ok(Done::Shown(page)) => return shown(&state, wanted, *page).await,
            Err(FormError::Problem(problem)) => return render::problem(&state, wanted, &problem).await,
            Err(FormError::Wrong(wrong)) => wrong,
        };
        let snapshot = match reads::now(&state).await {
            Ok(snapshot) => snapshot,
            Err(page) => return page,
        };
        let (status, forms) = (wrong.status, sent.back(wrong));
        let returned = Returned { state: state.clone(), snapshot: Arc::clone(&snapshot), place, sent, status, forms };
        match back(returned).await {
            Ok(page) => render::page(&state, wanted, status, &snapshot, &AsOf::default(), page).await,
            Err(problem) => render::problem(&state, wanted, &problem).await,
        }
    }
}

async fn shown(state: &State, wanted: Wanted, page: Page) -> Response {
    let snapshot = match reads::now(state).await {
        Ok(snapshot) => snapshot,
        Err(page) => return page,
    };
    let mut response = render::page(state, wanted, StatusCode::OK, &snapshot, &AsOf::default(), page).await;
    // A secret must not be found in a cache.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Refuses what is sent to a past instant: nothing that was can be changed.
///
/// # Errors
/// That the form is to be sent again.
pub fn of_now(uri: &Uri) -> Result<(), Wrong> {
    match Query::<AsOf>::try_from_uri(uri) {
        Ok(Query(as_of)) if as_of.written().is_none() => Ok(()),
        _ => Err(Wrong::whole(
            StatusCode::CONFLICT,
            "A past instant can't be changed. Send the form again from here, the page of now.",
        )),
    }
}
