//! Issues, and those among them that stand for a blocker, an incident, a bottleneck or a regression.

use super::payload::{Issue, Payload};
use crate::entry::Entry;

/// An issue's label, which is also the series and the label that names it; and the words for its opening and closing.
const KINDS: [(&str, &str, Option<&str>); 4] = [
    ("blocker", "opened", Some("resolved")),
    ("incident", "opened", Some("resolved")),
    ("bottleneck", "reported", Some("identified")),
    ("regression", "detected", None),
];

/// What happened to an issue: the word for it, its instant, and what tells it from other such happenings.
struct Happening<'a> {
    is_opening: bool,
    time: Option<&'a str>,
    id: String,
}

pub(super) fn issue(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(issue) = &payload.issue else { return };
    let Some(happening) = happening(payload, issue) else { return };
    let name = format!("{}#{}", payload.repository_name(), issue.number);
    let entry = |series: &str, event: &str| {
        Entry::event(series)
            .instant(happening.time)
            .id(Some(format!("github:{series}:{}:{}", issue.id, happening.id)))
            .label("event", event)
    };
    if !payload.action_is("labeled") {
        found.push(entry("issue", if happening.is_opening { "opened" } else { "resolved" }).label("issue", &name));
    }
    let has = |wanted: &str| issue.labels.iter().flatten().any(|label| label.name.eq_ignore_ascii_case(wanted));
    for (kind, opened, closed) in KINDS {
        let event = if happening.is_opening { Some(opened) } else { closed };
        let is_meant = match &payload.label {
            // Only the label that it just got: the others were told before.
            Some(label) if payload.action_is("labeled") => label.name.eq_ignore_ascii_case(kind),
            _ => has(kind),
        };
        let Some(event) = event.filter(|_| is_meant) else { continue };
        let mut entry = entry(kind, event).label(kind, &name);
        if kind == "incident" {
            entry = entry.label("environment", if has("staging") { "staging" } else { "production" });
        }
        found.push(entry);
    }
}

/// An issue that gets its label later counts from when it was opened, as if it had had it.
fn happening<'a>(payload: &Payload, issue: &'a Issue) -> Option<Happening<'a>> {
    let (is_opening, time, id) = match payload.action.as_deref()?.to_ascii_lowercase().as_str() {
        "opened" | "labeled" => (true, &issue.created_at, "opened".to_owned()),
        "reopened" => (true, &issue.updated_at, format!("reopened:{}", issue.updated_at.as_deref()?)),
        "closed" => (false, &issue.closed_at, format!("closed:{}", issue.closed_at.as_deref()?)),
        _ => return None,
    };
    Some(Happening { is_opening, time: time.as_deref(), id })
}
