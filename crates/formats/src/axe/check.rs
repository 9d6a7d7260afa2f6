//! One page as axe-core looked at it.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::cells::Cells;
use crate::plain::Plain;
use crate::report::message;
use crate::text::quote;

/// The tags of rules that check WCAG 2.1, levels A and AA.
const LEVEL_AA_TAGS: [&str; 4] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

/// What axe found on one page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// The page's address; empty where it is not said.
    pub url: String,
    /// Rules that passed.
    pub passes: Vec<Rule>,
    /// Rules that are violated.
    pub violations: Vec<Rule>,
    /// Rules that a person has to decide about.
    pub incomplete: Vec<Rule>,
    /// Everything that the page's result holds could be read.
    pub is_whole: bool,
}

/// A rule as it came out on one page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    pub id: String,
    /// `None` where axe gave none.
    pub impact: Option<Impact>,
    /// It checks WCAG 2.1 level A or AA.
    pub is_level_aa: bool,
    /// Its tags do not say what it checks.
    pub is_level_unknown: bool,
    /// How many elements it is about.
    pub elements: usize,
}

/// How much a violation hinders people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    Minor,
    Moderate,
    Serious,
    Critical,
}

impl Check {
    /// Whether rules of WCAG 2.1 level A or AA had something to look at.
    pub fn has_looked_at_level_aa(&self) -> bool {
        self.is_whole && self.passes.iter().chain(&self.violations).chain(&self.incomplete).any(|rule| rule.is_level_aa)
    }
}

/// A page as it is written.
#[derive(Deserialize)]
pub(super) struct Written<'a> {
    #[serde(default)]
    url: Option<Plain>,
    #[serde(borrow, default)]
    passes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    violations: Option<&'a RawValue>,
    #[serde(borrow, default)]
    incomplete: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WrittenRule {
    id: String,
    #[serde(default)]
    impact: Option<Plain>,
    #[serde(default)]
    tags: Option<Vec<Plain>>,
    #[serde(default)]
    nodes: Option<Vec<serde::de::IgnoredAny>>,
}

impl Written<'_> {
    /// Whether it says anything about rules.
    pub(super) fn is_check(&self) -> bool {
        self.passes.is_some() || self.violations.is_some() || self.incomplete.is_some()
    }

    /// The page in this row; what can't be read of it is refused.
    pub(super) fn read(&self, row: usize, cells: &mut Cells) -> Check {
        let mut is_whole = true;
        let mut rules = |list: Option<&RawValue>, name: &str| {
            let (rules, all_read) = rules(list, name, row, cells);
            is_whole &= all_read;
            rules
        };
        let passes = rules(self.passes, "passes");
        let violations = rules(self.violations, "violations");
        let incomplete = rules(self.incomplete, "incomplete");
        let url = self.url.as_ref().and_then(Plain::scalar).unwrap_or_default();
        Check { url, passes, violations, incomplete, is_whole }
    }
}

fn rules(list: Option<&RawValue>, name: &str, row: usize, cells: &mut Cells) -> (Vec<Rule>, bool) {
    const EXPECTED: &str = "a list of rules, each with `id`, `impact`, `tags` and `nodes`";
    let Some(list) = list else {
        cells.refuse(row, name, "missing", format!("page {row} has no `{name}`"), "a list of rules, empty for none");
        return (Vec::new(), false);
    };
    let written: Vec<&RawValue> = match serde_json::from_str(list.get()) {
        Ok(written) => written,
        Err(error) => {
            let detail = format!("`{name}` of page {row} can't be read: {}", message(&error));
            cells.refuse(row, name, "wrong-type", detail, EXPECTED);
            return (Vec::new(), false);
        }
    };
    let mut all_read = true;
    let mut rules = Vec::with_capacity(written.len());
    for (place, raw) in written.into_iter().enumerate() {
        match serde_json::from_str::<WrittenRule>(raw.get()) {
            Ok(rule) => {
                let rule = rule.read(row, cells);
                if rule.is_level_unknown && name != "passes" {
                    let detail =
                        format!("the tags of {} in `{name}` of page {row} do not tell its level", quote(&rule.id));
                    cells.refuse(
                        row,
                        "tags",
                        "missing",
                        detail,
                        "tags such as `wcag2a`, `wcag21aa` or `best-practice`",
                    );
                }
                rules.push(rule);
            }
            Err(error) => {
                all_read = false;
                let detail = format!("rule {} of `{name}` of page {row} can't be read: {}", place + 1, message(&error));
                cells.refuse(row, name, "wrong-type", detail, EXPECTED);
            }
        }
    }
    (rules, all_read)
}

impl WrittenRule {
    fn read(self, row: usize, cells: &mut Cells) -> Rule {
        let impact = match &self.impact {
            None | Some(Plain::Null) => None,
            Some(written) => {
                let impact = impact(written);
                if impact.is_none() {
                    let text = written.scalar().unwrap_or_default();
                    let detail = format!("the impact of {} on page {row} is {}", quote(&self.id), quote(&text));
                    cells.refuse(row, "impact", "syntax", detail, "minor, moderate, serious or critical");
                }
                impact
            }
        };
        let is_level_aa = |tag: &Plain| matches!(tag, Plain::Text(tag) if LEVEL_AA_TAGS.contains(&tag.as_str()));
        Rule {
            impact,
            is_level_aa: self.tags.iter().flatten().any(is_level_aa),
            is_level_unknown: !self.tags.iter().flatten().any(tells_level),
            elements: self.nodes.map_or(0, |nodes| nodes.len()),
            id: self.id,
        }
    }
}

/// Whether a tag says what a rule checks. Those of categories (`cat.forms`) and of single criteria don't.
fn tells_level(tag: &Plain) -> bool {
    let Plain::Text(tag) = tag else { return false };
    let is_level = tag.strip_prefix("wcag2").is_some_and(|rest| {
        let level = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        !level.is_empty() && level.bytes().all(|letter| letter == b'a')
    });
    is_level || matches!(tag.as_str(), "best-practice" | "experimental" | "section508")
}

fn impact(written: &Plain) -> Option<Impact> {
    let Plain::Text(text) = written else { return None };
    match text.as_str() {
        "minor" => Some(Impact::Minor),
        "moderate" => Some(Impact::Moderate),
        "serious" => Some(Impact::Serious),
        "critical" => Some(Impact::Critical),
        _ => None,
    }
}
