//! The parts of a run that are read, and what a result stands for.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::parts::{Place, Tags};
use super::severity::{Level, Said, index, level, security_severity};
use crate::audit::Severity;
use crate::plain::{Lenient, Plain};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Tool,
    #[serde(borrow, default)]
    pub(super) results: Option<&'a RawValue>,
    #[serde(default)]
    invocations: Option<Vec<Lenient<Invocation>>>,
    #[serde(default)]
    automation_details: Option<Lenient<AutomationDetails>>,
}

#[derive(Deserialize)]
struct AutomationDetails {
    #[serde(default)]
    id: Option<Plain>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    #[serde(default)]
    execution_successful: Option<Plain>,
    #[serde(default)]
    end_time_utc: Option<Plain>,
    #[serde(default)]
    rule_configuration_overrides: Option<Vec<Lenient<Override>>>,
}

/// A configuration of a rule that holds for one run.
#[derive(Deserialize)]
struct Override {
    descriptor: Lenient<RuleReference>,
    #[serde(default)]
    configuration: Option<Lenient<Configuration>>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) driver: Component,
    #[serde(default)]
    extensions: Option<Vec<Lenient<Extension>>>,
}

#[derive(Deserialize)]
pub(super) struct Component {
    pub(super) name: String,
    #[serde(default)]
    rules: Option<Vec<Lenient<Rule>>>,
}

#[derive(Deserialize)]
struct Extension {
    #[serde(default)]
    rules: Option<Vec<Lenient<Rule>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(default)]
    id: Option<Plain>,
    #[serde(default)]
    default_configuration: Option<Lenient<Configuration>>,
    #[serde(default)]
    properties: Option<Lenient<Properties>>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    level: Option<Plain>,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(rename = "security-severity", default)]
    security_severity: Option<Plain>,
    #[serde(default)]
    tags: Option<Tags>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    #[serde(default)]
    rule_id: Option<Plain>,
    #[serde(default)]
    rule_index: Option<Plain>,
    #[serde(default)]
    rule: Option<Lenient<RuleReference>>,
    #[serde(default)]
    level: Option<Plain>,
    #[serde(default)]
    kind: Option<Plain>,
    #[serde(default)]
    baseline_state: Option<Plain>,
    #[serde(default)]
    suppressions: Option<Vec<Suppression>>,
    #[serde(default)]
    properties: Option<Lenient<Properties>>,
    #[serde(default)]
    locations: Option<Place>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleReference {
    #[serde(default)]
    id: Option<Plain>,
    #[serde(default)]
    index: Option<Plain>,
    #[serde(default)]
    tool_component: Option<Lenient<ComponentReference>>,
}

#[derive(Deserialize)]
struct ComponentReference {
    #[serde(default)]
    index: Option<Plain>,
}

#[derive(Deserialize)]
struct Suppression {
    #[serde(default)]
    status: Option<Plain>,
}

impl Run<'_> {
    pub(super) fn has_failed(&self) -> bool {
        self.invocations().any(|invocation| match &invocation.execution_successful {
            Some(Plain::Truth(truth)) => !truth,
            Some(Plain::Text(text)) => text.eq_ignore_ascii_case("false"),
            _ => false,
        })
    }

    pub(super) fn ended_at(&self) -> Option<String> {
        self.invocations()
            .filter_map(|invocation| invocation.end_time_utc.as_ref().filter(|time| !time.is_null()))
            .last()
            .map(|time| time.scalar().unwrap_or_default())
    }

    /// The id of the automation up to its last `/`: what follows tells one run from the next, as GitHub reads it.
    pub(super) fn category(&self) -> String {
        self.automation_id()
            .and_then(|id| id.rsplit_once('/').map(|(category, _)| category.trim().to_owned()))
            .unwrap_or_default()
    }

    /// The id of the automation where it has no `/`.
    pub(super) fn instance(&self) -> String {
        self.automation_id().filter(|id| !id.contains('/')).unwrap_or_default()
    }

    fn automation_id(&self) -> Option<String> {
        self.automation_details.as_ref()?.0.as_ref()?.id.as_ref()?.scalar()
    }

    fn invocations(&self) -> impl Iterator<Item = &Invocation> {
        self.invocations.iter().flatten().filter_map(|invocation| invocation.0.as_ref())
    }
}

/// Whether a result is an open finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Open,
    /// It is suppressed, gone, or no failure.
    Closed,
    /// The tool could not decide, or wants a person to.
    Undecided,
}

impl Finding {
    pub(super) fn standing(&self) -> Standing {
        let is_accepted = |suppression: &Suppression| match &suppression.status {
            // Without a status it is accepted; a person may still review or have rejected it.
            None | Some(Plain::Null) => true,
            status => is(status.as_ref(), "accepted"),
        };
        let suppressions = self.suppressions.as_deref().unwrap_or_default();
        if !suppressions.is_empty() && suppressions.iter().all(is_accepted) {
            return Standing::Closed;
        }
        if is(self.baseline_state.as_ref(), "absent") {
            return Standing::Closed;
        }
        match self.kind.as_ref() {
            None | Some(Plain::Null) => Standing::Open,
            kind if is(kind, "fail") => Standing::Open,
            kind if is(kind, "open") || is(kind, "review") => Standing::Undecided,
            Some(_) => Standing::Closed,
        }
    }

    /// The rule and the first place: `B608 in app/db.py:12`.
    pub(super) fn name(&self) -> String {
        let rule = self.id().unwrap_or_else(|| "a finding".to_owned());
        let place = self.locations.as_ref();
        match (place.and_then(|place| place.file.as_deref()), place.and_then(|place| place.line)) {
            (Some(file), Some(line)) => format!("{rule} in {file}:{line}"),
            (Some(file), None) => format!("{rule} in {file}"),
            (None, _) => rule,
        }
    }

