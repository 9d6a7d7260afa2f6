//! What a CI system's environment says of the commit and the branch that a job works on.

use std::collections::BTreeMap;

/// Where the sources came from; each may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revision {
    pub commit: Option<String>,
    pub branch: Option<String>,
}

/// How one system names what it says: the variable that tells it from the others, those of the commit, and those of the branch;
/// the first that is filled in counts. Of a pull request the branch is the one that it comes from.
struct System {
    mark: &'static str,
    commit: &'static [&'static str],
    branch: &'static [&'static str],
}

const SYSTEMS: [System; 8] = [
    System { mark: "GITHUB_ACTIONS", commit: &["GITHUB_SHA"], branch: &["GITHUB_HEAD_REF", "GITHUB_REF_NAME"] },
    System {
        mark: "GITLAB_CI",
        commit: &["CI_COMMIT_SHA"],
        branch: &["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME"],
    },
    System { mark: "CIRCLECI", commit: &["CIRCLE_SHA1"], branch: &["CIRCLE_BRANCH", "CIRCLE_TAG"] },
    System { mark: "BUILDKITE", commit: &["BUILDKITE_COMMIT"], branch: &["BUILDKITE_BRANCH"] },
    System {
        mark: "TF_BUILD",
        commit: &["SYSTEM_PULLREQUEST_SOURCECOMMITID", "BUILD_SOURCEVERSION"],
        branch: &["SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"],
    },
    System {
        mark: "TRAVIS",
        commit: &["TRAVIS_PULL_REQUEST_SHA", "TRAVIS_COMMIT"],
        branch: &["TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"],
    },
    System {
        mark: "BITBUCKET_BUILD_NUMBER",
        commit: &["BITBUCKET_COMMIT"],
        branch: &["BITBUCKET_BRANCH", "BITBUCKET_TAG"],
    },
    // Others set JENKINS_URL or one of its variables too, so it comes last.
    System { mark: "JENKINS_URL", commit: &["GIT_COMMIT"], branch: &["CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"] },
];

/// What the environment says; nothing outside CI.
pub fn revision(environment: &BTreeMap<String, String>) -> Revision {
    let filled = |name: &&str| environment.get(*name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let is_here = |system: &&System| filled(&system.mark).is_some_and(|text| !text.eq_ignore_ascii_case("false"));
    let Some(system) = SYSTEMS.iter().find(is_here) else { return Revision::default() };
    let first = |names: &[&str]| names.iter().find_map(&filled).map(str::to_owned);
    // Buildkite says HEAD for a build that somebody started by hand, until it has checked the sources out.
    let commit = first(system.commit).filter(|commit| commit != "HEAD");
    Revision { commit, branch: first(system.branch).map(|branch| plain(system.mark, &branch)) }
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
