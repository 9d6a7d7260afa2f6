//! What each reader takes and refuses, and that no reader panics whatever it is given.

mod axe;
mod coverage;
mod csv;
mod json;
mod junit;
mod ndjson;
mod properties;
mod series;
mod time;

use formats::{Draft, Drafts, Problem, Refusal, Target, Written};

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

/// A draft that says nothing but its target and value.
fn draft(row: usize, target: Target, value: Written) -> Draft {
    Draft {
        row,
        target,
        value,
        unit: None,
        time: None,
        external_id: None,
        note: None,
        evidence: None,
        person: None,
        origin: None,
        labels: Vec::new(),
    }
}

fn kpi(id: &str) -> Target {
    Target::Kpi(id.to_owned())
}
