//! The parts of a run that are read, and what a result stands for.

mod rules;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::parts::{Place, Tags};
use super::severity::index;
use crate::plain::{Lenient, Plain};
pub(super) use rules::{Rules, Told};
use rules::{shown, unread};

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
pub(super) struct Finding<'a> {
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
    #[serde(borrow)]
    suppressions: Option<&'a RawValue>,
    #[serde(default)]
    provenance: Option<Lenient<Provenance>>,
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
#[serde(rename_all = "camelCase")]
struct Provenance {
    #[serde(default)]
    invocation_index: Option<Plain>,
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

    /// The levels that its invocations set.
    fn configured(&self) -> impl Iterator<Item = Configured<'_>> {
        // Numbered as results name them, those included that can't be read.
        let all = self.invocations.iter().flatten().enumerate();
        all.filter_map(|(place, one)| Some((place, one.0.as_ref()?))).flat_map(all_configured)
    }

    fn invocations(&self) -> impl Iterator<Item = &Invocation> {
        self.invocations.iter().flatten().filter_map(|invocation| invocation.0.as_ref())
    }
}

/// A level that an invocation sets for a rule.
struct Configured<'a> {
    invocation: usize,
    descriptor: &'a RuleReference,
    level: &'a Plain,
}

fn all_configured((invocation, one): (usize, &Invocation)) -> impl Iterator<Item = Configured<'_>> {
    let overrides = one.rule_configuration_overrides.iter().flatten().filter_map(|one| one.0.as_ref());
    overrides.filter_map(move |one| configured(invocation, one))
}

fn configured(invocation: usize, one: &Override) -> Option<Configured<'_>> {
    let level = one.configuration.as_ref()?.0.as_ref()?.level.as_ref()?;
    Some(Configured { invocation, descriptor: one.descriptor.0.as_ref()?, level })
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

impl Finding<'_> {
    /// Whether it is open, and what can't be read of what says so: a finding counts unless it is known not to.
    pub(super) fn standing(&self) -> (Standing, Option<Told>) {
        let (are_accepted, told) = self.suppressed();
        if are_accepted || is(self.baseline_state.as_ref(), "absent") {
            return (Standing::Closed, told);
        }
        match self.kind.as_ref() {
            None | Some(Plain::Null) => (Standing::Open, told),
            kind if is(kind, "fail") => (Standing::Open, told),
            kind if is(kind, "open") || is(kind, "review") => (Standing::Undecided, told),
            kind if ["pass", "informational", "notApplicable"].iter().any(|known| is(kind, known)) => {
                (Standing::Closed, told)
            }
            Some(kind) => (Standing::Open, told.or_else(|| Some(unread("kind", &shown(kind))))),
        }
    }

    /// Whether all its suppressions are accepted, and there is one.
    fn suppressed(&self) -> (bool, Option<Told>) {
        let Some(written) = self.suppressions else { return (false, None) };
        let Ok(suppressions) = serde_json::from_str::<Vec<Lenient<Suppression>>>(written.get()) else {
            return (false, Some(unread("suppressions", "no list of objects")));
        };
        if suppressions.iter().any(|suppression| suppression.0.is_none()) {
            return (false, Some(unread("suppressions", "a list with something that is no suppression")));
        }
        let is_accepted = |suppression: &Suppression| match &suppression.status {
            // Without a status it is accepted; a person may still review or have rejected it.
            None | Some(Plain::Null) => true,
            status => is(status.as_ref(), "accepted"),
        };
        let mut known = suppressions.iter().filter_map(|suppression| suppression.0.as_ref());
        (!suppressions.is_empty() && known.all(is_accepted), None)
    }

    /// What of its rule's id can't be read.
    fn unread_rule(&self) -> Option<Told> {
        let own = self.rule_id.as_ref()?;
        (!matches!(own, Plain::Text(_) | Plain::Null)).then(|| unread("ruleId", &shown(own)))
    }

    /// Which invocation of the run found it, where it says so.
    fn invocation(&self) -> Option<usize> {
        index(self.provenance.as_ref()?.0.as_ref()?.invocation_index.as_ref())
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
        own.or_else(|| self.referred())
    }

    /// The id that its reference to a rule has.
    fn referred(&self) -> Option<String> {
        self.reference()?.id.as_ref().and_then(Plain::scalar)
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
