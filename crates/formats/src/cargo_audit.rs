//! cargo-audit's `--json`: known vulnerabilities of a project's dependencies.
//!
//! A vulnerability's severity is that of its CVSS vector; one without a vector counts as high, since nobody said that it is
//! harmless. Warnings (unmaintained, unsound, yanked) are no vulnerabilities: they are counted by `kind` in `audit.warning`. The number of
//! dependencies is `dependency.count` with `state` total. The whole report is one row.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::audit::{Audit, Findings, Severity};
use crate::collect::Collector;
use crate::entry::Entry;
use crate::report::wrong;
use crate::text::shorten;
use crate::{Limits, Refusal, report};

const EXPECTED: &str =
    "cargo-audit's JSON: {\"lockfile\": {…}, \"vulnerabilities\": {\"list\": []}, \"warnings\": {…}}";
const TOOL: &str = "cargo-audit";

#[derive(Deserialize)]
struct Report {
    lockfile: Lockfile,
    vulnerabilities: Vulnerabilities,
    #[serde(default)]
    warnings: BTreeMap<String, Vec<serde::de::IgnoredAny>>,
}

#[derive(Deserialize)]
struct Lockfile {
    #[serde(rename = "dependency-count")]
    dependency_count: u32,
}

#[derive(Deserialize)]
struct Vulnerabilities {
    list: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Vulnerability {
    advisory: Advisory,
    #[serde(default)]
    package: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Advisory {
    id: String,
    #[serde(default)]
    cvss: Option<String>,
}

/// The open findings of one report.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, or not such a report.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Audit, Refusal> {
    let text = report::text(bytes)?;
    let report: Report = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    let row = collector.row()?;
    let mut findings = Findings::default();
    for Vulnerability { advisory, package } in &report.vulnerabilities.list {
        let severity = match advisory.cvss.as_deref().map(str::parse::<cvss::Cvss>) {
            None => Severity::High,
            Some(Ok(vector)) => Severity::of_score(vector.score()),
            Some(Err(error)) => {
                let detail = format!(
                    "the CVSS vector of {} can't be read: {}",
                    shorten(&advisory.id),
                    shorten(&error.to_string())
                );
                collector.problem(row, wrong("cvss", "syntax", detail, "a vector of CVSS 3 or 4"));
                Severity::High
            }
        };
        findings.add(severity, true, || match package {
            Some(package) => format!("{} in {} {}", advisory.id, package.name, package.version),
            None => advisory.id.clone(),
        });
    }
    findings.add_to(&mut collector, row, TOOL, None)?;
    for (kind, warnings) in &report.warnings {
        let count = u32::try_from(warnings.len()).unwrap_or(u32::MAX);
        let entry = Entry::sample("audit.warning", f64::from(count), None).label("tool", TOOL).label("kind", kind);
        collector.entry(row, entry)?;
    }
    let total = Entry::sample("dependency.count", f64::from(report.lockfile.dependency_count), None);
    collector.entry(row, total.label("state", "total").label("tool", TOOL))?;
    let worst = Some(findings.worst());
    Ok(Audit { received: collector.received, worst, tools: vec![findings.of_tool(TOOL)] })
}
