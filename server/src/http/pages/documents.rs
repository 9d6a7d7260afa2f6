//! The documents that answers name.

use app::{DocumentPage, Page};
use axum::response::Response;

use super::page_request::PageRequest;
use crate::http::access::needs::{Needs, Read};

/// What `type` of a problem document leads to.
const PROBLEMS: &str = include_str!("../../../../docs/problems.md");

pub async fn problems(_: Needs<Read>, request: PageRequest) -> Response {
    request.show(Ok(Page::Document(DocumentPage::read("/docs/problems", PROBLEMS)))).await
}
