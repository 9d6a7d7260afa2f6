//! The rows of a feed and of a trap.

use super::measure::labels;
use super::{Block, Cell};
use crate::feed::{Feed, Target, Trap};

pub(super) fn block(feed: &Feed) -> Block {
    let (key, target) = match &feed.target {
        Target::Series(series) => ("series", series),
        Target::Kpi(kpi) => ("kpi", kpi),
    };
    Block::new("[[feed]]", format!("feed \"{}\" into \"{target}\"", feed.metric))
        .text("metric", &feed.metric)
        .text("kind", feed.kind.name())
        .text(key, target)
        .cell_if("where", labels(&feed.labels))
        .cell_if("above", feed.above.map(Cell::plain))
        .cell_if("below", feed.below.map(Cell::plain))
        .cell_if("rename", pairs(&feed.rename))
        .cell_if("set", pairs(&feed.set))
        .cell_unless("scale", Cell::plain(feed.scale), feed.scale.to_bits() == 1.0_f64.to_bits())
        .cell_unless("per_second", Cell::plain(feed.per_second), !feed.per_second)
        .cell_if("unit", feed.unit.as_ref().map(|unit| Cell::text(&*unit.symbol)))
        .text("note", &feed.note)
}

fn pairs(pairs: &[(String, String)]) -> Option<Cell> {
    let cells = pairs.iter().map(|(name, value)| (name.clone(), Cell::text(value))).collect();
    (!pairs.is_empty()).then_some(Cell::Table(cells))
}

pub(super) fn trap(trap: &Trap) -> Block {
    let first = trap.metrics.first().map_or("", String::as_str);
    Block::new("[[trap]]", format!("trap \"{first}\""))
        .cell("metrics", Cell::List(trap.metrics.clone()))
        .text("reason", &trap.reason)
        .cell_if("instead", trap.instead.as_deref().map(Cell::text))
}
