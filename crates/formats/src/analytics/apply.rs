//! One event turned into a sample by a mapping.

use std::collections::BTreeSet;

use super::mapping::{EventMapping, EventRule, Others};
use crate::Refusal;
use crate::collect::Collector;
use crate::entry::Entry;
use crate::label::is_name;
use crate::number::{self, Reading};
use crate::plain::{Fields, Plain};
use crate::report::wrong;
use crate::text::{control_character, quote, shorten};

/// Properties that are about the client or the request.
const CLIENTS_OWN: [&str; 6] = ["token", "ip", "time", "distinct_id", "api_key", "insert_id"];

/// An event as a client sent it.
pub(crate) struct Event<'a> {
    pub(crate) name: &'a str,
    pub(crate) user: Option<String>,
    pub(crate) time_ms: Option<i64>,
    pub(crate) external_id: Option<String>,
    pub(crate) properties: &'a Fields,
    /// What stands beside the properties; a rule may name it, but it becomes no label by itself.
    pub(crate) fields: Option<&'a Fields>,
}

impl Event<'_> {
    fn property(&self, name: &str) -> Option<&Plain> {
        self.properties.get(name).or_else(|| self.fields.and_then(|fields| fields.get(name)))
    }

    fn fits(&self, rule: &EventRule) -> bool {
        let is = |(name, text): (&String, &String)| self.property(name).and_then(Plain::scalar).as_ref() == Some(text);
        rule.event == self.name && rule.when.iter().all(is)
    }
}

/// Adds the event's sample, or what is wrong with it.
pub(crate) fn add(
    event: &Event<'_>,
    mapping: &EventMapping,
    row: usize,
    collector: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let entry = match mapping.rules.iter().find(|rule| event.fits(rule)) {
        Some(rule) => by_rule(event, rule, row, collector),
        None if mapping.others == Others::Keep => by_name(event, mapping, row, collector),
        None => {
            collector.leave_out("event that no rule names");
            None
        }
    };
    let Some(mut entry) = entry else { return Ok(()) };
    entry = entry.known(&mapping.user_label, event.user.as_deref());
    entry = entry.time(event.time_ms).id(event.external_id.clone());
    collector.entry(row, entry).map(drop)
}

/// Adds the event that a user's profile was updated, where the mapping wants one.
pub(crate) fn profile(
    user: &str,
    time_ms: Option<i64>,
    mapping: &EventMapping,
    row: usize,
    collector: &mut Collector<'_>,
) -> Result<(), Refusal> {
    match &mapping.profile_series {
        None => {
            collector.leave_out("profile update");
            Ok(())
        }
        Some(series) => {
            collector.entry(row, Entry::event(series).label(&mapping.user_label, user).time(time_ms)).map(drop)
        }
    }
}

fn by_rule(event: &Event<'_>, rule: &EventRule, row: usize, collector: &mut Collector<'_>) -> Option<Entry> {
    let Some(series) = &rule.series else {
        collector.leave_out("event that a rule leaves out");
        return None;
    };
    let value = match &rule.value {
        None => 1.0,
        Some(name) => match number_of(event.property(name)) {
            Ok(value) => value,
            Err((code, detail)) => {
                let field = format!("properties.{}", shorten(name));
                collector.problem(row, wrong(&field, code, detail, "a finite number"));
                return None;
            }
        },
    };
    let mut entry = Entry::sample(series, value, rule.unit.as_deref());
    for (label, name) in &rule.labels {
        entry = entry.known(label, event.property(name).and_then(Plain::scalar).as_deref());
    }
    for (label, text) in &rule.constants {
        entry = entry.label(label, text);
    }
    Some(entry)
}

fn by_name(event: &Event<'_>, mapping: &EventMapping, row: usize, collector: &mut Collector<'_>) -> Option<Entry> {
    // Signs of plain ASCII would all become `_`; any other character stands for itself.
    if event.name.is_ascii() && !event.name.contains(char::is_alphanumeric) {
        let detail = format!("{} has no letter or digit that the name of a series may have", quote(event.name));
        let expected = "a rule in the source's mapping that gives the event a series";
        collector.problem(row, wrong("event", "bad-name", detail, expected));
        return None;
    }
    let mut entry = Entry::event(event.name);
    let mut names = BTreeSet::from([mapping.user_label.clone()]);
    for (name, value) in event.properties.iter() {
        if value.is_null() || name.starts_with('$') || name.starts_with("mp_") || CLIENTS_OWN.contains(&name.as_str()) {
            continue;
        }
        let Some(text) = value.scalar() else {
            collector.leave_out("property that is a list or an object");
            continue;
        };
        if text.chars().count() > collector.limits.label_chars || control_character(&text, false).is_some() {
            collector.leave_out("property whose text no label can have");
            continue;
        }
        if !is_name(name, collector.limits.name_chars) || !names.insert(name.clone()) {
            collector.leave_out("property whose name no label can have");
            continue;
        }
        entry = entry.label(name, text);
    }
    Some(entry)
}

fn number_of(value: Option<&Plain>) -> Result<f64, (&'static str, String)> {
    match value {
        None | Some(Plain::Null) => Err(("missing", "the property that holds the value is missing".to_owned())),
        Some(Plain::Number(number)) => Ok(number.as_f64().unwrap_or(f64::NAN)),
        Some(Plain::Text(text)) => match number::read(text.trim()) {
            Reading::Finite(number) => Ok(number),
            Reading::NotFinite => Err(("not-finite", format!("{} is not a finite number", quote(text)))),
            Reading::NotANumber => Err(("wrong-type", format!("{} is no number", quote(text)))),
        },
        Some(_) => Err(("wrong-type", "the property that holds the value is no number".to_owned())),
    }
}
