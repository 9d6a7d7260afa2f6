//! Results of axe-core, as `axe.run()` gives them: one object per page checked, or an array of them.
//!
//! Automated rules find a part of all barriers only. What they can't decide (`incomplete`) is for a person to look at: as long as a
//! rule of WCAG 2.1 level A or AA waits for one, or had nothing to look at on a page, nobody knows whether the page meets the level.
//! What can't be read of a page is named, and the other pages count.

mod check;

use std::collections::{BTreeMap, BTreeSet};

pub use check::{Check, Impact, Rule};

use crate::cells::Cells;
use crate::report::{document, message};
use crate::text::quote;
use crate::{Limits, Problem, Refusal, report};

const EXPECTED: &str = "an array of axe-core results, each with `url`, `passes`, `violations` and `incomplete`";

/// What axe found, page by page, so that several reports can be united.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessibilityReport {
    /// In their order.
    pub checks: Vec<Check>,
    /// Pages that could not be read.
    pub unread: usize,
    /// What could not be read, by page from 1.
    pub problems: Vec<Problem>,
}

/// What axe found over all pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accessibility {
    /// Distinct addresses checked.
    pub pages: usize,
    /// Checks of a page; a page may be checked more than once, in another theme for example.
    pub checks: usize,
    /// Violated rules by impact, each counted once per check.
    pub violations: ByImpact,
    /// Violated rules that check WCAG 2.1 level A or AA, each counted once per check.
    pub level_aa_violations: usize,
    /// The checks in which no rule of WCAG 2.1 level A or AA had anything to look at, or that could not be read whole.
    pub checks_without_level_aa: usize,
    /// Elements that violate a rule, over all checks.
    pub elements: usize,
    /// Distinct rules that passed somewhere and were violated nowhere.
    pub rules_passed: usize,
    /// Ids of the rules that were violated, and in how many checks.
    pub rules_violated: BTreeMap<String, usize>,
    /// Rules that need a person to decide, each counted once per check.
    pub incomplete: usize,
    /// Rules that looked at something, each counted once per check.
    pub rules_looked: usize,
    /// Ids of those of WCAG 2.1 level A or AA, and in how many checks.
    pub undecided: BTreeMap<String, usize>,
    /// Ids of violated rules whose level is not known, and in how many checks.
    pub unknown_violations: BTreeMap<String, usize>,
}

/// How many violations there are of each impact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByImpact {
    pub critical: usize,
    pub serious: usize,
    pub moderate: usize,
    pub minor: usize,
    /// Those to which axe gave no impact.
    pub unrated: usize,
}

impl ByImpact {
    pub fn total(&self) -> usize {
        self.critical + self.serious + self.moderate + self.minor + self.unrated
    }

    fn add(&mut self, impact: Option<Impact>) {
        *match impact {
            Some(Impact::Critical) => &mut self.critical,
            Some(Impact::Serious) => &mut self.serious,
            Some(Impact::Moderate) => &mut self.moderate,
            Some(Impact::Minor) => &mut self.minor,
            None => &mut self.unrated,
        } += 1;
    }
}

impl Accessibility {
    /// Whether no rule of WCAG 2.1 level A or AA is violated. `None` where none is, but not every check looked at such rules, one of
    /// them is left to a person to decide, or a rule is violated whose level is not known.
    pub fn meets_wcag_aa(&self) -> Option<bool> {
        if self.level_aa_violations > 0 {
            return Some(false);
        }
        let is_decided = self.undecided.is_empty() && self.unknown_violations.is_empty();
        (self.checks > 0 && self.checks_without_level_aa == 0 && is_decided).then_some(true)
    }
}

impl AccessibilityReport {
    /// Takes in the pages of another report.
    pub fn merge(&mut self, other: Self) {
        self.checks.extend(other.checks);
        self.unread += other.unread;
        self.problems.extend(other.problems);
    }

    /// What it came to.
    pub fn sum(&self) -> Accessibility {
        let mut sum = Accessibility {
            checks: self.checks.len() + self.unread,
            checks_without_level_aa: self.unread,
            ..Accessibility::default()
        };
        let mut passed = BTreeSet::new();
        for check in &self.checks {
            sum.checks_without_level_aa += usize::from(!check.has_looked_at_level_aa());
            sum.incomplete += check.incomplete.len();
            sum.rules_looked += check.passes.len() + check.violations.len() + check.incomplete.len();
            passed.extend(check.passes.iter().map(|rule| rule.id.as_str()));
            for rule in &check.violations {
                sum.violations.add(rule.impact);
                sum.level_aa_violations += usize::from(rule.is_level_aa);
                sum.elements += rule.elements;
                *sum.rules_violated.entry(rule.id.clone()).or_default() += 1;
                if rule.is_level_unknown && !rule.is_level_aa {
                    *sum.unknown_violations.entry(rule.id.clone()).or_default() += 1;
                }
            }
            for rule in check.incomplete.iter().filter(|rule| rule.is_level_aa || rule.is_level_unknown) {
                *sum.undecided.entry(rule.id.clone()).or_default() += 1;
            }
        }
        sum.pages = self.checks.iter().map(|check| check.url.as_str()).collect::<BTreeSet<_>>().len();
        sum.rules_passed = passed.iter().filter(|id| !sum.rules_violated.contains_key(**id)).count();
        sum
    }
}

/// The findings of a whole file.
///
/// # Errors
/// As [`read_checks`].
pub fn read(bytes: &[u8]) -> Result<Accessibility, Refusal> {
    Ok(read_checks(bytes)?.sum())
}

/// The findings of a whole file, page by page.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, too deeply nested, no list of axe results, or an empty one, and where no page can be read.
pub fn read_checks(bytes: &[u8]) -> Result<AccessibilityReport, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let mut rows = Vec::new();
    if text.trim_start().starts_with('[') {
        let list: &serde_json::value::RawValue = document(text, EXPECTED)?;
        rows = report::elements(text, list, &Limits::default(), EXPECTED)?;
    } else {
        rows.push(document(text, EXPECTED)?);
    }
    let mut report = AccessibilityReport::default();
    let mut cells = Cells::default();
    for (place, raw) in rows.iter().enumerate() {
        let row = place + 1;
        match serde_json::from_str::<check::Written>(raw.get()) {
            Ok(written) if written.is_check() => report.checks.push(written.read(row, &mut cells)),
            read => {
                report.unread += 1;
                let why = read.err().map_or_else(|| "it names no rules".to_owned(), |error| message(&error));
                cells.refuse(row, "row", "wrong-type", format!("page {row} can't be read: {why}"), EXPECTED);
            }
        }
    }
    if report.checks.is_empty() {
        let first = cells.told().into_iter().next();
        let detail = first.map_or_else(|| "no page was checked".to_owned(), |problem| problem.detail);
        return Err(report::shape(text, detail, EXPECTED));
    }
    report.problems = cells.told();
    Ok(report)
}

/// What a person has to look at, in words; empty where there is nothing.
pub fn undecided_sentence(accessibility: &Accessibility) -> String {
    const NAMED: usize = 5;
    let waiting = &accessibility.undecided;
    let rules = if waiting.is_empty() { &accessibility.unknown_violations } else { waiting };
    let count = rules.len();
    let mut rules: Vec<String> =
        rules.iter().take(NAMED).map(|(id, checks)| format!("{} on {checks}", quote(id))).collect();
    if count > NAMED {
        rules.push(format!("and {} more", count - NAMED));
    }
    rules.join(", ")
}
