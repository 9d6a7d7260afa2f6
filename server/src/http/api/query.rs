//! Query parameters that several routes share.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use service::{Dashboard, Snapshot};
use std::sync::Arc;
use utoipa::IntoParams;

use crate::http::problem::Problem;

/// How many entries of a long list come without a limit, and at most.
const USUAL_LIMIT: u32 = 100;
const MOST_LISTED: u32 = 500;

/// The instant that is asked about.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// A past instant: `2026-11-23` (its end, UTC) or RFC 3339. Now without it.
    pub as_of: Option<String>,
}

impl AsOf {
    /// The instant as it was written; `None` for now.
    pub fn written(&self) -> Option<&str> {
        self.as_of.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The instant in milliseconds since the Unix epoch; `None` for now.
    pub fn instant_ms(&self) -> Result<Option<i64>, Problem> {
        self.written()
            .map(service::instant::parse_as_of)
            .transpose()
            .map_err(|detail| Problem::parameter("as_of", detail))
    }

    /// The snapshot at that instant.
    pub async fn snapshot(&self, dashboard: &Dashboard) -> Result<Arc<Snapshot>, Problem> {
        Ok(dashboard.snapshot(self.instant_ms()?).await?)
    }
}

/// Query parameters whose errors are problem documents.
pub struct Parameters<Value>(pub Value);

impl<Value, Shared> FromRequestParts<Shared> for Parameters<Value>
where
    Value: serde::de::DeserializeOwned,
    Shared: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _shared: &Shared) -> Result<Self, Problem> {
        let query = Query::<Value>::try_from_uri(&parts.uri);
        query.map(|Query(value)| Self(value)).map_err(|rejection| Problem::parameter("query", rejection.body_text()))
    }
}

/// Parts of the path whose errors are problem documents.
pub struct InPath<Value>(pub Value);

impl<Value, Shared> FromRequestParts<Shared> for InPath<Value>
where
    Value: serde::de::DeserializeOwned + Send,
    Shared: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let path = Path::<Value>::from_request_parts(parts, shared).await;
        path.map(|Path(value)| Self(value)).map_err(|rejection| Problem::parameter("path", rejection.body_text()))
    }
}

/// Which page of a list is wanted that names its entries by id.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PagingById {
    /// Only entries behind the one with this id: from the header `Link` of the page before.
    pub after: Option<String>,
    /// How many entries, at most 500; 100 without it.
    pub limit: Option<u32>,
}

impl PagingById {
    /// How many entries are wanted.
    ///
    /// # Errors
    /// 400 for none or too many.
    pub fn limit(&self) -> Result<usize, Problem> {
        limit(self.limit)
    }

    /// The entries behind the one that the page before ended with.
    pub fn rest<Entry>(&self, entries: Vec<Entry>, id: impl Fn(&Entry) -> &str) -> impl Iterator<Item = Entry> {
        let after = self.after.as_deref();
        let place = after.and_then(|after| entries.iter().position(|entry| id(entry) == after));
        // An entry that is gone names no place; from the beginning nothing is missed.
        entries.into_iter().skip(place.map_or(0, |place| place + 1))
    }
}

/// How many entries are wanted.
fn limit(wanted: Option<u32>) -> Result<usize, Problem> {
    Paging { before: None, limit: wanted }.limit().map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Which page of a long list is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Only entries before this one: the `next` of the page before.
    pub before: Option<i64>,
    /// How many entries, at most 500; 100 without it.
    pub limit: Option<u32>,
}

impl Paging {
    /// How many entries are wanted.
    ///
    /// # Errors
    /// 400 for none or too many.
    pub fn limit(&self) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(USUAL_LIMIT);
        if (1..=MOST_LISTED).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::parameter("limit", format!("write a number from 1 to {MOST_LISTED}")))
        }
    }

    /// The same as the length of a list in memory.
    ///
    /// # Errors
    /// As [`Paging::limit`].
    pub fn length(&self) -> Result<usize, Problem> {
        limit(self.limit)
    }
}
