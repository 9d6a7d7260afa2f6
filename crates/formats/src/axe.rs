//! Results of axe-core, as `axe.run()` gives them: one object per page checked, or an array of them.
//!
//! Automated rules find a part of all barriers only; what they can't decide (`incomplete`) is counted apart, for a person to
//! look at.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::Refusal;
use crate::json::{scan, syntax};
use crate::text::{place, utf8};

/// The tags of rules that check WCAG 2.1, levels A and AA.
const LEVEL_AA_TAGS: [&str; 4] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const DEPTH: usize = 64;
const EXPECTED: &str = "an array of axe-core results, each with `url`, `passes`, `violations` and `incomplete`";

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
    /// The checks in which no rule of WCAG 2.1 level A or AA had anything to look at.
    pub checks_without_level_aa: usize,
    /// Elements that violate a rule, over all checks.
    pub elements: usize,
    /// Distinct rules that passed somewhere and were violated nowhere.
    pub rules_passed: usize,
    /// Ids of the rules that were violated, and in how many checks.
    pub rules_violated: BTreeMap<String, usize>,
    /// Rules that need a person to decide, each counted once per check.
    pub incomplete: usize,
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
}

impl Accessibility {
    /// Whether every check looked at rules of WCAG 2.1 level A or AA and none of them was violated.
    pub fn meets_wcag_aa(&self) -> bool {
        self.checks > 0 && self.checks_without_level_aa == 0 && self.level_aa_violations == 0
    }
}

#[derive(Deserialize)]
struct Check {
    url: String,
    passes: Vec<Rule>,
    violations: Vec<Rule>,
    incomplete: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    impact: Option<Impact>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    nodes: Vec<serde::de::IgnoredAny>,
}

impl Rule {
    fn is_level_aa(&self) -> bool {
        self.tags.iter().any(|tag| LEVEL_AA_TAGS.contains(&tag.as_str()))
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Impact {
    Minor,
    Moderate,
    Serious,
    Critical,
}

/// The findings of a whole file.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, too deeply nested, not a list of axe results, or an empty one.
pub fn read(bytes: &[u8]) -> Result<Accessibility, Refusal> {
    let text = utf8(bytes)?;
    if let Some(offset) = scan::too_deep(text, DEPTH) {
        let (row, column) = place(text, offset);
        return Err(Refusal::TooDeep { row, column, limit: DEPTH });
    }
    let checks = if text.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<Check>>(text)
    } else {
        serde_json::from_str::<Check>(text).map(|check| vec![check])
    };
    let checks = checks.map_err(|error| refusal(text, &error))?;
    if checks.is_empty() {
        let detail = "no page was checked".to_owned();
        return Err(Refusal::Shape { row: 1, column: 1, detail, expected: EXPECTED.to_owned() });
    }
    Ok(sum(&checks))
}

fn sum(checks: &[Check]) -> Accessibility {
    let mut sum = Accessibility { checks: checks.len(), ..Accessibility::default() };
    let mut passed = BTreeSet::new();
    for check in checks {
        let mut looked_at = check.passes.iter().chain(&check.violations);
        sum.checks_without_level_aa += usize::from(!looked_at.any(Rule::is_level_aa));
        sum.incomplete += check.incomplete.len();
        passed.extend(check.passes.iter().map(|rule| rule.id.as_str()));
        for rule in &check.violations {
            let count = match rule.impact {
                Some(Impact::Critical) => &mut sum.violations.critical,
                Some(Impact::Serious) => &mut sum.violations.serious,
                Some(Impact::Moderate) => &mut sum.violations.moderate,
                Some(Impact::Minor) => &mut sum.violations.minor,
                None => &mut sum.violations.unrated,
            };
            *count += 1;
            sum.level_aa_violations += usize::from(rule.is_level_aa());
            sum.elements += rule.nodes.len();
            *sum.rules_violated.entry(rule.id.clone()).or_default() += 1;
        }
    }
    sum.pages = checks.iter().map(|check| check.url.as_str()).collect::<BTreeSet<_>>().len();
    sum.rules_passed = passed.iter().filter(|id| !sum.rules_violated.contains_key(**id)).count();
    sum
}

fn refusal(text: &str, error: &serde_json::Error) -> Refusal {
    match syntax(text, error) {
        Refusal::Syntax { row, column, detail, .. } if error.is_data() => {
            Refusal::Shape { row, column, detail, expected: EXPECTED.to_owned() }
        }
        other => other,
    }
}
