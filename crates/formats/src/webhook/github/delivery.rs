//! Builds, deployments, commits, merged contributions and releases.

use super::payload::{Commit, Payload};
use crate::entry::Entry;
use crate::plain::Plain;
use crate::text::quote;
use crate::{WrittenTime, time};

/// A finished run of a workflow. One that says that it is complete and not how it ended is none.
pub(super) fn run(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(run) = payload.workflow_run.as_ref().filter(|_| payload.action_is("completed")) else { return };
    let Some(conclusion) = run.conclusion.as_deref() else { return };
    // Only the first attempt begins when the run was made.
    let is_first = run.attempt.unwrap_or(1) <= 1;
    let created = run.created_at.as_deref().filter(|_| is_first);
    let (started, ended) = (run.started_at.as_deref().or(created), run.updated_at.as_deref());
    let conclusion = conclusion.to_ascii_lowercase();
    let result = match conclusion.as_str() {
        "timed_out" | "startup_failure" => "failure",
        other => other,
    };
    let workflow = run.name.as_deref().filter(|name| !name.is_empty()).or(run.path.as_deref());
    let wrong = unmeasured(started, ended);
    let seconds = started.zip(ended).map_or(0.0, |(started, ended)| seconds_between(started, ended));
    let seconds = if wrong.is_some() { 0.0 } else { seconds };
    found.push(
        Entry::sample("ci.run", seconds, Some("s"))
            .instant(ended)
            .wrong_time(wrong)
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
    let result = match status.state.to_ascii_lowercase().as_str() {
        "success" => "success",
        "failure" | "error" => "failure",
        _ => return,
    };
    // GitHub takes `Production` and `production` for one environment.
    let environment = status.environment.as_deref().or(deployment.environment.as_deref()).map(str::to_lowercase);
    let environment = environment.as_deref();
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

/// GitHub lists so many commits of a push at most.
const MOST_LISTED: usize = 2_048;

/// The commits of a push to a branch that no earlier push had brought; and all that the push tells of, in its order, so that what a
/// deployment brought can be known.
pub(super) fn push(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(branch) = branch(payload) else { return };
    let commits = payload.commits.as_deref().unwrap_or_default();
    let told_head = payload.after.as_deref().or(payload.head_commit.as_ref().map(|head| head.id.as_str()));
    let head = told_head.filter(|id| is_listed(commits, id)).or(commits.last().map(|commit| commit.id.as_str()));
    let pushed_ms = pushed_ms(payload);
    let is_anew = payload.forced == Some(true) || payload.created == Some(true);
    for (commit, place) in commits.iter().zip(1_u32..) {
        if commit.distinct != Some(false) {
            found.push(
                Entry::event("commit")
                    .instant(commit.timestamp.as_deref())
                    .id(Some(format!("github:commit:{}", commit.id)))
                    .label("commit", &commit.id)
                    .label("branch", branch),
            );
        }
        found.push(
            Entry::sample("commit.pushed", f64::from(place), None)
                .time(pushed_ms)
                .label("commit", &commit.id)
                .label("branch", branch)
                .known("push", head)
                .known("history", is_anew.then_some("new")),
        );
    }
}

/// What is lacking of the list of commits of a push.
pub(super) fn lacking(payload: &Payload) -> Option<String> {
    branch(payload)?;
    let Some(commits) = &payload.commits else { return Some("the push tells none of its commits".to_owned()) };
    let is_cut = match (commits.last(), &payload.head_commit) {
        // A new branch, or one that was put back, may bring nothing.
        (None, head) => payload.created == Some(false) && payload.forced == Some(false) && head.is_some(),
        (Some(_), Some(head)) => !is_listed(commits, &head.id),
        (Some(_), None) => false,
    };
    let is_lacking = is_cut || commits.len() >= MOST_LISTED || payload.size.is_some_and(|size| size > commits.len());
    is_lacking.then(|| format!("the push tells {} of its commits and not all", commits.len()))
}

/// The branch that was pushed to and is still there. Names of branches differ by their case.
fn branch(payload: &Payload) -> Option<&str> {
    let branch = payload.reference.as_deref()?.strip_prefix("refs/heads/")?;
    (payload.deleted != Some(true)).then_some(branch)
}

fn is_listed(commits: &[Commit], id: &str) -> bool {
    commits.iter().any(|commit| commit.id == id)
}

/// When a branch got its commits: the repository says it, else the latest of them is as good.
fn pushed_ms(payload: &Payload) -> Option<i64> {
    let seconds = payload.repository.as_ref().and_then(|repository| repository.pushed_at.as_ref());
    let seconds = seconds.and_then(|at| match at {
        Plain::Number(number) => number.as_i64(),
        _ => None,
    });
    let read = |text: &str| time::parse(&WrittenTime::Text(text.to_owned())).ok();
    let latest = || {
        let commits = payload.commits.as_deref().unwrap_or_default().iter().chain(&payload.head_commit);
        commits.filter_map(|commit| read(commit.timestamp.as_deref()?)).max()
    };
    seconds.map(|seconds| seconds.saturating_mul(1_000)).or_else(latest)
}

pub(super) fn contribution(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(request) = payload.pull_request.as_ref().filter(|_| payload.action_is("closed")) else { return };
    if request.merged != Some(true) {
        return;
    }
    let association = request.author_association.as_deref().map(str::to_ascii_uppercase);
    let is_team = matches!(association.as_deref(), Some("OWNER" | "MEMBER" | "COLLABORATOR"));
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
        (Ok(started_ms), Ok(ended_ms)) => ended_ms.saturating_sub(started_ms) as f64 / 1000.0,
        _ => f64::NAN,
    }
}

/// Why nobody knows how long a run took.
fn unmeasured(started: Option<&str>, ended: Option<&str>) -> Option<String> {
    let is_time = |text: &str| time::parse(&WrittenTime::Text(text.to_owned())).is_ok();
    let (started, ended) = match (started, ended) {
        (Some(started), Some(ended)) => (started, ended),
        (None, _) => return Some("the run does not say when it started (`run_started_at`)".to_owned()),
        (_, None) => return Some("the run does not say when it ended (`updated_at`)".to_owned()),
    };
    if !is_time(started) {
        return Some(format!("the run started at {}, which is no time", quote(started)));
    }
    let is_backwards = is_time(ended) && seconds_between(started, ended) < 0.0;
    is_backwards.then(|| format!("the run ends at {}, before it starts at {}", quote(ended), quote(started)))
}
