//! The worst open vulnerability over all scanners: what this report found, and what the others found when they last reported.

use formats::audit::{Audit, Severity, ToolFindings};

use storage::StoreError;

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
    /// What the tools of this report that are not complete found when they last reported, by tool and category.
    earlier: Vec<(String, String, Severity)>,
}

impl Standing {
    /// The worst of all; `None` where this report has nothing to say about it, or nothing stands open as far as a tool knows that did
    /// not finish.
    pub(super) fn worst(&self) -> Option<Severity> {
        let here = self.here.iter().filter_map(|tool| self.of_tool(tool)).max()?;
        let worst = self.elsewhere.iter().map(|(_, severity)| *severity).fold(here, Severity::max);
        let is_unknown = |tool: &ToolFindings| !tool.is_complete() && !tool.looks_at_style();
        if worst == Severity::None && self.here.iter().any(is_unknown) { None } else { Some(worst) }
    }

    /// The worst that stands open of one tool. Where it did not finish, what it found before may still be there.
    pub(super) fn of_tool(&self, tool: &ToolFindings) -> Option<Severity> {
        let mut earlier =
            self.earlier.iter().filter(|(name, category, _)| *name == tool.tool && *category == tool.category);
        let before = earlier.next().map(|(_, _, severity)| *severity).filter(|severity| *severity > Severity::None);
        let now = tool.security();
        if tool.is_complete() { now } else { now.max(before) }
    }

    /// What one tool found, a sentence.
    #[expect(clippy::unused_self, reason = "reads as the standing of the tool")]
    pub(super) fn of(&self, tool: &ToolFindings) -> String {
        let counts: Vec<String> =
            tool.counts.iter().rev().map(|(severity, count)| format!("{count} {}", severity.word())).collect();
        let found = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
        let unfinished = match (tool.has_failed, tool.undecided) {
            (true, _) => " (it did not finish)".to_owned(),
            (false, 0) => String::new(),
            (false, undecided) => format!(" ({undecided} results are undecided)"),
        };
        let name =
            if tool.category.is_empty() { tool.tool.clone() } else { format!("{} {}", tool.tool, tool.category) };
        format!("{name}: {found}{unfinished}")
    }

    pub(super) fn note(&self) -> String {
        let here = self.here.iter().filter(|tool| self.of_tool(tool).is_some()).map(|tool| self.of(tool));
        let elsewhere =
            self.elsewhere.iter().map(|(tool, worst)| format!("{tool}, as last reported: {}", worst.word()));
        let all: Vec<String> = here.chain(elsewhere).collect();
        all.join("; ").chars().take(MOST_CHARACTERS).collect()
    }

    /// The worst findings by name.
    pub(super) fn evidence(&self) -> Option<String> {
        let mut named: Vec<&(Severity, String)> =
            self.here.iter().filter(|tool| tool.security().is_some()).flat_map(|tool| &tool.named).collect();
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
    pub(super) async fn standing_findings(&self, audit: &Audit, branch: Option<&str>) -> Result<Standing, StoreError> {
        let here = audit.tools.clone();
        let since_ms = self.now_ms() - COUNTS_FOR_MS;
        let series = self.read_series();
        let mut elsewhere: Vec<(String, String, Severity)> = Vec::new();
        let mut earlier: Vec<(String, String, Severity)> = Vec::new();
        // The newest come last, so from the end the first of each tool and category is its latest.
        let before = series.count_until("security.worst", since_ms.saturating_sub(1)).await?;
        let recent = series.points_until("security.worst", i64::MAX, (before, usize::MAX)).await?;
        for point in recent.iter().rev() {
            let labels = series.labels(point.labels);
            let label = |wanted: &str| labels.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
            let (Some(tool), Some(severity)) = (label("tool"), Severity::of_number(point.value)) else { continue };
            let category = label("category").unwrap_or_default();
            if label("branch") != branch {
                continue;
            }
            let is_here = here.iter().any(|known| known.tool == tool && known.category == category);
            let known = if is_here { &mut earlier } else { &mut elsewhere };
            if !known.iter().any(|(name, other, _)| name == tool && other == category) {
                known.push((tool.to_owned(), category.to_owned(), severity));
            }
        }
        let named = |(tool, category, severity): (String, String, Severity)| {
            (if category.is_empty() { tool } else { format!("{tool} {category}") }, severity)
        };
        Ok(Standing { here, elsewhere: elsewhere.into_iter().map(named).collect(), earlier })
    }
}
