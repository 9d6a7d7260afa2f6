//! Open findings of security and code scanners, as every report says them.
//!
//! Samples, once for each tool and category: `audit.finding` counts the open findings of each `severity` (critical, high, medium, low,
//! none), those without any included, and `audit.worst` is the worst of them, 0 to 4. Of a tool that did not finish only what it found
//! counts: that it found nothing says nothing.

use std::collections::BTreeMap;

mod severity;

pub use severity::Severity;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::{Limits, Received, Refusal, Sample};

/// What a report found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audit {
    pub received: Received,
    /// The worst open finding over all tools: the value of *Security Vulnerabilities* and its like. `None` where no tool says
    /// that it finished.
    pub worst: Option<Severity>,
    /// The same, tool by tool.
    pub tools: Vec<ToolFindings>,
}

/// What one tool found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolFindings {
    /// Its name.
    pub tool: String,
    /// What tells this analysis from others of the same tool: in SARIF the id of the automation up to its last `/`. Empty where
    /// there is none.
    pub category: String,
    /// The id of the automation without a `/`, which tells one run from another one of the same category. Empty where there is none.
    pub instance: String,
    /// How many open findings there are of each severity that occurs.
    pub counts: BTreeMap<Severity, u32>,
    /// The worst of the open findings that are marked as being about security.
    pub marked: Option<Severity>,
    /// The first findings of each severity by name, the worst first: the finding's id and where it is.
    pub named: Vec<(Severity, String)>,
    /// It says itself that it did not finish.
    pub has_failed: bool,
    /// Results that could not be read, or that a person has to decide about.
    pub undecided: u32,
}

/// Unites the parts of one report: analyses of the same tool and category are one, other samples of the same labels are added up.
///
/// # Errors
/// More samples than the limits allow.
pub fn unite(parts: impl IntoIterator<Item = Audit>, limits: &Limits) -> Result<Audit, Refusal> {
    let mut collector = Collector::new(limits);
    let mut tools: Vec<(ToolFindings, Option<i64>)> = Vec::new();
    let mut others: Vec<Sample> = Vec::new();
    for part in parts {
        for row in 0..part.received.samples.rows {
            collector.row()?;
            let problems = part.received.samples.problems.iter().filter(|problem| problem.row == row + 1);
            collector.received.samples.problems.extend(problems.cloned());
        }
        for (what, count) in part.received.left_out {
            *collector.received.left_out.entry(what).or_default() += count;
        }
        let time_of = |findings: &ToolFindings| {
            let own = part.received.samples.samples.iter().filter(|sample| findings.is_source_of(sample));
            own.filter_map(|sample| sample.time_ms).max()
        };
        for findings in part.tools {
            let time_ms = time_of(&findings);
            let same = |(known, _): &&mut (ToolFindings, _)| {
                known.tool == findings.tool && known.category == findings.category
            };
            match tools.iter_mut().find(same) {
                Some((known, known_ms)) => {
                    known.merge(findings);
                    *known_ms = (*known_ms).max(time_ms);
                }
                None => tools.push((findings, time_ms)),
            }
        }
        let is_other = |sample: &Sample| sample.series != "audit.finding" && sample.series != "audit.worst";
        for sample in part.received.samples.samples.into_iter().filter(is_other) {
            let same = |known: &&mut Sample| known.series == sample.series && known.labels == sample.labels;
            match others.iter_mut().find(same) {
                Some(known) => known.value += sample.value,
                None => others.push(sample),
            }
        }
    }
    let row = collector.received.samples.rows.max(1);
    for (findings, time_ms) in &tools {
        findings.add_to(&mut collector, row, *time_ms)?;
    }
    for sample in others {
        collector.add(sample, 0)?;
    }
    let tools: Vec<ToolFindings> = tools.into_iter().map(|(findings, _)| findings).collect();
    Ok(Audit { received: collector.received, worst: tools.iter().filter_map(ToolFindings::worst).max(), tools })
}

impl ToolFindings {
    /// Whether a sample is one of those that it gave.
    pub fn is_source_of(&self, sample: &Sample) -> bool {
        let label =
            |wanted: &str| sample.labels.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        label("tool") == Some(&self.tool) && label("category").unwrap_or_default() == self.category
    }

