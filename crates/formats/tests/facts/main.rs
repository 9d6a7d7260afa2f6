//! What each reader takes and refuses, and that no reader panics whatever it is given.

mod axe;
mod coverage;
mod csv;
mod json;
mod junit;
mod ndjson;
mod properties;
mod time;

use formats::{Drafts, Problem, Refusal};

/// The only problem of a body.
#[expect(clippy::panic, reason = "a helper of tests")]
fn only_problem(drafts: &Drafts) -> &Problem {
    let [problem] = drafts.problems.as_slice() else { panic!("one problem expected: {drafts:#?}") };
    problem
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Refusal {
    let refusal = result.expect_err("a refusal");
    assert!(!refusal.expected().is_empty(), "{refusal} says what would be right");
    refusal
}
