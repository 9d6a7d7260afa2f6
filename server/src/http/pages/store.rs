//! The form on the page Sources that says that what was found of the store is known.

use app::Page;

use super::form_route::{Allowed, Done, Returned};
use super::forms::FormError;
use crate::http::access::needs::Admin;
use crate::http::problem::Problem;

/// The form has no place on the page for what is wrong.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    Err(form.into_problem("Nothing was recorded"))
}

pub async fn acknowledge(form: Allowed<Admin>) -> Result<Done, FormError> {
    match form.state.dashboard.acknowledge_findings(form.sent.text("person")).await {
        Ok(_) => Ok(Done::At("/sources#soundness".to_owned())),
        Err(error) => Err(FormError::Problem(error.into())),
    }
}
