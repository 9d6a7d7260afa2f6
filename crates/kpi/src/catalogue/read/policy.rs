//! `[policy]` and `[policy.alerts]`.

use super::super::errors::Errors;
use super::super::toml_reader::TableReader;
use super::super::{AlertPolicy, GroupBy, Policy};
use super::{section, time};

pub(super) fn read(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Policy {
    let mut policy = Policy::default();
    let Some(mut table) = section(reader, "policy", errors) else { return policy };
    if let Some(phase) = table.small_number("current_phase", errors) {
        policy.current_phase = phase;
    }
    if let Some(share) = share(&mut table, "yellow_below_percent", errors) {
        policy.yellow_below_percent = share;
    }
    if let Some(share) = share(&mut table, "red_below_percent", errors) {
        policy.red_below_percent = share;
    }
    if policy.red_below_percent > policy.yellow_below_percent {
        errors.add(&table.span_of("red_below_percent"), "red_below_percent is over yellow_below_percent");
    }
    if let Some(count) = table.small_number("escalation_red_count", errors) {
        policy.escalation_red_count = usize::from(count);
    }
    if let Some(count) = table.truth("standing_kpis_count", errors) {
        policy.standing_kpis_count = count;
    }
    if let Some(zone) = time::zone(&mut table, errors) {
        policy.time_zone = zone;
    }
    if let Some(alerts) = table.table("alerts", "[policy.alerts]", errors) {
        policy.alerts = alert_policy(alerts, errors);
    }
    table.finish(errors);
    policy
}

fn alert_policy(mut table: TableReader<'_, '_>, errors: &mut Errors<'_>) -> AlertPolicy {
    let mut policy = AlertPolicy::default();
    if let Some(for_ms) = time::wait(&mut table, "for", errors) {
        policy.for_ms = for_ms;
    }
    if let Some(points) = share(&mut table, "hysteresis_points", errors) {
        policy.hysteresis_points = points;
    }
    if table.value("repeat").is_some_and(|value| value.get_ref().as_str() == Some("never")) {
        policy.repeat_ms = None;
    } else if let Some(repeat_ms) = time::length(&mut table, "repeat", errors) {
        policy.repeat_ms = Some(repeat_ms);
    }
    if let Some(escalate_after_ms) = time::wait(&mut table, "escalate_after", errors) {
        policy.escalate_after_ms = escalate_after_ms;
    }
    if let Some(name) = table.optional_text("group_by", errors) {
        match GroupBy::from_name(&name) {
            Some(group_by) => policy.group_by = group_by,
            None => errors.add(
                &table.span_of("group_by"),
                format!("messages can't be grouped by \"{name}\"; write owner, track or kpi"),
            ),
        }
    }
    table.finish(errors);
    policy
}

/// A number from 0 to 100.
pub(super) fn share(table: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<f64> {
    let share = table.number(key, errors)?;
    if (0.0..=100.0).contains(&share) {
        return Some(share);
    }
    errors.add(&table.span_of(key), format!("`{key}` is {share}; a share lies between 0 and 100"));
    None
}
