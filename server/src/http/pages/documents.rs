//! The documents that answers name.

use app::{DocumentPage, Page};
use axum::response::Response;

use super::page_request::PageRequest;

/// What `type` of a problem document leads to.
const PROBLEMS: &str = include_str!("../../../../docs/problems.md");

pub async fn problems(request: PageRequest) -> Response {
    request.show(Ok(Page::Document(DocumentPage::read("/docs/problems", PROBLEMS)))).await
}
