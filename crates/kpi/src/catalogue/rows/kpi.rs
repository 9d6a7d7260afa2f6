//! The rows of a KPI.

use super::super::read::kpi::default_better;
use super::super::{Kpi, Reading, times};
use super::{Block, Cell};
use crate::aggregate::Aggregate;
use crate::shape::Better;
use crate::target::Target;

pub(super) fn block(kpi: &Kpi) -> Block {
    let better = if kpi.better == Better::Higher { "higher" } else { "lower" };
    let reading = if kpi.reading == Reading::Quantity { "quantity" } else { "improvement" };
    Block::new("[[kpi]]", format!("KPI \"{}\"", kpi.id))
        .text("id", &kpi.id)
        .text("name", &kpi.name)
        .text("track", &kpi.track)
        .text("section", &kpi.section)
        .text("group", &kpi.group)
        .text("description", &kpi.description)
        .text("method", &kpi.method)
        .text("unit", &kpi.unit.symbol)
        .text("shape", kpi.shape.name())
        .cell_unless("better", Cell::text(better), kpi.better == default_better(kpi.shape))
        .cell_unless("reading", Cell::text(reading), kpi.reading == Reading::Quantity)
        .cell_if("current", kpi.current_written.as_deref().map(Cell::text))
        .cell_if("targets", targets(&kpi.phase_targets))
        .cell_if("target", kpi.single_target.as_ref().map(|target| Cell::text(target.to_string())))
        .cell_if("from_phase", kpi.from_phase.map(Cell::plain))
        .cell_unless("measure", Cell::text(&kpi.measure), kpi.measure == kpi.id)
        .cell_unless("aggregate", Cell::text(kpi.aggregate.to_string()), kpi.aggregate == Aggregate::Last)
        .text("window", &times::length(kpi.window_ms))
        .text("cadence", &times::length(kpi.cadence_ms))
        .text("owner", &kpi.owner)
        .cell_unless("customer_facing", Cell::plain(kpi.customer_facing), !kpi.customer_facing)
        .text("connect", &kpi.connect)
        .cell_if("alert_for", kpi.alert_for_ms.map(|wait_ms| Cell::text(times::length(wait_ms))))
}

fn targets(targets: &[(u8, Target)]) -> Option<Cell> {
    let mut cells: Vec<(u8, Cell)> =
        targets.iter().map(|(phase, target)| (*phase, Cell::text(target.to_string()))).collect();
    cells.sort_by_key(|(phase, _)| *phase);
    let entries = cells.into_iter().map(|(phase, cell)| (phase.to_string(), cell)).collect();
    (!targets.is_empty()).then_some(Cell::Table(entries))
}
