//! What reports are about where nobody says it: from CI's environment, from git, and from this machine.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use super::ci;
use crate::cli::Reports;

/// The parameters of a report's address.
pub fn of(reports: &Reports) -> Vec<(&'static str, String)> {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let said = ci::revision(&environment);
    let commit = reports.commit.clone().or(said.commit).or_else(|| git(&["rev-parse", "HEAD"]));
    let branch = reports.branch.clone().or(said.branch).or_else(|| {
        // A commit that is checked out by itself is on no branch.
        git(&["rev-parse", "--abbrev-ref", "HEAD"]).filter(|branch| branch != "HEAD")
    });
    let attempt = if reports.run.is_some() { reports.attempt } else { said.attempt };
    let known = [
        ("commit", commit),
        ("branch", branch),
        ("testbed", reports.testbed.clone().or_else(testbed)),
        ("run", reports.run.clone().or(said.run)),
        ("attempt", attempt.map(|number| number.to_string())),
        ("job", said.job),
        ("category", reports.category.clone()),
    ];
    known.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?))).collect()
}

/// One line that git prints about the working folder; nothing where there is no git or no repository.
fn git(words: &[&str]) -> Option<String> {
    let output = Command::new("git").args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !line.is_empty()).then_some(line)
}

/// Operating system, architecture and CPUs: `linux x86_64, 8 CPUs`.
#[expect(clippy::unnecessary_wraps, reason = "stands among others that may be unknown")]
fn testbed() -> Option<String> {
    let cpus = std::thread::available_parallelism().map_or_else(|_| String::new(), |count| format!(", {count} CPUs"));
    Some(format!("{} {}{cpus}", std::env::consts::OS, std::env::consts::ARCH))
}
