//! A request to a page: who asks, for which instant, and the snapshot of it.

use service::SnapshotError;
use std::sync::Arc;

use app::Page;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use service::{Dashboard, Snapshot};

use super::render::{self, Wanted};
use crate::http::State;
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::http::reads;

/// A request for a page that shows an instant.
pub struct PageRequest {
    state: State,
    wanted: Wanted,
    as_of: AsOf,
    /// What is known at the instant.
    pub snapshot: Arc<Snapshot>,
}

impl PageRequest {
    /// The product.
    pub fn dashboard(&self) -> Arc<Dashboard> {
        Arc::clone(&self.state.dashboard)
    }

    /// The query that leads to the same instant, `?as_of=…`; empty for now.
    pub fn as_of_query(&self) -> String {
        let instant = self.as_of.written().and(Some(self.snapshot.evaluation.instant_ms));
        instant.map_or_else(String::new, |instant_ms| format!("?as_of={}", service::instant::iso(instant_ms)))
    }

    /// Whether an instant was asked for, not now.
    pub fn is_past(&self) -> bool {
        self.as_of.written().is_some()
    }

    /// Up to when a page may tell: the instant that was asked for, or without end for now.
    pub fn until_ms(&self) -> i64 {
        if self.is_past() { self.snapshot.evaluation.instant_ms } else { i64::MAX }
    }

    /// Shows the page, or the page of the problem.
    pub async fn show(self, page: Result<Page, Problem>) -> Response {
        match page {
            Ok(page) => render::page(&self.state, self.wanted, StatusCode::OK, &self.snapshot, &self.as_of, page).await,
            Err(problem) => render::problem(&self.state, self.wanted, &problem).await,
        }
    }
}

impl FromRequestParts<State> for PageRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Response> {
        let wanted = Wanted::of(&parts.uri, &parts.headers);
        let as_of = Query::<AsOf>::try_from_uri(&parts.uri)
            .map_err(|rejection| Problem::parameter("as_of", rejection.body_text()))
            .and_then(|Query(as_of)| Ok((as_of.instant_ms()?, as_of)));
        let (instant_ms, as_of) = match as_of {
            Ok(as_of) => as_of,
            Err(problem) => return Err(render::problem(state, wanted, &problem).await),
        };
        match state.dashboard.snapshot(instant_ms).await {
            Ok(snapshot) => Ok(Self { state: state.clone(), wanted, as_of, snapshot }),
            Err(SnapshotError::Busy(busy)) => Err(reads::busy_page(busy)),
            Err(SnapshotError::Store(error)) => Err(reads::unread_page(&error)),
        }
    }
}
