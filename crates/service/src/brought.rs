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
use std::sync::Arc;

use formats::{Draft, Target, Written};
use kpi::point::{LabelSet, Labels, Observations, Point, label};
use storage::StoreError;

use sha2::{Digest as _, Sha256};

use crate::record::hex;
use crate::series::PointIndex;
use crate::validate::Valid;

const PUSHED: &str = "commit.pushed";
const DEPLOYMENT: &str = "deployment";
const DEPLOYED: &str = "commit.deployed";
const COMMIT: &str = "commit";

/// Whether rows tell of pushes or deployments.
pub(crate) fn concerns(fresh: &[Valid]) -> bool {
    fresh.iter().any(|row| [PUSHED, DEPLOYMENT, DEPLOYED].contains(&row.measure.as_str()))
}

/// What is known of pushes and deployments.
pub(crate) struct Known {
    index: Arc<PointIndex>,
    points: HashMap<&'static str, Vec<Point>>,
}

impl Known {
    /// Reads it.
    ///
    /// # Errors
    /// [`StoreError`] where points can't be read.
    pub(crate) async fn read(index: &Arc<PointIndex>) -> Result<Self, StoreError> {
        let mut points = HashMap::new();
        for series in [PUSHED, DEPLOYMENT, DEPLOYED, COMMIT] {
            points.insert(series, index.points_until(series, i64::MAX, (0, usize::MAX)).await?);
        }
        Ok(Self { index: Arc::clone(index), points })
    }
}

impl Observations for Known {
    fn points(&self, series: &str) -> &[Point] {
        self.points.get(series).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.index.labels(set)
    }
}

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
    /// When a commit was made: it orders pushes of one second.
    made_ms: HashMap<String, i64>,
    /// By environment and branch, from where to where the commits are known to be in the environment.
    covered: HashMap<(String, String), (usize, usize)>,
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
    for series in [PUSHED, DEPLOYMENT, DEPLOYED, COMMIT] {
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

/// Takes out the commits of GitHub's deployments that were in the environment before: a repetition and a step back bring none. What
/// other senders write themselves stays.
pub(crate) fn leave_out_repetitions(observations: &dyn Observations, fresh: &mut Vec<Valid>) {
    let place = |labels: &Labels| {
        let commit = label(labels, "commit").map(str::to_owned);
        (key(text(labels, "repository")), text(labels, "environment").to_owned(), commit)
    };
    let is_made = |row: &Valid| {
        let id = row.draft.external_id.as_deref().unwrap_or_default();
        row.measure == DEPLOYED && id.starts_with("github:deployed:")
    };
    if !fresh.iter().any(is_made) {
        return;
    }
    let meant: Vec<_> = fresh.iter().filter(|row| is_made(row)).map(|row| place(&row.draft.labels)).collect();
    let mut since_ms = HashMap::new();
    for point in observations.points(DEPLOYED) {
        let at = place(observations.labels(point.labels));
        if meant.contains(&at) {
            let since = since_ms.entry(at).or_insert(point.time_ms);
            *since = point.time_ms.min(*since);
        }
    }
    fresh.retain(|row| {
        !is_made(row) || since_ms.get(&place(&row.draft.labels)).is_none_or(|since_ms| *since_ms >= row.time_ms)
    });
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
        COMMIT => {
            repository.made_ms.entry(commit).or_insert(time_ms);
        }
        _ => {}
    }
}

