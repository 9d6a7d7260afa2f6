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

    fn number(self) -> f64 {
        f64::from(self as u8)
    }
}

/// What a report found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audit {
    pub received: Received,
    /// The worst open finding over all tools: the value of *Security Vulnerabilities* and its like. `None` where no tool says
    /// that it finished.
    pub worst: Option<Severity>,
}

/// The open findings of one tool.
#[derive(Default)]
pub(crate) struct Findings {
    counts: BTreeMap<Severity, u32>,
}

impl Findings {
    pub(crate) fn add(&mut self, severity: Severity) {
        let count = self.counts.entry(severity).or_default();
        *count = count.saturating_add(1);
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
