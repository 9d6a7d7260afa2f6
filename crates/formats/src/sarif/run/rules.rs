//! How bad a result is: as it says itself, else its rule, as far as one can tell which rule it names.

use std::collections::HashMap;

use super::{Configured, Extension, Finding, Properties, Rule, Run};
use crate::audit::Severity;
use crate::plain::{Lenient, Plain};
use crate::sarif::severity::{Level, Said, index, level, security_severity};

/// How bad a finding is, and what of its report can't be read.
pub(in crate::sarif) struct Judged {
    /// `None` where nothing says it that can be read.
    pub(in crate::sarif) severity: Option<Severity>,
    pub(in crate::sarif) told: Vec<Told>,
}

pub(in crate::sarif) struct Told {
    pub(in crate::sarif) field: &'static str,
    pub(in crate::sarif) detail: String,
    pub(in crate::sarif) expected: &'static str,
}

/// The rules of a tool and its extensions, as results name them.
pub(in crate::sarif) struct Rules<'a> {
    by_id: HashMap<String, &'a Rule>,
    driver: &'a [Lenient<Rule>],
    extensions: Vec<&'a [Lenient<Rule>]>,
    levels: Levels<'a>,
}

/// Levels that an invocation sets (section 3.27.10): by the invocation, and the rule's id or the rule itself.
#[derive(Default)]
struct Levels<'a> {
    by_id: HashMap<(usize, String), &'a Plain>,
    by_rule: HashMap<(usize, usize), &'a Plain>,
    invocations: usize,
}

impl<'a> Rules<'a> {
    pub(in crate::sarif) fn of(run: &'a Run<'a>) -> Self {
        let tool = &run.tool;
        let driver = tool.driver.rules.as_deref().unwrap_or_default();
        let rules = |extension: &'a Lenient<Extension>| {
            extension.0.as_ref().and_then(|extension| extension.rules.as_deref()).unwrap_or_default()
        };
        let extensions: Vec<&'a [Lenient<Rule>]> = tool.extensions.iter().flatten().map(rules).collect();
        let all = extensions.iter().copied().chain([driver]).flatten().filter_map(|rule| rule.0.as_ref());
        let by_id = all.filter_map(|rule| Some((rule.id.as_ref()?.scalar()?, rule))).collect();
        let mut all = Self { by_id, driver, extensions, levels: Levels::default() };
        let mut levels = Levels::default();
        for Configured { invocation, descriptor, level } in run.configured() {
            if let Some(id) = descriptor.id.as_ref().and_then(Plain::scalar) {
                levels.by_id.insert((invocation, id), level);
            }
            let place = descriptor.index.as_ref();
            let component = descriptor.tool_component.as_ref().and_then(|found| found.0.as_ref()?.index.as_ref());
            if let Some(rule) = all.at(component, place) {
                levels.by_rule.insert((invocation, address(rule)), level);
            }
            levels.invocations = levels.invocations.max(invocation + 1);
        }
        all.levels = levels;
        all
    }

    /// The severity that a finding or its rule states, else that of its level.
    pub(in crate::sarif) fn judge(&self, finding: &Finding<'_>) -> Judged {
        let rule = self.rule(finding);
        let own = security_severity(finding.properties().and_then(|said| said.security_severity.as_ref()));
        let of_rule =
            || security_severity(rule.and_then(Rule::properties).and_then(|said| said.security_severity.as_ref()));
        let mut told: Vec<Told> = finding.unread_rule().into_iter().collect();
        for said in [Some(own), None] {
            match said.unwrap_or_else(of_rule) {
                Said::Severity(severity) => return Judged { severity: Some(severity), told },
                Said::Nothing => {}
                Said::Unread(written) => told.push(unread("security-severity", &written)),
            }
        }
        if rule.is_none()
            && finding.unread_rule().is_some()
            && let Some(severity) = self.worst()
        {
            return Judged { severity: Some(severity), told };
        }
        let given = finding.level.as_ref().filter(|level| !level.is_null());
        match level(given.or_else(|| self.levels.of(finding, rule)).or_else(|| rule.and_then(Rule::level))) {
            Level::Severity(severity) => Judged { severity: Some(severity), told },
            // What the standard takes for granted.
            Level::Nothing => Judged { severity: Some(Severity::Medium), told },
            Level::Unread(written) => {
                told.push(unread("level", &written));
                Judged { severity: None, told }
            }
        }
    }

    /// Whether the finding or its rule says that it is about security, or may say so where that can't be read.
    pub(in crate::sarif) fn is_about_security(&self, finding: &Finding<'_>) -> bool {
        let rule = self.rule(finding).and_then(Rule::properties);
        finding.unread_rule().is_some()
            || [finding.properties(), rule].into_iter().flatten().any(|said: &Properties| {
                let is_scored = !matches!(security_severity(said.security_severity.as_ref()), Said::Nothing);
                is_scored || said.tags.as_ref().is_some_and(|tags| tags.name_security)
            })
    }

    /// The worst that any rule states: a finding that may be of each of them is no better than that as far as one knows.
    fn worst(&self) -> Option<Severity> {
        let all = self.extensions.iter().copied().chain([self.driver]).flatten().filter_map(|rule| rule.0.as_ref());
        let stated = |rule: &Rule| match security_severity(rule.properties()?.security_severity.as_ref()) {
            Said::Severity(severity) => Some(severity),
            Said::Nothing | Said::Unread(_) => None,
        };
        all.filter_map(stated).max()
    }

    fn rule(&self, finding: &Finding<'_>) -> Option<&'a Rule> {
        // The id may go on below the rule's own: `CA1000/1`.
        let by_id = |id: String| self.by_id.get(&id).or_else(|| self.by_id.get(id.rsplit_once('/')?.0)).copied();
        finding.id().and_then(by_id).or_else(|| self.by_index(finding)).or_else(|| finding.referred().and_then(by_id))
    }

    fn by_index(&self, finding: &Finding<'_>) -> Option<&'a Rule> {
        let reference = finding.reference();
        let component = reference.and_then(|rule| rule.tool_component.as_ref()?.0.as_ref()?.index.as_ref());
        let own = finding.rule_index.as_ref().filter(|place| index(Some(place)).is_some());
        self.at(component, own.or_else(|| reference?.index.as_ref()))
    }

    fn at(&self, component: Option<&Plain>, place: Option<&Plain>) -> Option<&'a Rule> {
        let rules = match index(component) {
            Some(extension) => *self.extensions.get(extension)?,
            None => self.driver,
        };
        rules.get(index(place)?)?.0.as_ref()
    }
}

