//! What a deployment brought: every commit since the last successful deployment of its environment.
//!
//! A deployment tells the commit that it put into an environment. Its branch's pushes (`commit.pushed`: the place in the push, with
//! `repository`, `branch`, `push` and, where a branch begins anew, `history`) tell which others came before it. Each of them becomes a
//! `commit.deployed` of the time of the first successful deployment that holds it; one that was in the environment already is none
//! again, so that a repetition and a step back bring nothing.
//!
//! It is decided from what is kept and what comes now, whatever comes first: a push that is told after its deployment, and a
//! deployment that is told after a later one, lead to the same. What was added once stays, because only the earliest counts.

use std::collections::HashMap;

use formats::{Draft, Target, Written};
use kpi::point::{Labels, Observations, label};

use sha2::{Digest as _, Sha256};

use crate::record::hex;
use crate::validate::Valid;

const PUSHED: &str = "commit.pushed";
const DEPLOYMENT: &str = "deployment";
const DEPLOYED: &str = "commit.deployed";

/// One commit of a push.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pushed {
    time_ms: i64,
    push: String,
    place: i64,
    commit: String,
    begins_anew: bool,
}

/// A successful deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Deployment {
    time_ms: i64,
    environment: String,
    commit: String,
}

/// What is known of one repository.
#[derive(Debug, Default)]
struct Repository {
    /// Its pushes by branch, in their order.
    branches: HashMap<String, Vec<Pushed>>,
    /// By commit, where it stands: branch and place.
    places: HashMap<String, Vec<(String, usize)>>,
    /// Since when a commit has been in an environment.
    deployed: HashMap<(String, String), i64>,
    deployments: Vec<Deployment>,
    /// Its name as it was written.
    name: String,
    /// Whether a push of it comes now.
    has_fresh_push: bool,
}

/// The `commit.deployed` that rows which come now complete, beside those that are among them.
pub(crate) fn brought(observations: &dyn Observations, fresh: &[Valid]) -> Vec<Valid> {
    let is_of_interest = |row: &&Valid| row.measure == PUSHED || is_success(&row.measure, &row.draft.labels);
    let Some(first) = fresh.iter().find(is_of_interest) else { return Vec::new() };
    if observations.points(PUSHED).is_empty() && fresh.iter().all(|row| row.measure != PUSHED) {
        return Vec::new();
    }
    let mut all: HashMap<String, Repository> = HashMap::new();
    for row in fresh.iter().filter(is_of_interest) {
        let name = text(&row.draft.labels, "repository");
        let repository = all.entry(key(name)).or_default();
        name.clone_into(&mut repository.name);
        repository.has_fresh_push |= row.measure == PUSHED;
    }
    for series in [PUSHED, DEPLOYMENT, DEPLOYED] {
        for point in observations.points(series) {
            take(&mut all, series, observations.labels(point.labels), (point.time_ms, point.value), false);
        }
    }
    for row in fresh {
        take(&mut all, &row.measure, &row.draft.labels, (row.time_ms, row.value), true);
    }
    let mut found: Vec<(String, Deployment)> = Vec::new();
    for repository in all.values_mut() {
        repository.order();
        for deployment in std::mem::take(&mut repository.deployments) {
            found.extend(repository.bring(&deployment).into_iter().map(|commit| {
                let labels = Deployment { commit, ..deployment.clone() };
                (repository.name.clone(), labels)
            }));
        }
    }
    // The order of a map is none.
    found.sort();
    found.into_iter().map(|(repository, deployment)| row(first, &repository, &deployment)).collect()
}

fn take(
    all: &mut HashMap<String, Repository>,
    series: &str,
    labels: &Labels,
    (time_ms, value): (i64, f64),
    is_fresh: bool,
) {
    let Some(repository) = all.get_mut(&key(text(labels, "repository"))) else { return };
    let Some(commit) = label(labels, "commit").map(str::to_owned) else { return };
    let environment = || text(labels, "environment").to_owned();
    match series {
        PUSHED => {
            #[expect(clippy::cast_possible_truncation, reason = "a place in a push, or nothing that makes sense")]
            let place = value as i64;
            let push = label(labels, "push").unwrap_or(&commit).to_owned();
            let begins_anew = label(labels, "history") == Some("new");
            let branch = repository.branches.entry(text(labels, "branch").to_owned()).or_default();
            branch.push(Pushed { time_ms, push, place, commit, begins_anew });
        }
        // What came before has brought what it brings, unless a push comes that tells more of it.
        DEPLOYMENT if is_success(series, labels) && (is_fresh || repository.has_fresh_push) => {
            repository.deployments.push(Deployment { time_ms, environment: environment(), commit });
        }
        DEPLOYED => {
            let since_ms = repository.deployed.entry((environment(), commit)).or_insert(time_ms);
            *since_ms = time_ms.min(*since_ms);
        }
        _ => {}
    }
}

