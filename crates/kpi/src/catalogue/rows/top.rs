//! The rows of everything but measurements and KPIs.

use jiff::tz::TimeZone;

use super::super::{AlertPolicy, Audience, Catalogue, Maintenance, Owner, Phase, Policy, times};
use super::{Block, Cell};

pub(super) fn blocks(catalogue: &Catalogue) -> Vec<Block> {
    let zone = &catalogue.policy.time_zone;
    let head = Block::new("[catalogue]", "the catalogue")
        .text("id", &catalogue.id)
        .text("name", &catalogue.name)
        .text("version", &catalogue.version);
    let mut blocks = vec![head, policy(&catalogue.policy), alerts(&catalogue.policy.alerts)];
    blocks.extend(catalogue.phases.iter().map(|item| phase(item, zone)));
    blocks.extend(catalogue.tracks.iter().map(|track| {
        Block::new("[[track]]", format!("track \"{}\"", track.id)).text("id", &track.id).text("name", &track.name)
    }));
    blocks.extend(catalogue.owners.iter().map(owner));
    blocks.extend(catalogue.audiences.iter().map(audience));
    blocks.extend(catalogue.maintenance.iter().map(|item| maintenance(item, zone)));
    blocks
}

fn policy(policy: &Policy) -> Block {
    let usual = Policy::default();
    let shares = |own: f64, usual: f64| (Cell::plain(own), own.to_bits() == usual.to_bits());
    let yellow = shares(policy.yellow_below_percent, usual.yellow_below_percent);
    let red = shares(policy.red_below_percent, usual.red_below_percent);
    Block::new("[policy]", "the policy")
        .cell_unless("current_phase", Cell::plain(policy.current_phase), policy.current_phase == usual.current_phase)
        .cell_unless("yellow_below_percent", yellow.0, yellow.1)
        .cell_unless("red_below_percent", red.0, red.1)
        .cell_unless(
            "escalation_red_count",
            Cell::plain(policy.escalation_red_count),
            policy.escalation_red_count == usual.escalation_red_count,
        )
        .cell_unless(
            "standing_kpis_count",
            Cell::plain(policy.standing_kpis_count),
            policy.standing_kpis_count == usual.standing_kpis_count,
        )
        .cell_unless("time_zone", Cell::text(zone_name(&policy.time_zone)), policy.time_zone == usual.time_zone)
}

/// The name of a zone in the IANA database; a document names no other.
pub(super) fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

fn alerts(policy: &AlertPolicy) -> Block {
    let usual = AlertPolicy::default();
    let block = Block::new("[policy.alerts]", "the alert policy")
        .cell_unless("for", Cell::text(times::length(policy.for_ms)), policy.for_ms == usual.for_ms)
        .cell_unless(
            "hysteresis_points",
            Cell::plain(policy.hysteresis_points),
            policy.hysteresis_points.to_bits() == usual.hysteresis_points.to_bits(),
        )
        .cell_unless(
            "repeat",
            Cell::text(policy.repeat_ms.map_or_else(|| "never".to_owned(), times::length)),
            policy.repeat_ms == usual.repeat_ms,
        )
        .cell_unless(
            "escalate_after",
            Cell::text(times::length(policy.escalate_after_ms)),
            policy.escalate_after_ms == usual.escalate_after_ms,
        )
        .cell_unless("group_by", Cell::text(policy.group_by.name()), policy.group_by == usual.group_by);
    Block { is_needed: false, ..block }
}

fn phase(phase: &Phase, zone: &TimeZone) -> Block {
    Block::new("[[phase]]", format!("phase {}", phase.number))
        .cell("number", Cell::plain(phase.number))
        .text("name", &phase.name)
        .cell_if("gate_share_percent", phase.gate_share_percent.map(Cell::plain))
        .cell_if("starts", phase.dates.map(|dates| Cell::text(times::start(dates.starts_ms, zone))))
        .cell_if("ends", phase.dates.map(|dates| Cell::text(times::end(dates.ends_ms, zone))))
}

fn owner(owner: &Owner) -> Block {
    Block::new("[[owner]]", format!("owner \"{}\"", owner.name))
        .text("name", &owner.name)
        .cell_if("email", owner.email.as_deref().map(Cell::text))
}

fn audience(audience: &Audience) -> Block {
    let block = Block::new("[[audience]]", format!("audience \"{}\"", audience.id))
        .text("id", &audience.id)
        .text("name", &audience.name);
    scope(block, &audience.tracks, &audience.kpis)
}

fn maintenance(maintenance: &Maintenance, zone: &TimeZone) -> Block {
    let starts = times::start(maintenance.starts_ms, zone);
    let block = Block::new("[[maintenance]]", format!("maintenance \"{}\" from {starts}", maintenance.reason))
        .text("starts", &starts)
        .text("ends", &times::end(maintenance.ends_ms, zone))
        .text("reason", &maintenance.reason);
    scope(block, &maintenance.tracks, &maintenance.kpis)
}

fn scope(block: Block, tracks: &[String], kpis: &[String]) -> Block {
    let list = |names: &[String]| (!names.is_empty()).then(|| Cell::List(names.to_vec()));
    block.cell_if("tracks", list(tracks)).cell_if("kpis", list(kpis))
}
