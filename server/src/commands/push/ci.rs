//! What a CI system's environment says of the commit, the branch and the run that a job works on.

use std::collections::BTreeMap;

/// Where the sources came from; each may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revision {
    pub commit: Option<String>,
    pub branch: Option<String>,
    /// What all jobs of one run have in common, with the system's name.
    pub run: Option<String>,
    /// Which try it is, from 1.
    pub attempt: Option<u32>,
    /// The job, where the system repeats a job within a run without counting.
    pub job: Option<String>,
}

/// How one system names what it says: the variable that tells it from the others, those of the commit, of the branch, of the run and
/// of the number of its try; the first that is filled in counts. Of a pull request the branch is the one that it comes from.
struct System {
    mark: &'static str,
    name: &'static str,
    commit: &'static [&'static str],
    branch: &'static [&'static str],
    run: &'static [&'static str],
    /// With the number that the first try has.
    attempt: Option<(&'static str, u32)>,
    job: &'static [&'static str],
}

const SYSTEMS: [System; 8] = [
    System {
        mark: "GITHUB_ACTIONS",
        name: "github",
        commit: &["GITHUB_SHA"],
        branch: &["GITHUB_HEAD_REF", "GITHUB_REF_NAME"],
        run: &["GITHUB_RUN_ID"],
        attempt: Some(("GITHUB_RUN_ATTEMPT", 1)),
        job: &[],
    },
    System {
        mark: "GITLAB_CI",
        name: "gitlab",
        commit: &["CI_COMMIT_SHA"],
        branch: &["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME"],
        run: &["CI_PIPELINE_ID"],
        attempt: None,
        job: &["CI_JOB_NAME"],
    },
    System {
        mark: "CIRCLECI",
        name: "circleci",
        commit: &["CIRCLE_SHA1"],
        branch: &["CIRCLE_BRANCH", "CIRCLE_TAG"],
        run: &["CIRCLE_WORKFLOW_ID", "CIRCLE_BUILD_URL"],
        attempt: None,
        job: &[],
    },
    System {
        mark: "BUILDKITE",
        name: "buildkite",
        commit: &["BUILDKITE_COMMIT"],
        branch: &["BUILDKITE_BRANCH"],
        run: &["BUILDKITE_BUILD_ID"],
        attempt: Some(("BUILDKITE_RETRY_COUNT", 0)),
        job: &[],
    },
    System {
        mark: "TF_BUILD",
        name: "azure",
        commit: &["SYSTEM_PULLREQUEST_SOURCECOMMITID", "BUILD_SOURCEVERSION"],
        branch: &["SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"],
        run: &["BUILD_BUILDID"],
        attempt: Some(("SYSTEM_JOBATTEMPT", 1)),
        job: &[],
    },
    System {
        mark: "TRAVIS",
        name: "travis",
        commit: &["TRAVIS_PULL_REQUEST_SHA", "TRAVIS_COMMIT"],
        branch: &["TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"],
        run: &["TRAVIS_BUILD_ID"],
        attempt: None,
        job: &["TRAVIS_JOB_ID"],
    },
    System {
        mark: "BITBUCKET_BUILD_NUMBER",
        name: "bitbucket",
        commit: &["BITBUCKET_COMMIT"],
        branch: &["BITBUCKET_BRANCH", "BITBUCKET_TAG"],
        run: &["BITBUCKET_PIPELINE_UUID", "BITBUCKET_BUILD_NUMBER"],
        attempt: Some(("BITBUCKET_STEP_RUN_NUMBER", 1)),
        job: &[],
    },
    // Others set JENKINS_URL or one of its variables too, so it comes last.
    System {
        mark: "JENKINS_URL",
        name: "jenkins",
        commit: &["GIT_COMMIT"],
        branch: &["CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"],
        run: &["BUILD_TAG", "BUILD_URL"],
        attempt: None,
        job: &[],
    },
];

