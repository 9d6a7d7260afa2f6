//! The parts of a run that are read, and how bad a result is.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::parts::{Place, Tags};
use crate::audit::Severity;
use crate::plain::Plain;

#[derive(Deserialize)]
pub(super) struct Run<'a> {
    pub(super) tool: Tool,
    #[serde(borrow, default)]
    pub(super) results: Option<&'a RawValue>,
    #[serde(default)]
    invocations: Vec<Invocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    #[serde(default)]
    execution_successful: Option<bool>,
    #[serde(default)]
    end_time_utc: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) driver: Component,
    #[serde(default)]
    extensions: Vec<Component>,
}

#[derive(Deserialize)]
pub(super) struct Component {
    pub(super) name: String,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    #[serde(default)]
    default_configuration: Option<Configuration>,
    #[serde(default)]
    properties: Option<Properties>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    level: Option<Level>,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(rename = "security-severity", default)]
    security_severity: Option<Plain>,
    #[serde(default)]
    tags: Option<Tags>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Level {
    None,
    Note,
    Warning,
    Error,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    #[serde(default)]
    rule_id: Option<String>,
    #[serde(default)]
    rule_index: Option<i64>,
    #[serde(default)]
    rule: Option<RuleReference>,
    #[serde(default)]
    level: Option<Level>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    baseline_state: Option<String>,
    #[serde(default)]
    suppressions: Option<Vec<Suppression>>,
    #[serde(default)]
    properties: Option<Properties>,
    #[serde(default)]
    locations: Option<Place>,
}

#[derive(Deserialize)]
struct RuleReference {
    #[serde(default)]
    id: Option<String>,
}

#[derive(Deserialize)]
struct Suppression {
    #[serde(default)]
    status: Option<String>,
}

impl Run<'_> {
    pub(super) fn has_failed(&self) -> bool {
        self.invocations.iter().any(|invocation| invocation.execution_successful == Some(false))
    }

    pub(super) fn ended_at(&self) -> Option<&str> {
        self.invocations.iter().rev().find_map(|invocation| invocation.end_time_utc.as_deref())
    }
}

impl Finding {
    pub(super) fn is_open(&self) -> bool {
        let is_suppressed = self.suppressions.iter().flatten().any(|suppression| {
            // Without a status it is accepted; a person may still review or reject it.
            suppression.status.as_deref().is_none_or(|status| status == "accepted")
        });
        let is_gone = self.baseline_state.as_deref() == Some("absent");
        !is_suppressed && !is_gone && self.kind.as_deref().is_none_or(|kind| kind == "fail")
    }

    /// The rule and the first place: `B608 in app/db.py:12`.
    pub(super) fn name(&self) -> String {
        let rule = self.id().unwrap_or("a finding");
        let place = self.locations.as_ref();
        match (place.and_then(|place| place.file.as_deref()), place.and_then(|place| place.line)) {
            (Some(file), Some(line)) => format!("{rule} in {file}:{line}"),
            (Some(file), None) => format!("{rule} in {file}"),
            (None, _) => rule.to_owned(),
        }
    }

    fn id(&self) -> Option<&str> {
        self.rule_id.as_deref().or_else(|| self.rule.as_ref().and_then(|rule| rule.id.as_deref()))
    }
}

/// The rules of a tool and its extensions, as results name them.
pub(super) struct Rules<'a> {
    by_id: HashMap<&'a str, &'a Rule>,
    driver: &'a [Rule],
}

impl<'a> Rules<'a> {
    pub(super) fn of(tool: &'a Tool) -> Self {
        let all = tool.extensions.iter().chain([&tool.driver]).flat_map(|component| &component.rules);
        Self { by_id: all.map(|rule| (rule.id.as_str(), rule)).collect(), driver: &tool.driver.rules }
    }

    pub(super) fn severity(&self, finding: &Finding) -> Severity {
        let rule = self.rule(finding);
        let own = finding.properties.as_ref();
        let score = own.and_then(score).or_else(|| rule.and_then(|rule| rule.properties.as_ref()).and_then(score));
        if let Some(score) = score {
            return Severity::of_score(score);
        }
        let default = || rule.and_then(|rule| rule.default_configuration.as_ref()).and_then(|default| default.level);
        match finding.level.or_else(default).unwrap_or(Level::Warning) {
            Level::Error => Severity::High,
            Level::Warning => Severity::Medium,
            Level::Note => Severity::Low,
            Level::None => Severity::None,
        }
    }

    /// Whether the finding or its rule says that it is about security.
    pub(super) fn is_about_security(&self, finding: &Finding) -> bool {
        let rule = self.rule(finding).and_then(|rule| rule.properties.as_ref());
        [finding.properties.as_ref(), rule]
            .into_iter()
            .flatten()
            .any(|said| score(said).is_some() || said.tags.as_ref().is_some_and(|tags| tags.name_security))
    }

    fn rule(&self, finding: &Finding) -> Option<&'a Rule> {
        let id = finding.id();
        let by_index = || self.driver.get(usize::try_from(finding.rule_index?).ok()?);
        // The id may go on below the rule's own: `CA1000/1`.
        let by_id = |id: &str| self.by_id.get(id).or_else(|| self.by_id.get(id.rsplit_once('/')?.0)).copied();
        id.and_then(by_id).or_else(by_index)
    }
}

fn score(properties: &Properties) -> Option<f64> {
    match properties.security_severity.as_ref()? {
        Plain::Text(text) => text.parse().ok(),
        Plain::Number(number) => number.as_f64(),
        _ => None,
    }
    .filter(|score: &f64| (0.0..=10.0).contains(score))
}
