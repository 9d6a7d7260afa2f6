//! The parts of GitHub's payloads that are read.

use serde::Deserialize;

use crate::plain::Plain;

#[derive(Deserialize)]
pub(super) struct Payload {
    #[serde(default)]
    pub(super) action: Option<String>,
    pub(super) repository: Option<Repository>,
    pub(super) workflow_run: Option<Run>,
    pub(super) deployment: Option<Deployment>,
    pub(super) deployment_status: Option<DeploymentStatus>,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    /// The head of the branch after a push.
    pub(super) after: Option<String>,
    pub(super) created: Option<bool>,
    pub(super) deleted: Option<bool>,
    pub(super) forced: Option<bool>,
    pub(super) commits: Option<Vec<Commit>>,
    /// How many commits a push has, where it is said.
    pub(super) size: Option<usize>,
    pub(super) head_commit: Option<Commit>,
    pub(super) pull_request: Option<PullRequest>,
    pub(super) release: Option<Release>,
    pub(super) issue: Option<Issue>,
    /// The label that an issue just got.
    pub(super) label: Option<Label>,
    pub(super) alert: Option<Alert>,
}

impl Payload {
    pub(super) fn action_is(&self, action: &str) -> bool {
        self.action.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(action))
    }

    pub(super) fn repository_name(&self) -> &str {
        self.repository.as_ref().map_or("", |repository| &repository.full_name)
    }
}

#[derive(Deserialize)]
pub(super) struct Repository {
    pub(super) full_name: String,
    /// Of a push in seconds since 1970, else in RFC 3339.
    #[serde(default)]
    pub(super) pushed_at: Option<Plain>,
}

#[derive(Deserialize)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) name: Option<String>,
    pub(super) path: Option<String>,
    #[serde(rename = "run_attempt")]
    pub(super) attempt: Option<u64>,
    pub(super) conclusion: Option<String>,
    #[serde(rename = "run_started_at")]
    pub(super) started_at: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) head_branch: Option<String>,
    pub(super) head_sha: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Deployment {
    pub(super) id: u64,
    pub(super) sha: Option<String>,
    pub(super) environment: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct DeploymentStatus {
    pub(super) id: u64,
    pub(super) state: String,
    pub(super) environment: Option<String>,
    pub(super) created_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Commit {
    pub(super) id: String,
    pub(super) timestamp: Option<String>,
    /// Whether the repository had it not before.
    pub(super) distinct: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct PullRequest {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) merged: Option<bool>,
    pub(super) merged_at: Option<String>,
    pub(super) author_association: Option<String>,
    pub(super) user: Option<User>,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) login: String,
}

#[derive(Deserialize)]
pub(super) struct Release {
    pub(super) id: u64,
    pub(super) tag_name: String,
    #[serde(default)]
    pub(super) prerelease: bool,
    pub(super) published_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Issue {
    pub(super) id: u64,
    pub(super) number: u64,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) closed_at: Option<String>,
    #[serde(default)]
    pub(super) labels: Option<Vec<Label>>,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Alert {
    pub(super) number: u64,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) fixed_at: Option<String>,
    pub(super) resolved_at: Option<String>,
    pub(super) security_advisory: Option<Advisory>,
    pub(super) rule: Option<Rule>,
}

#[derive(Deserialize)]
pub(super) struct Advisory {
    pub(super) published_at: Option<String>,
    pub(super) severity: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Rule {
    pub(super) severity: Option<String>,
    pub(super) security_severity_level: Option<String>,
}
