//! cargo-audit's `--json`: known vulnerabilities of a project's dependencies.
//!
//! A vulnerability's severity is that of its CVSS vector; one without a vector counts as high, since nobody said that it is
//! harmless. Warnings (unmaintained, unsound, yanked) are no vulnerabilities: they are counted by `kind` in `audit.warning`. The number of
//! dependencies is `dependency.count` with `state` total. The whole report is one row. What can't be read is named, and the rest counts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::audit::{Audit, Severity, ToolFindings};
use crate::collect::Collector;
use crate::entry::Entry;
use crate::plain::Plain;
use crate::report::{message, wrong};
use crate::text::shorten;
use crate::{Limits, Refusal, report};

const EXPECTED: &str =
    "cargo-audit's JSON: {\"lockfile\": {…}, \"vulnerabilities\": {\"list\": []}, \"warnings\": {…}}";
const TOOL: &str = "cargo-audit";

#[derive(Deserialize)]
struct Report<'a> {
    #[serde(default)]
    lockfile: Option<Lockfile>,
    #[serde(borrow)]
    vulnerabilities: Vulnerabilities<'a>,
    #[serde(borrow, default)]
    warnings: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct Lockfile {
    #[serde(rename = "dependency-count", default)]
    dependency_count: Option<Plain>,
}

#[derive(Deserialize)]
struct Vulnerabilities<'a> {
    #[serde(default)]
    found: Option<Plain>,
    #[serde(default)]
    count: Option<Plain>,
    #[serde(borrow)]
    list: &'a RawValue,
}

impl Vulnerabilities<'_> {
    /// What is said to have been found and is not listed.
    fn lacking(&self, listed: usize) -> Option<String> {
        let count = match &self.count {
            Some(Plain::Number(count)) => count.as_u64(),
            _ => None,
        };
        if count.is_some_and(|count| count > listed as u64) {
            return count.map(|count| format!("`count` is {count}, and {listed} are listed"));
        }
        (listed == 0 && self.found == Some(Plain::Truth(true)))
            .then(|| "`found` is true, and none is listed".to_owned())
    }
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
    let text = &*report::measured_text(bytes)?;
    let report: Report<'_> = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    let row = collector.row()?;
    let mut findings = ToolFindings { tool: TOOL.to_owned(), ..ToolFindings::default() };
    let list = report::elements(text, report.vulnerabilities.list, limits, EXPECTED)?;
    if let Some(detail) = report.vulnerabilities.lacking(list.len()) {
        findings.undecided = findings.undecided.saturating_add(1);
        collector.problem(row, wrong("vulnerabilities", "incomplete", detail, "a list of all that were found"));
    }
    for (place, raw) in list.into_iter().enumerate() {
        match serde_json::from_str::<Vulnerability>(raw.get()) {
            Ok(vulnerability) => add(&mut findings, &mut collector, row, &vulnerability),
            Err(error) => {
                findings.undecided = findings.undecided.saturating_add(1);
                let detail = format!("vulnerability {} can't be read: {}", place + 1, message(&error));
                collector.problem(row, wrong("vulnerabilities", "wrong-type", detail, EXPECTED));
            }
        }
    }
    findings.add_to(&mut collector, row, None)?;
    for (kind, warnings) in &report.warnings {
        let Ok(warnings) = report::elements(text, warnings, limits, EXPECTED) else {
            let detail = format!("the warnings of the kind {} are no list", shorten(kind));
            collector.problem(row, wrong("warnings", "wrong-type", detail, EXPECTED));
            continue;
        };
        let count = u32::try_from(warnings.len()).unwrap_or(u32::MAX);
        let entry = Entry::sample("audit.warning", f64::from(count), None).label("tool", TOOL).label("kind", kind);
        collector.entry(row, entry)?;
    }
    match report.lockfile.and_then(|lockfile| lockfile.dependency_count) {
        Some(Plain::Number(number)) if number.as_u64().is_some() => {
            let total = Entry::sample("dependency.count", number.as_f64().unwrap_or_default(), None);
            collector.entry(row, total.label("state", "total").label("tool", TOOL))?;
        }
        written => {
            let detail = match written.as_ref().and_then(Plain::scalar) {
                Some(text) => format!("`dependency-count` is {}", shorten(&text)),
                None => "there is no `dependency-count`".to_owned(),
            };
            collector.problem(row, wrong("dependency-count", "wrong-type", detail, "a whole number from 0"));
        }
    }
    Ok(Audit { received: collector.received, worst: findings.worst(), tools: vec![findings] })
}

fn add(findings: &mut ToolFindings, collector: &mut Collector<'_>, row: usize, vulnerability: &Vulnerability) {
    let Vulnerability { advisory, package } = vulnerability;
    let severity = match advisory.cvss.as_deref().map(str::parse::<cvss::Cvss>) {
        None => Severity::High,
        Some(Ok(vector)) => Severity::of_score(vector.score()),
        Some(Err(error)) => {
            let error = shorten(&error.to_string());
            let detail = format!("the CVSS vector of {} can't be read: {error}", shorten(&advisory.id));
            collector.problem(row, wrong("cvss", "syntax", detail, "a vector of CVSS 3 or 4"));
            Severity::High
        }
    };
    findings.add(severity, true, || match package {
        Some(package) => format!("{} in {} {}", advisory.id, package.name, package.version),
        None => advisory.id.clone(),
    });
}