    fn id(&self) -> Option<String> {
        let own = self.rule_id.as_ref().and_then(Plain::scalar);
        own.or_else(|| self.reference()?.id.as_ref().and_then(Plain::scalar))
    }

    fn reference(&self) -> Option<&RuleReference> {
        self.rule.as_ref().and_then(|rule| rule.0.as_ref())
    }

    fn properties(&self) -> Option<&Properties> {
        self.properties.as_ref().and_then(|properties| properties.0.as_ref())
    }
}

fn is(written: Option<&Plain>, word: &str) -> bool {
    matches!(written, Some(Plain::Text(text)) if text.eq_ignore_ascii_case(word))
}

impl Rule {
    fn properties(&self) -> Option<&Properties> {
        self.properties.as_ref().and_then(|properties| properties.0.as_ref())
    }

    fn level(&self) -> Option<&Plain> {
        self.default_configuration.as_ref()?.0.as_ref()?.level.as_ref()
    }
}

/// How bad a finding is, and what of its report can't be read.
pub(super) struct Judged {
    /// `None` where nothing says it that can be read.
    pub(super) severity: Option<Severity>,
    pub(super) told: Option<Told>,
}

pub(super) struct Told {
    pub(super) field: &'static str,
    pub(super) detail: String,
    pub(super) expected: &'static str,
}

/// The rules of a tool and its extensions, as results name them.
pub(super) struct Rules<'a> {
    by_id: HashMap<String, &'a Rule>,
    driver: &'a [Lenient<Rule>],
    extensions: Vec<&'a [Lenient<Rule>]>,
    /// Levels that hold for this run, by the rule's id.
    levels: HashMap<String, &'a Plain>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(run: &'a Run<'a>) -> Self {
        let tool = &run.tool;
        let driver = tool.driver.rules.as_deref().unwrap_or_default();
        let rules = |extension: &'a Lenient<Extension>| {
            extension.0.as_ref().and_then(|extension| extension.rules.as_deref()).unwrap_or_default()
        };
        let extensions: Vec<&'a [Lenient<Rule>]> = tool.extensions.iter().flatten().map(rules).collect();
        let all = extensions.iter().copied().chain([driver]).flatten().filter_map(|rule| rule.0.as_ref());
        let by_id = all.filter_map(|rule| Some((rule.id.as_ref()?.scalar()?, rule))).collect();
        let overrides =
            run.invocations().flat_map(|invocation| invocation.rule_configuration_overrides.iter().flatten());
        let level = |one: &'a Override| {
            let id = one.descriptor.0.as_ref()?.id.as_ref()?.scalar()?;
            Some((id, one.configuration.as_ref()?.0.as_ref()?.level.as_ref()?))
        };
        let levels = overrides.filter_map(|one| level(one.0.as_ref()?)).collect();
        Self { by_id, driver, extensions, levels }
    }

    /// The severity that a finding or its rule states, else that of its level.
    pub(super) fn judge(&self, finding: &Finding) -> Judged {
        let rule = self.rule(finding);
        let own = security_severity(finding.properties().and_then(|said| said.security_severity.as_ref()));
        let of_rule =
            || security_severity(rule.and_then(Rule::properties).and_then(|said| said.security_severity.as_ref()));
        let mut told = None;
        for said in [Some(own), None] {
            match said.unwrap_or_else(of_rule) {
                Said::Severity(severity) => return Judged { severity: Some(severity), told },
                Said::Nothing => {}
                Said::Unread(written) => told = told.or_else(|| Some(unread("security-severity", &written))),
            }
        }
        let set = || finding.id().and_then(|id| self.levels.get(&id).copied());
        let given = finding.level.as_ref().filter(|level| !level.is_null());
        match level(given.or_else(set).or_else(|| rule.and_then(Rule::level))) {
            Level::Severity(severity) => Judged { severity: Some(severity), told },
            // What the standard takes for granted.
            Level::Nothing => Judged { severity: Some(Severity::Medium), told },
            Level::Unread(written) => Judged { severity: None, told: Some(unread("level", &written)) },
        }
    }

    /// Whether the finding or its rule says that it is about security.
    pub(super) fn is_about_security(&self, finding: &Finding) -> bool {
        let rule = self.rule(finding).and_then(Rule::properties);
        [finding.properties(), rule].into_iter().flatten().any(|said| {
            let is_scored = !matches!(security_severity(said.security_severity.as_ref()), Said::Nothing);
            is_scored || said.tags.as_ref().is_some_and(|tags| tags.name_security)
        })
    }

    fn rule(&self, finding: &Finding) -> Option<&'a Rule> {
        // The id may go on below the rule's own: `CA1000/1`.
        let by_id = |id: String| self.by_id.get(&id).or_else(|| self.by_id.get(id.rsplit_once('/')?.0)).copied();
        finding.id().and_then(by_id).or_else(|| self.by_index(finding))
    }

    fn by_index(&self, finding: &Finding) -> Option<&'a Rule> {
        let reference = finding.reference();
        let component = reference.and_then(|rule| rule.tool_component.as_ref()?.0.as_ref()?.index.as_ref());
        let rules = match index(component) {
            Some(extension) => *self.extensions.get(extension)?,
            None => self.driver,
        };
        let place = index(finding.rule_index.as_ref()).or_else(|| index(reference?.index.as_ref()))?;
        rules.get(place)?.0.as_ref()
    }
}

fn unread(field: &'static str, written: &str) -> Told {
    let detail = format!("`{field}` is {written}");
    let expected = if field == "level" {
        "one of none, note, warning and error"
    } else {
        "a CVSS score from 0.0 to 10.0, or one of critical, high, medium, low and none"
    };
    Told { field, detail, expected }
}
