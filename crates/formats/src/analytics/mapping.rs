//! Which event becomes which series and labels, kept per source as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Limits;
use crate::label::{expected_name, is_name};

/// What becomes of a source's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventMapping {
    /// The first rule that fits an event counts.
    pub rules: Vec<EventRule>,
    /// What becomes of events that no rule fits.
    pub others: Others,
    /// The label that says who did it.
    pub user_label: String,
    /// The series that gets an event for every update of a user's profile, such as `user.account`; none without it.
    pub profile_series: Option<String>,
}

/// What becomes of events that no rule fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// The series has the event's name, and plain properties become labels.
    #[default]
    Keep,
    /// They are left out.
    Ignore,
}

/// What becomes of one kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventRule {
    /// The event's name, exactly as the client sends it.
    pub event: String,
    /// Properties and the text that each must have.
    pub when: BTreeMap<String, String>,
    /// The series; the event is left out without it.
    pub series: Option<String>,
    /// The property that holds the number; the value is 1 without it.
    pub value: Option<String>,
    /// The unit of that number.
    pub unit: Option<String>,
    /// Labels, and the property that each is taken from. A property that is missing gives no label.
    pub labels: BTreeMap<String, String>,
    /// Labels, and the text that each always has.
    pub constants: BTreeMap<String, String>,
}

impl Default for EventMapping {
    fn default() -> Self {
        Self { rules: Vec::new(), others: Others::default(), user_label: "user".to_owned(), profile_series: None }
    }
}

impl EventMapping {
    /// What is wrong with the mapping itself, as sentences; empty where nothing is.
    pub fn problems(&self, limits: &Limits) -> Vec<String> {
        let rules = self.rules.iter().enumerate().flat_map(|(index, rule)| {
            let names = rule.series.iter().chain(rule.labels.keys()).chain(rule.constants.keys());
            let both = rule.labels.keys().filter(|name| rule.constants.contains_key(*name));
            let place = format!("rule {} ({})", index + 1, rule.event);
            let nameless = rule.event.is_empty().then(|| format!("{place} names no event"));
            let twice: Vec<String> = both.map(|name| format!("{place} gives the label `{name}` twice")).collect();
            nameless.into_iter().chain(twice).chain(names.filter_map(move |name| wrong_name(&place, name, limits)))
        });
        let own = [Some(&self.user_label), self.profile_series.as_ref()].into_iter().flatten();
        rules.chain(own.filter_map(|name| wrong_name("the mapping", name, limits))).collect()
    }
}

fn wrong_name(place: &str, name: &str, limits: &Limits) -> Option<String> {
    let is_wrong = !is_name(name, limits.name_chars);
    is_wrong.then(|| format!("{place} names `{name}`: write {}", expected_name(limits.name_chars)))
}