impl Repository {
    fn order(&mut self) {
        for (branch, pushes) in &mut self.branches {
            pushes.sort();
            pushes.dedup();
            for (place, pushed) in pushes.iter().enumerate() {
                self.places.entry(pushed.commit.clone()).or_default().push((branch.clone(), place));
            }
        }
        self.deployments.sort();
        self.deployments.dedup();
    }

    /// The commits that were not in the environment before this deployment; they are from now on.
    fn bring(&mut self, deployment: &Deployment) -> Vec<String> {
        let Deployment { time_ms, environment, commit } = deployment;
        let mut found = Vec::new();
        for (branch, place) in self.last_places(commit) {
            let pushes = self.branches.get(&branch).map(Vec::as_slice).unwrap_or_default();
            let until = pushes.get(..=place).unwrap_or_default();
            let since = until.iter().rposition(|pushed| pushed.begins_anew).map_or(0, |last| {
                // The whole push begins anew.
                let push = until.get(last).map(|pushed| (pushed.time_ms, pushed.push.as_str()));
                until.iter().position(|pushed| Some((pushed.time_ms, pushed.push.as_str())) == push).unwrap_or(last)
            });
            for pushed in until.get(since..).unwrap_or_default() {
                let in_environment = (environment.clone(), pushed.commit.clone());
                if self.deployed.get(&in_environment).is_none_or(|since_ms| since_ms > time_ms) {
                    self.deployed.insert(in_environment, *time_ms);
                    found.push(pushed.commit.clone());
                }
            }
        }
        found
    }

    /// Where the history of a commit ends: on each branch that had it as head; else where it was pushed first, because a list of
    /// several commits may hold those of a merged branch, which are not each other's past.
    fn last_places(&self, commit: &str) -> Vec<(String, usize)> {
        let places = self.places.get(commit).map(Vec::as_slice).unwrap_or_default();
        let pushed = |(branch, place): &&(String, usize)| self.branches.get(branch).and_then(|pushes| pushes.get(*place));
        let is_head = |at: &&(String, usize)| pushed(at).is_some_and(|pushed| pushed.push == commit);
        let heads: Vec<(String, usize)> = places.iter().filter(is_head).cloned().collect();
        if !heads.is_empty() {
            return heads;
        }
        places.iter().min_by_key(|at| (pushed(at), at.0.clone())).cloned().into_iter().collect()
    }
}

fn is_success(series: &str, labels: &Labels) -> bool {
    series == DEPLOYMENT && label(labels, "result") == Some("success") && label(labels, "commit").is_some()
}

fn text<'a>(labels: &'a Labels, name: &str) -> &'a str {
    label(labels, name).unwrap_or_default()
}

/// Hosts of repositories compare their names without case.
fn key(repository: &str) -> String {
    repository.to_lowercase()
}

/// The row of a commit that was brought; it came with the row that completes what is known.
fn row(by: &Valid, repository: &str, deployment: &Deployment) -> Valid {
    let Deployment { time_ms, environment, commit } = deployment;
    let labels = [("commit", commit.as_str()), ("environment", environment), ("repository", repository)];
    let labels = labels.into_iter().filter(|(_, value)| !value.is_empty());
    let labels: Vec<(String, String)> = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let digest = hex(&Sha256::digest(format!("{repository}\n{environment}\n{commit}\n{time_ms}")));
    let draft = Draft {
        row: by.draft.row,
        target: Target::Series(DEPLOYED.to_owned()),
        value: Written::Number(1.0, "1".to_owned()),
        unit: None,
        time: None,
        external_id: Some(format!("brought:{}", digest.get(..32).unwrap_or(&digest))),
        note: None,
        evidence: None,
        person: None,
        origin: None,
        labels,
    };
    Valid {
        measure: DEPLOYED.to_owned(),
        value: 1.0,
        unit_written: String::new(),
        value_written: "1".to_owned(),
        time_ms: *time_ms,
        origin: by.origin,
        draft,
    }
}