impl<'a> Levels<'a> {
    /// The level that its own invocation sets for a finding's rule; where it names none, any of them.
    fn of(&self, finding: &Finding<'_>, rule: Option<&Rule>) -> Option<&'a Plain> {
        let of_invocation = |invocation: usize| {
            let rule_id = || rule.and_then(|rule| rule.id.as_ref()?.scalar());
            let by_id = |id: String| self.by_id.get(&(invocation, id));
            let by_rule = || rule.and_then(|rule| self.by_rule.get(&(invocation, address(rule))));
            finding.id().and_then(by_id).or_else(|| rule_id().and_then(by_id)).or_else(by_rule).copied()
        };
        match finding.invocation() {
            Some(invocation) => of_invocation(invocation),
            None => (0..self.invocations).rev().take(MOST_INVOCATIONS).find_map(of_invocation),
        }
    }
}

/// Invocations that are looked through for one finding.
const MOST_INVOCATIONS: usize = 16;

/// What tells a rule from others.
fn address(rule: &Rule) -> usize {
    std::ptr::from_ref(rule).addr()
}

pub(super) fn shown(written: &Plain) -> String {
    match written {
        Plain::List => "a list".to_owned(),
        Plain::Object => "an object".to_owned(),
        other => crate::text::quote(&other.scalar().unwrap_or_default()),
    }
}

pub(super) fn unread(field: &'static str, written: &str) -> Told {
    let detail = format!("`{field}` is {written}");
    let expected = match field {
        "level" => "one of none, note, warning and error",
        "kind" => "one of fail, pass, open, review, informational and notApplicable; the finding counts as open",
        "suppressions" => "a list of {\"kind\", \"status\"}; the finding counts as open",
        "ruleId" => "the id of a rule, a text",
        _ => "a CVSS score from 0.0 to 10.0, or one of critical, high, medium, low and none",
    };
    Told { field, detail, expected }
}