/// What the environment says; nothing outside CI.
pub fn revision(environment: &BTreeMap<String, String>) -> Revision {
    let filled = |name: &&str| environment.get(*name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let is_here = |system: &&System| filled(&system.mark).is_some_and(|text| !text.eq_ignore_ascii_case("false"));
    let Some(system) = SYSTEMS.iter().find(is_here) else { return Revision::default() };
    let first = |names: &[&str]| names.iter().find_map(&filled).map(str::to_owned);
    // Buildkite says HEAD for a build that somebody started by hand, until it has checked the sources out.
    let commit = first(system.commit).filter(|commit| commit != "HEAD");
    let tried = system.attempt.and_then(|(name, first_number)| {
        let number = filled(&name)?.parse::<u32>().ok()?;
        Some(number.saturating_sub(first_number).saturating_add(1))
    });
    Revision {
        commit,
        branch: first(system.branch).map(|branch| plain(system.mark, &branch)),
        run: first(system.run).map(|run| format!("{} {run}", system.name)),
        attempt: tried,
        job: first(system.job),
    }
}

/// The branch without what some systems put before it.
fn plain(mark: &str, branch: &str) -> String {
    let without = |prefix: &str| branch.strip_prefix(prefix);
    let plain = match mark {
        "JENKINS_URL" => without("origin/"),
        _ => without("refs/heads/").or_else(|| without("refs/tags/")),
    };
    plain.unwrap_or(branch).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_jobs_of_a_run_say_the_same_run_and_its_tries_are_counted_from_one() {
        for (environment, run, attempt, job) in [
            ("GITHUB_ACTIONS=true GITHUB_RUN_ID=7 GITHUB_RUN_ATTEMPT=2 GITHUB_JOB=a", "github 7", 2, ""),
            ("GITLAB_CI=true CI_PIPELINE_ID=7 CI_JOB_ID=9 CI_JOB_NAME=unit", "gitlab 7", 0, "unit"),
            ("CIRCLECI=true CIRCLE_WORKFLOW_ID=7 CIRCLE_BUILD_NUM=9", "circleci 7", 0, ""),
            ("BUILDKITE=true BUILDKITE_BUILD_ID=7 BUILDKITE_RETRY_COUNT=0 BUILDKITE_JOB_ID=9", "buildkite 7", 1, ""),
            ("BUILDKITE=true BUILDKITE_BUILD_ID=7 BUILDKITE_RETRY_COUNT=1", "buildkite 7", 2, ""),
            ("TF_BUILD=True BUILD_BUILDID=7 SYSTEM_JOBATTEMPT=1", "azure 7", 1, ""),
            ("TRAVIS=true TRAVIS_BUILD_ID=7 TRAVIS_JOB_ID=9", "travis 7", 0, "9"),
            ("BITBUCKET_BUILD_NUMBER=7 BITBUCKET_STEP_RUN_NUMBER=1", "bitbucket 7", 1, ""),
            ("JENKINS_URL=http://ci/ BUILD_TAG=jenkins-a-7", "jenkins jenkins-a-7", 0, ""),
            // No number, and not in CI.
            ("GITHUB_ACTIONS=true GITHUB_RUN_ID=7 GITHUB_RUN_ATTEMPT=x", "github 7", 0, ""),
            ("GITHUB_RUN_ID=7 BUILD_TAG=a", "", 0, ""),
        ] {
            let pairs = environment.split_whitespace().filter_map(|pair| pair.split_once('='));
            let found = revision(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
            let told = (found.run.unwrap_or_default(), found.attempt.unwrap_or(0), found.job.unwrap_or_default());
            assert_eq!((told.0.as_str(), told.1, told.2.as_str()), (run, attempt, job), "{environment}");
        }
    }

    #[test]
    fn each_systems_own_variables_are_read() {
        for (environment, commit, branch) in [
            ("GITHUB_ACTIONS=true GITHUB_SHA=c GITHUB_REF_NAME=main GITHUB_HEAD_REF=", "c", "main"),
            ("GITHUB_ACTIONS=true GITHUB_SHA=c GITHUB_REF_NAME=7/merge GITHUB_HEAD_REF=fix", "c", "fix"),
            ("GITLAB_CI=true CI_COMMIT_SHA=c CI_COMMIT_BRANCH=main CI_COMMIT_REF_NAME=main", "c", "main"),
            ("GITLAB_CI=true CI_COMMIT_SHA=c CI_COMMIT_REF_NAME=v1.2", "c", "v1.2"),
            ("GITLAB_CI=true CI_COMMIT_SHA=c CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=fix CI_COMMIT_REF_NAME=x", "c", "fix"),
            ("CI=true CIRCLECI=true CIRCLE_SHA1=c CIRCLE_BRANCH=main", "c", "main"),
            ("JENKINS_URL=http://ci/ GIT_COMMIT=c GIT_BRANCH=origin/main", "c", "main"),
            ("JENKINS_URL=http://ci/ GIT_COMMIT=c BRANCH_NAME=PR-7 CHANGE_BRANCH=fix GIT_BRANCH=PR-7", "c", "fix"),
            ("BUILDKITE=true BUILDKITE_COMMIT=c BUILDKITE_BRANCH=main", "c", "main"),
            ("BUILDKITE=true BUILDKITE_COMMIT=HEAD BUILDKITE_BRANCH=main", "", "main"),
            ("TF_BUILD=True BUILD_SOURCEVERSION=c BUILD_SOURCEBRANCH=refs/heads/team/main", "c", "team/main"),
            (
                "TF_BUILD=True BUILD_SOURCEVERSION=m SYSTEM_PULLREQUEST_SOURCECOMMITID=c \
                 SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/fix BUILD_SOURCEBRANCH=refs/pull/7/merge",
                "c",
                "fix",
            ),
            ("TRAVIS=true TRAVIS_COMMIT=c TRAVIS_BRANCH=main TRAVIS_PULL_REQUEST_BRANCH=", "c", "main"),
            (
                "TRAVIS=true TRAVIS_COMMIT=m TRAVIS_PULL_REQUEST_SHA=c TRAVIS_BRANCH=main TRAVIS_PULL_REQUEST_BRANCH=fix",
                "c",
                "fix",
            ),
            ("BITBUCKET_BUILD_NUMBER=7 BITBUCKET_COMMIT=c BITBUCKET_BRANCH=main", "c", "main"),
            // Not in CI, whatever these variables hold.
            ("GIT_COMMIT=c GIT_BRANCH=main GITHUB_SHA=c", "", ""),
            ("GITHUB_ACTIONS=false GITHUB_SHA=c", "", ""),
            ("", "", ""),
        ] {
            let pairs = environment.split_whitespace().filter_map(|pair| pair.split_once('='));
            let map = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let found = revision(&map);
            let told = (found.commit.unwrap_or_default(), found.branch.unwrap_or_default());
            assert_eq!((told.0.as_str(), told.1.as_str()), (commit, branch), "{environment}");
        }
    }
}