impl Repository {
    fn order(&mut self) {
        for (branch, pushes) in &mut self.branches {
            let made_ms = |pushed: &Pushed| self.made_ms.get(&pushed.push).copied();
            pushes.sort_by_cached_key(|pushed| (pushed.time_ms, made_ms(pushed), pushed.push.clone(), pushed.place));
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
            // Deployments come in their order: what an earlier one brought is no news.
            let known = self.covered.entry((environment.clone(), branch)).or_insert((since, since));
            let from = if known.0 <= since && since <= known.1 { since.max(known.1) } else { since };
            if since <= known.1 && known.0 <= place + 1 {
                *known = (known.0.min(since), known.1.max(place + 1));
            }
            for pushed in until.get(from..).unwrap_or_default() {
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
        let pushed =
            |(branch, place): &&(String, usize)| self.branches.get(branch).and_then(|pushes| pushes.get(*place));
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
        report: None,
        supersedes: None,
    }
}

#[cfg(test)]
mod tests {
    use kpi::point::{LabelSet, Origin, Point};

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    /// What is kept: by series, points whose labels have the number of the point.
    #[derive(Default)]
    struct Kept {
        series: HashMap<String, Vec<Point>>,
        labels: Vec<Vec<(String, String)>>,
    }

    impl Observations for Kept {
        fn points(&self, series: &str) -> &[Point] {
            self.series.get(series).map(Vec::as_slice).unwrap_or_default()
        }

        fn labels(&self, set: LabelSet) -> &Labels {
            usize::try_from(set.0).ok().and_then(|place| self.labels.get(place)).map(Vec::as_slice).unwrap_or_default()
        }
    }

    impl Kept {
        /// Keeps rows as the server does, and what they complete; tells the latter as `commit@hour environment`.
        fn keep(&mut self, rows: &[Valid]) -> Vec<String> {
            let mut rows = rows.to_vec();
            leave_out_repetitions(self, &mut rows);
            let completed = brought(self, &rows);
            let told = completed.iter().map(|row| {
                let labels = &row.draft.labels;
                format!("{}@{} {}", text(labels, "commit"), row.time_ms / HOUR_MS, text(labels, "environment"))
            });
            let told = told.collect();
            for row in rows.iter().chain(&completed) {
                let labels = LabelSet(u32::try_from(self.labels.len()).expect("few rows"));
                self.labels.push(row.draft.labels.clone());
                let point = Point {
                    time_ms: row.time_ms,
                    value: row.value,
                    recorded_ms: 0,
                    origin: row.origin,
                    labels,
                    weight: 1,
                };
                self.series.entry(row.measure.clone()).or_default().push(point);
            }
            told
        }

        /// Since when each commit has been in an environment, by the hour: what a duration counts.
        fn since(&self, environment: &str) -> Vec<String> {
            let mut since: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
            for point in self.points(DEPLOYED) {
                let labels = self.labels(point.labels);
                if text(labels, "environment") == environment {
                    let known = since.entry(text(labels, "commit")).or_insert(i64::MAX);
                    *known = point.time_ms.min(*known);
                }
            }
            since.into_iter().map(|(commit, time_ms)| format!("{commit}@{}", time_ms / HOUR_MS)).collect()
        }
    }

    fn of(series: &str, hour: i64, value: f64, labels: &[(&str, &str)]) -> Valid {
        let row = Deployment { time_ms: hour * HOUR_MS, environment: String::new(), commit: String::new() };
        let draft = Draft {
            row: 1,
            target: Target::Series(series.to_owned()),
            value: Written::Number(value, value.to_string()),
            unit: None,
            time: None,
            external_id: None,
            note: None,
            evidence: None,
            person: None,
            origin: None,
            labels: labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        Valid {
            measure: series.to_owned(),
            value,
            unit_written: String::new(),
            value_written: String::new(),
            time_ms: row.time_ms,
            origin: Origin::Measured,
            draft,
            report: None,
            supersedes: None,
        }
    }

    /// A push of commits, `"a b c"`, to a branch; with a `!` before the branch its history begins anew.
    fn push(hour: i64, branch: &str, commits: &str) -> Vec<Valid> {
        push_to("a/b", hour, branch, commits)
    }

    fn push_to(repository: &str, hour: i64, branch: &str, commits: &str) -> Vec<Valid> {
        let head = commits.split(' ').next_back().expect("a head");
        let (history, branch) = branch.strip_prefix('!').map_or(("", branch), |branch| ("new", branch));
        let row = |(place, commit): (f64, &str)| {
            let labels = [
                ("branch", branch),
                ("commit", commit),
                ("history", history),
                ("push", head),
                ("repository", repository),
            ];
            of(PUSHED, hour, place, &labels)
        };
        commits.split(' ').zip(1_u32..).map(|(commit, place)| row((f64::from(place), commit))).collect()
    }

    fn deploy(hour: i64, environment: &str, commit: &str) -> Vec<Valid> {
        deploy_of("a/b", hour, environment, commit)
    }

    fn deploy_of(repository: &str, hour: i64, environment: &str, commit: &str) -> Vec<Valid> {
        let labels =
            [("commit", commit), ("environment", environment), ("repository", repository), ("result", "success")];
        vec![of(DEPLOYMENT, hour, 1.0, &labels), of(DEPLOYED, hour, 1.0, &labels[..3])]
    }

    #[test]
    fn a_deployment_brings_every_commit_since_the_one_before() {
        let mut kept = Kept::default();
        assert_eq!(kept.keep(&push(1, "main", "a b")), [""; 0]);
        assert_eq!(kept.keep(&push(2, "main", "c")), [""; 0]);
        assert_eq!(kept.keep(&deploy(3, "production", "c")), ["a@3 production", "b@3 production"]);
        kept.keep(&push(4, "main", "d"));
        kept.keep(&push(5, "main", "e f"));
        assert_eq!(kept.keep(&deploy(6, "production", "f")), ["d@6 production", "e@6 production"]);
        // The same again, and a step back, bring none.
        assert_eq!(kept.keep(&deploy(7, "production", "f")), [""; 0]);
        assert_eq!(kept.keep(&deploy(8, "production", "c")), [""; 0]);
        assert_eq!(kept.keep(&deploy(9, "production", "f")), [""; 0]);
        assert_eq!(kept.since("production"), ["a@3", "b@3", "c@3", "d@6", "e@6", "f@6"]);
        // Another environment has a life of its own.
        assert_eq!(kept.keep(&deploy(10, "staging", "b")), ["a@10 staging"]);
    }

    #[test]
    fn a_repetition_writes_no_commit_again() {
        let mut kept = Kept::default();
        let deploy = |hour: i64, commit: &str, id: &str| {
            let mut rows = deploy(hour, "production", commit);
            rows[1].draft.external_id = Some(format!("{id}{hour}"));
            rows
        };
        kept.keep(&push(1, "main", "a b"));
        for (hour, commit) in [(2, "a"), (3, "b"), (4, "b"), (5, "a")] {
            kept.keep(&deploy(hour, commit, "github:deployed:"));
        }
        let count = |kept: &Kept, series: &str| kept.points(series).len();
        assert_eq!((count(&kept, DEPLOYED), count(&kept, DEPLOYMENT)), (2, 4));
        // What another sender writes is its own word.
        kept.keep(&deploy(6, "b", "own:"));
        assert_eq!(count(&kept, DEPLOYED), 3);
    }

    #[test]
    fn the_order_in_which_it_is_told_changes_nothing() {
        let told = || {
            vec![
                push(1, "main", "a b"),
                push(2, "main", "c"),
                deploy(3, "production", "b"),
                push(4, "main", "d"),
                deploy(5, "production", "d"),
                deploy(6, "production", "c"),
            ]
        };
        let expected = ["a@3", "b@3", "c@5", "d@5"];
        // Every rotation, forwards and backwards.
        for turn in 0..told().len() {
            for backwards in [false, true] {
                let mut all = told();
                all.rotate_left(turn);
                if backwards {
                    all.reverse();
                }
                let mut kept = Kept::default();
                for rows in all {
                    kept.keep(&rows);
                }
                assert_eq!(kept.since("production"), expected, "{turn} {backwards}");
            }
        }
    }

    #[test]
    fn commits_of_other_branches_and_repositories_are_not_brought() {
        let mut kept = Kept::default();
        kept.keep(&push(1, "main", "a"));
        kept.keep(&push(2, "feature", "x y"));
        kept.keep(&push_to("a/other", 2, "main", "o"));
        kept.keep(&push(3, "main", "b"));
        assert_eq!(kept.keep(&deploy(4, "production", "b")), ["a@4 production"]);
        // Merged: the push to the main branch tells them, though they are not new to the repository.
        kept.keep(&push(5, "main", "x y merge"));
        assert_eq!(kept.keep(&deploy(6, "production", "merge")), ["x@6 production", "y@6 production"]);
        // Squashed: one commit in the place of two.
        kept.keep(&push(7, "other-feature", "p q"));
        kept.keep(&push(8, "main", "squashed"));
        assert_eq!(kept.keep(&deploy(9, "production", "squashed")), [""; 0]);
        assert_eq!(kept.keep(&deploy_of("A/Other", 10, "production", "o")), [""; 0]);
        assert_eq!(kept.since("production"), ["a@4", "b@4", "merge@6", "o@10", "squashed@9", "x@6", "y@6"]);
    }

    #[test]
    fn a_branch_that_begins_anew_has_no_past() {
        let mut kept = Kept::default();
        kept.keep(&push(1, "feature", "a b"));
        kept.keep(&push(2, "!feature", "c d"));
        kept.keep(&push(3, "feature", "e"));
        assert_eq!(kept.keep(&deploy(4, "staging", "e")), ["c@4 staging", "d@4 staging"]);
    }

    #[test]
    fn a_commit_of_a_merged_branch_does_not_bring_what_the_main_branch_had() {
        let mut kept = Kept::default();
        kept.keep(&push(1, "main", "a"));
        kept.keep(&push(2, "feature", "x"));
        kept.keep(&push(3, "feature", "y"));
        kept.keep(&push(4, "main", "x y merge"));
        // A preview of the branch: `a` is not in it.
        assert_eq!(kept.keep(&deploy(5, "preview", "y")), ["x@5 preview"]);
        // Without a known push a deployment brings its head alone.
        assert_eq!(kept.keep(&deploy(6, "preview", "unknown")), [""; 0]);
        assert_eq!(
            kept.keep(&[of("deployment", 7, 1.0, &[("environment", "preview"), ("result", "success")])]),
            [""; 0]
        );
    }
}