    /// Whether what it did not find is not there.
    pub fn is_complete(&self) -> bool {
        !self.has_failed && self.undecided == 0
    }

    /// The worst open finding; *none* where nothing is open, and `None` where that can't be said.
    pub fn worst(&self) -> Option<Severity> {
        self.certain(self.worst_found())
    }

    /// The worst open finding that is about security: of those that are marked so, else of all, *none* where nothing is open. `None`
    /// for a tool that is known to look at style, where nothing is marked, and where nothing is open of which that can't be said.
    pub fn security(&self) -> Option<Severity> {
        self.certain(self.marked.or((!self.looks_at_style()).then(|| self.worst_found()))?)
    }

    /// Whether it is known as a linter.
    pub fn looks_at_style(&self) -> bool {
        LINTERS.iter().any(|linter| self.tool.eq_ignore_ascii_case(linter))
    }

    /// Takes in what the same tool found elsewhere.
    pub fn merge(&mut self, other: Self) {
        for (severity, count) in other.counts {
            let known = self.counts.entry(severity).or_default();
            *known = known.saturating_add(count);
        }
        self.marked = self.marked.max(other.marked);
        for (severity, name) in other.named {
            self.name(severity, name);
        }
        self.has_failed |= other.has_failed;
        self.undecided = self.undecided.saturating_add(other.undecided);
    }

    pub(crate) fn add(&mut self, severity: Severity, is_security: bool, name: impl FnOnce() -> String) {
        let count = self.counts.entry(severity).or_default();
        *count = count.saturating_add(1);
        if is_security {
            self.marked = self.marked.max(Some(severity));
        }
        if self.has_room_for(severity) {
            let plain = |character: char| if character.is_control() { ' ' } else { character };
            self.name(severity, name().chars().map(plain).take(NAME_CHARS).collect());
        }
    }

    fn has_room_for(&self, severity: Severity) -> bool {
        self.named.iter().filter(|(known, _)| *known == severity).count() < NAMED
    }

    fn name(&mut self, severity: Severity, name: String) {
        if self.has_room_for(severity) {
            let place = self.named.partition_point(|(known, _)| *known >= severity);
            self.named.insert(place, (severity, name));
        }
    }

    fn worst_found(&self) -> Severity {
        self.counts.last_key_value().map(|(severity, _)| *severity).unwrap_or_default()
    }

    fn certain(&self, worst: Severity) -> Option<Severity> {
        (self.is_complete() || worst > Severity::None).then_some(worst)
    }

    /// Adds its samples; all severities, so that one that is mended counts as 0 from then on.
    pub(crate) fn add_to(
        &self,
        collector: &mut Collector<'_>,
        row: usize,
        time_ms: Option<i64>,
    ) -> Result<(), Refusal> {
        let category = Some(self.category.as_str()).filter(|category| !category.is_empty());
        let about = |entry: Entry| entry.label("tool", &self.tool).known("category", category).time(time_ms);
        for severity in Severity::ALL {
            let count = self.counts.get(&severity).copied().unwrap_or(0);
            if count > 0 || self.is_complete() {
                let entry = Entry::sample("audit.finding", f64::from(count), None);
                collector.entry(row, about(entry).label("severity", severity.word()))?;
            }
        }
        let Some(worst) = self.worst() else { return Ok(()) };
        collector.entry(row, about(Entry::sample("audit.worst", worst.number(), Some("severity")))).map(drop)
    }
}

/// Linters by the names that they write into SARIF: what they call an error is no vulnerability.
const LINTERS: [&str; 16] = [
    "actionlint",
    "biome",
    "checkstyle",
    "clippy",
    "detekt",
    "ESLint",
    "flake8",
    "golangci-lint",
    "hadolint",
    "ktlint",
    "PMD",
    "pylint",
    "RuboCop",
    "ruff",
    "ShellCheck",
    "SwiftLint",
];
/// Findings of one severity that are named.
const NAMED: usize = 10;
/// Characters of a finding's name.
const NAME_CHARS: usize = 120;
