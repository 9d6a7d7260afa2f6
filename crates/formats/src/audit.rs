//! Open findings of security and code scanners, as every report says them.
//!
//! Samples, once for each tool: `audit.finding` counts the open findings of each `severity` (critical, high, medium, low, none), those
//! without any included, and `audit.worst` is the worst of them, 0 to 4.

use std::collections::BTreeMap;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::{Received, Refusal};

/// How bad a finding is, in the order of the *severity* KPIs, 0 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Severity {
    /// A remark, or none at all.
    #[default]
    None,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word that the KPIs read.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The qualitative rating of a CVSS score from 0 to 10 (CVSS v3.1, section 5).
    pub fn of_score(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score > 0.0 => Self::Low,
            _ => Self::None,
        }
    }

    /// 0 to 4.
    pub fn number(self) -> f64 {
        f64::from(self as u8)
    }

    /// The severity of a number from 0 to 4.
    pub fn of_number(number: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.number().to_bits() == number.to_bits())
    }
}

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
    /// How many open findings there are of each severity that occurs.
    pub counts: BTreeMap<Severity, u32>,
    /// The worst open finding that is about security: of those that are marked so, else of all, *none* where nothing is open.
    /// `None` for a tool that is known to look at style, where nothing is marked.
    pub security: Option<Severity>,
    /// The first findings of each severity by name, the worst first: the finding's id and where it is.
    pub named: Vec<(Severity, String)>,
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

/// The open findings of one tool.
#[derive(Default)]
pub(crate) struct Findings {
    counts: BTreeMap<Severity, u32>,
    security: Option<Severity>,
    named: BTreeMap<Severity, Vec<String>>,
}

impl Findings {
    pub(crate) fn add(&mut self, severity: Severity, is_security: bool, name: impl FnOnce() -> String) {
        let count = self.counts.entry(severity).or_default();
        *count = count.saturating_add(1);
        if is_security {
            self.security = self.security.max(Some(severity));
        }
        let named = self.named.entry(severity).or_default();
        if named.len() < NAMED {
            let plain = |character: char| if character.is_control() { ' ' } else { character };
            named.push(name().chars().map(plain).take(NAME_CHARS).collect());
        }
    }

    /// The account of the tool of that name.
    pub(crate) fn of_tool(self, tool: &str) -> ToolFindings {
        let looks_at_style = LINTERS.iter().any(|linter| tool.eq_ignore_ascii_case(linter));
        let security = self.security.or((!looks_at_style).then(|| self.worst()));
        let worst_first = self.named.into_iter().rev();
        let named = worst_first.flat_map(|(severity, names)| names.into_iter().map(move |name| (severity, name)));
        ToolFindings { tool: tool.to_owned(), counts: self.counts, security, named: named.collect() }
    }

    pub(crate) fn worst(&self) -> Severity {
        self.counts.last_key_value().map(|(severity, _)| *severity).unwrap_or_default()
    }

    /// Adds the samples of the tool; all severities, so that one that is mended counts as 0 from then on.
    pub(crate) fn add_to(
        &self,
        collector: &mut Collector<'_>,
        row: usize,
        tool: &str,
        time_ms: Option<i64>,
    ) -> Result<(), Refusal> {
        for severity in Severity::ALL {
            let count = self.counts.get(&severity).copied().unwrap_or(0);
            let entry = Entry::sample("audit.finding", f64::from(count), None)
                .label("tool", tool)
                .label("severity", severity.word())
                .time(time_ms);
            collector.entry(row, entry)?;
        }
        let worst = Entry::sample("audit.worst", self.worst().number(), Some("severity")).label("tool", tool);
        collector.entry(row, worst.time(time_ms)).map(drop)
    }
}
