//! The worst open vulnerability over all scanners: what this report found, and what the others found when they last reported.

use formats::audit::{Audit, Severity, ToolFindings};
use kpi::point::Observations as _;

use crate::dashboard::Dashboard;

/// For how long the latest word of a scanner counts: the window of the KPI.
const COUNTS_FOR_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Characters of a note and of an evidence.
const MOST_CHARACTERS: usize = 2_000;

/// What stands open.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The tools of this report.
    here: Vec<ToolFindings>,
    /// The others, by name.
    elsewhere: Vec<(String, Severity)>,
}

impl Standing {
    /// The worst of all; `None` where this report has nothing to say about it.
    pub(super) fn worst(&self) -> Option<Severity> {
        let here = self.here.iter().filter_map(|tool| tool.security).max()?;
        Some(self.elsewhere.iter().map(|(_, severity)| *severity).fold(here, Severity::max))
    }

    /// What one tool found, a sentence.
    #[expect(clippy::unused_self, reason = "reads as the standing of the tool")]
    pub(super) fn of(&self, tool: &ToolFindings) -> String {
        let counts: Vec<String> =
            tool.counts.iter().rev().map(|(severity, count)| format!("{count} {}", severity.word())).collect();
        if counts.is_empty() {
            format!("{}: nothing", tool.tool)
        } else {
            format!("{}: {}", tool.tool, counts.join(", "))
        }
    }

    pub(super) fn note(&self) -> String {
        let here = self.here.iter().filter(|tool| tool.security.is_some()).map(|tool| self.of(tool));
        let elsewhere =
            self.elsewhere.iter().map(|(tool, worst)| format!("{tool}, as last reported: {}", worst.word()));
        let all: Vec<String> = here.chain(elsewhere).collect();
        all.join("; ").chars().take(MOST_CHARACTERS).collect()
    }

    /// The worst findings by name.
    pub(super) fn evidence(&self) -> Option<String> {
        let mut named: Vec<&(Severity, String)> =
            self.here.iter().filter(|tool| tool.security.is_some()).flat_map(|tool| &tool.named).collect();
        named.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        let mut text = String::new();
        for (severity, name) in named {
            let next = format!("{}{}: {name}", if text.is_empty() { "" } else { "\n" }, severity.word());
            if text.chars().count() + next.chars().count() > MOST_CHARACTERS {
                break;
            }
            text.push_str(&next);
        }
        Some(text).filter(|text| !text.is_empty())
    }
}

impl Dashboard {
    /// What stands open once this audit is taken in, on one branch.
    pub(super) fn standing_findings(&self, audit: &Audit, branch: Option<&str>) -> Standing {
        let here = audit.tools.clone();
        let since_ms = self.now_ms() - COUNTS_FOR_MS;
        let series = self.read_series();
        let mut elsewhere: Vec<(String, Severity)> = Vec::new();
        // The newest come last, so from the end the first of each tool is its latest.
        let recent = series.points("security.worst").iter().rev().take_while(|point| point.time_ms >= since_ms);
        for point in recent {
            let labels = series.labels(point.labels);
            let label = |wanted: &str| labels.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
            let (Some(tool), Some(severity)) = (label("tool"), Severity::of_number(point.value)) else { continue };
            let is_known =
                here.iter().any(|known| known.tool == tool) || elsewhere.iter().any(|(known, _)| known == tool);
            if !is_known && label("branch") == branch {
                elsewhere.push((tool.to_owned(), severity));
            }
        }
        Standing { here, elsewhere }
    }
}
