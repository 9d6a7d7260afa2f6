//! GitHub's webhooks: how software is built, delivered and mended.
//!
//! | event | becomes |
//! | --- | --- |
//! | `workflow_run`, completed | `ci.run`: seconds; `result` (success, failure, cancelled, or GitHub's own word), `workflow`, `branch`, `commit` |
//! | `deployment_status`: success, failure, error | `deployment`: `environment`, `result`, `commit`; with success also `commit.deployed` |
//! | `push` to a branch | `commit` for each commit that is new to the repository: `commit`, `branch`; and `commit.pushed` for each that it tells: its place in the push; `commit`, `branch`, `push` (the head), `history` (new where the branch was made, or pushed by force) |
//! | `pull_request`, merged | `contribution`: `contributor`, `origin` (team for owners, members and collaborators, else external) |
//! | `issues`: opened, reopened, closed, labeled | `issue`: `issue`, `event` (opened, resolved); and, where a label of the issue is `blocker`, `incident`, `bottleneck` or `regression`, that series with the words that the catalogue has for it |
//! | `release`, published | `release`: `release`, `stage` (final, preview) |
//! | `dependabot_alert`, `code_scanning_alert`, `secret_scanning_alert` | `vulnerability`: `vulnerability`, `event` (published, detected, patched), `severity` |
//!
//! All carry `repository`. All other events, and other actions of these, are left out. GitHub compares names of environments without
//! case, so they come in small letters; branches keep theirs. A deployment tells its head alone: what else it brought is found by whoever
//! keeps these events, from the pushes (`commit.pushed`). External ids are GitHub's own, so that a delivery sent again changes nothing. A push
//! that does not list all of its commits is a problem of its row, and what it lists is kept.

mod alert;
mod delivery;
mod issue;
mod payload;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::report::wrong;
use crate::{Limits, Received, Refusal, report};
use payload::Payload;

const EXPECTED: &str = "the JSON of a GitHub webhook";

/// The samples of one delivery. `event` is its header `X-GitHub-Event`.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON or not of the shape that GitHub documents for the event, a form without `payload`, and
/// a push of more commits than the limit of rows.
pub fn read(event: &str, body: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let form = form_payload(body);
    let text = report::text(form.as_deref().map_or(body, str::as_bytes))?;
    let mut collector = Collector::new(limits);
    let row = collector.row()?;
    let Some(add) = reader(&event.to_ascii_lowercase()) else {
        // Other events have other shapes; it is only known that they are JSON.
        report::document::<serde::de::IgnoredAny>(text, EXPECTED)?;
        collector.leave_out("event of another kind");
        return Ok(collector.received);
    };
    let payload: Payload = report::document(text, EXPECTED)?;
    let mut found = Vec::new();
    add(&payload, &mut found);
    if found.is_empty() {
        collector.leave_out("event of another kind");
    }
    let repository = payload.repository.as_ref().map(|repository| repository.full_name.as_str());
    for entry in found {
        collector.entry(row, entry.known("repository", repository))?;
    }
    if event.eq_ignore_ascii_case("push")
        && let Some(detail) = delivery::lacking(&payload)
    {
        collector.problem(row, wrong("commits", "incomplete", detail, "a push with all of its commits"));
    }
    Ok(collector.received)
}

type Reader = fn(&Payload, &mut Vec<Entry>);

fn reader(event: &str) -> Option<Reader> {
    match event {
        "workflow_run" => Some(delivery::run),
        "deployment_status" => Some(delivery::deployment),
        "push" => Some(delivery::push),
        "pull_request" => Some(delivery::contribution),
        "release" => Some(delivery::release),
        "issues" => Some(issue::issue),
        "dependabot_alert" => Some(alert::dependency),
        "code_scanning_alert" => Some(alert::code),
        "secret_scanning_alert" => Some(alert::secret),
        _ => None,
    }
}

/// The JSON of a webhook whose content type is that of a form.
fn form_payload(body: &[u8]) -> Option<String> {
    if !body.starts_with(b"payload=") {
        return None;
    }
    form_urlencoded::parse(body).find(|(name, _)| name == "payload").map(|(_, value)| value.into_owned())
}
