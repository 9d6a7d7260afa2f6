//! Builds, deployments, commits, merged contributions and releases.

use super::payload::Payload;
use crate::entry::Entry;
use crate::{WrittenTime, time};

/// A finished run of a workflow. One that says that it is complete and not how it ended is none.
pub(super) fn run(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(run) = payload.workflow_run.as_ref().filter(|_| payload.action_is("completed")) else { return };
    let Some(conclusion) = run.conclusion.as_deref() else { return };
    let (Some(started), Some(ended)) = (run.started_at.as_deref(), run.updated_at.as_deref()) else { return };
    let result = match conclusion {
        "timed_out" | "startup_failure" => "failure",
        other => other,
    };
    let workflow = run.name.as_deref().filter(|name| !name.is_empty()).or(run.path.as_deref());
    found.push(
        Entry::sample("ci.run", seconds_between(started, ended), Some("s"))
            .instant(Some(ended))
            .id(Some(format!("github:workflow_run:{}:{}", run.id, run.attempt.unwrap_or(1))))
            .label("result", result)
            .known("workflow", workflow)
            .known("branch", run.head_branch.as_deref())
            .known("commit", run.head_sha.as_deref()),
    );
}

/// A deployment that succeeded or failed; all other states say that it is still under way, or over.
pub(super) fn deployment(payload: &Payload, found: &mut Vec<Entry>) {
    let (Some(status), Some(deployment)) = (&payload.deployment_status, &payload.deployment) else { return };
    let result = match status.state.as_str() {
        "success" => "success",
        "failure" | "error" => "failure",
        _ => return,
    };
    let environment = status.environment.as_deref().or(deployment.environment.as_deref());
    let commit = deployment.sha.as_deref();
    let entry = |series: &str, id: String| {
        Entry::event(series)
            .instant(status.created_at.as_deref())
            .id(Some(id))
            .known("environment", environment)
            .known("commit", commit)
    };
    found.push(entry("deployment", format!("github:deployment_status:{}", status.id)).label("result", result));
    if result == "success" && commit.is_some() {
        found.push(entry("commit.deployed", format!("github:deployed:{}", deployment.id)));
    }
}

/// The commits of a push to a branch that no earlier push had brought.
pub(super) fn push(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(branch) = payload.reference.as_deref().and_then(|name| name.strip_prefix("refs/heads/")) else { return };
    for commit in payload.commits.iter().filter(|commit| commit.distinct) {
        found.push(
            Entry::event("commit")
                .instant(commit.timestamp.as_deref())
                .id(Some(format!("github:commit:{}", commit.id)))
                .label("commit", &commit.id)
                .label("branch", branch),
        );
    }
}

pub(super) fn contribution(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(request) = payload.pull_request.as_ref().filter(|_| payload.action_is("closed")) else { return };
    if request.merged != Some(true) {
        return;
    }
    let is_team = matches!(request.author_association.as_deref(), Some("OWNER" | "MEMBER" | "COLLABORATOR"));
    found.push(
        Entry::event("contribution")
            .instant(request.merged_at.as_deref())
            .id(Some(format!("github:pull_request:{}", request.id)))
            .known("contributor", request.user.as_ref().map(|user| user.login.as_str()))
            .label("origin", if is_team { "team" } else { "external" }),
    );
}

pub(super) fn release(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(release) = payload.release.as_ref().filter(|_| payload.action_is("published")) else { return };
    found.push(
        Entry::event("release")
            .instant(release.published_at.as_deref())
            .id(Some(format!("github:release:{}", release.id)))
            .label("release", &release.tag_name)
            .label("stage", if release.prerelease { "preview" } else { "final" }),
    );
}

/// Not a number where one of the two can't be read, which is then the entry's problem.
#[expect(clippy::cast_precision_loss, reason = "a run of 2^53 milliseconds would take 285,000 years")]
fn seconds_between(started: &str, ended: &str) -> f64 {
    let read = |text: &str| time::parse(&WrittenTime::Text(text.to_owned()));
    match (read(started), read(ended)) {
        (Ok(started_ms), Ok(ended_ms)) => ended_ms.saturating_sub(started_ms).max(0) as f64 / 1000.0,
        _ => f64::NAN,
    }
}
