//! When red alerts escalate: too many of them, or one that touches customers, and nobody took them.

use std::collections::BTreeMap;

use super::condition::{About, Condition};
use super::key::{Key, Kind, Severity};
use super::machine::Machine;
use super::quiet::Quiet;
use crate::catalogue::Policy;

/// The group of the escalation's notification.
const GROUP: &str = "escalation";

/// The condition under which alerts escalate. It is the machine's own: pending while reds wait for somebody to take them,
/// firing after `escalate_after_ms`.
///
/// Counted are firing red level alerts that nobody acknowledged and nothing holds back.
pub(super) fn condition(
    machine: &Machine,
    policy: &Policy,
    quiet: &Quiet<'_>,
    conditions: &BTreeMap<&Key, &Condition>,
    instant_ms: i64,
) -> Condition {
    let waiting: Vec<(&str, &About)> = machine
        .all_firing()
        .filter(|(key, firing)| {
            key.kind == Kind::Level && firing.severity == Severity::Red && firing.acknowledged.is_none()
        })
        .filter_map(|(key, _)| Some((key, &conditions.get(key)?.about)))
        .filter(|(key, about)| quiet.holding(key, about, Severity::Red, instant_ms).is_none())
        .map(|(key, about)| (key.kpi.as_str(), about))
        .collect();
    let many = waiting.len() >= policy.escalation_red_count.max(1);
    let touching = waiting.iter().any(|(_, about)| about.customer_facing);
    let severity = (many || touching).then_some(Severity::Red);
    let names = waiting.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let text = match (severity, waiting.len()) {
        (None, _) => "What is off target has been acknowledged, is fewer, or is well again.".to_owned(),
        (Some(_), 1) => format!("{names} is off target and nobody has acknowledged it."),
        (Some(_), count) => format!("{count} KPIs are off target and nobody has acknowledged them: {names}."),
    };
    let about = About { group: GROUP.to_owned(), customer_facing: touching, ..About::default() };
    let condition = Condition::plain(Key::escalation(), severity, about, text);
    Condition { for_ms: policy.alerts.escalate_after_ms, ..condition }
}
