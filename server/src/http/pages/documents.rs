//! The documents that answers name.

use app::{DocumentPage, Page};
use axum::response::Response;

use super::visit::Visit;

/// What `type` of a problem document leads to.
const PROBLEMS: &str = include_str!("../../../../docs/problems.md");

pub async fn problems(visit: Visit) -> Response {
    visit.show(Ok(Page::Document(DocumentPage::read("/docs/problems", PROBLEMS)))).await
}
