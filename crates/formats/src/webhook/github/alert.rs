//! Alerts of GitHub's scanners, as the life of a vulnerability.

use super::payload::{Alert, Payload};
use crate::entry::Entry;

pub(super) fn dependency(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(alert) = &payload.alert else { return };
    let advisory = alert.security_advisory.as_ref();
    let severity = advisory.and_then(|advisory| advisory.severity.as_deref()).map(str::to_ascii_lowercase);
    let severity = severity.as_deref();
    match payload.action.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("created") => {
            if let Some(published) = advisory.and_then(|advisory| advisory.published_at.as_deref()) {
                found.push(
                    entry(payload, alert, "dependabot", "published", Some(published)).known("severity", severity),
                );
            }
            let detected = alert.created_at.as_deref();
            found.push(entry(payload, alert, "dependabot", "detected", detected).known("severity", severity));
        }
        Some("fixed") => {
            let fixed = alert.fixed_at.as_deref();
            found.push(entry(payload, alert, "dependabot", "patched", fixed).known("severity", severity));
        }
        _ => {}
    }
}

pub(super) fn code(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(alert) = &payload.alert else { return };
    let rule = alert.rule.as_ref();
    let severity = rule.and_then(|rule| rule.security_severity_level.as_deref().or(rule.severity.as_deref()));
    let severity = severity.map(str::to_ascii_lowercase);
    let severity = severity.as_deref();
    let (event, time) = match payload.action.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("created") => ("detected", alert.created_at.as_deref()),
        Some("fixed") => ("patched", alert.fixed_at.as_deref().or(alert.updated_at.as_deref())),
        _ => return,
    };
    found.push(entry(payload, alert, "code-scanning", event, time).known("severity", severity));
}

pub(super) fn secret(payload: &Payload, found: &mut Vec<Entry>) {
    let Some(alert) = &payload.alert else { return };
    let (event, time) = match payload.action.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("created") => ("detected", alert.created_at.as_deref()),
        Some("resolved") => ("patched", alert.resolved_at.as_deref().or(alert.updated_at.as_deref())),
        _ => return,
    };
    found.push(entry(payload, alert, "secret-scanning", event, time));
}

fn entry(payload: &Payload, alert: &Alert, scanner: &str, event: &str, time: Option<&str>) -> Entry {
    let name = format!("{}:{scanner}:{}", payload.repository_name(), alert.number);
    Entry::event("vulnerability")
        .instant(time)
        .id(Some(format!("github:{name}:{event}:{}", time.unwrap_or_default())))
        .label("vulnerability", name)
        .label("event", event)
        .label("scanner", scanner)
}
