//! The rows of a derived measurement.

use jiff::tz::TimeZone;

use super::super::kinds::{kind, period_name};
use super::super::times;
use super::top::zone_name;
use super::{Block, Cell};
use crate::measure::{Measure, Operand, Rule, Selection, Statistic, Window};

pub(super) fn block(measure: &Measure, policy: &TimeZone) -> Block {
    let block = Block::new("[[measure]]", format!("measurement \"{}\"", measure.id))
        .text("id", &measure.id)
        .text("unit", &measure.unit.symbol)
        .text("kind", kind(&measure.rule));
    window(rule(block, &measure.rule), measure.window.as_ref(), policy).cell_unless(
        "minimum",
        Cell::plain(measure.minimum),
        measure.minimum == 0,
    )
}

fn rule(block: Block, rule: &Rule) -> Block {
    match rule {
        Rule::Count(of)
        | Rule::Sum(of)
        | Rule::Last(of)
        | Rule::Rate(of)
        | Rule::NetPromoter(of)
        | Rule::Statistic(of, Statistic::Mean) => own(block, of),
        Rule::Statistic(of, Statistic::Percentile(rank)) => own(block, of).cell("rank", Cell::plain(rank)),
        Rule::OfEach { of, entity, statistic } => {
            let block = own(block, of).text("entity", entity);
            match statistic {
                Statistic::Mean => block,
                Statistic::Percentile(rank) => block.cell("rank", Cell::plain(rank)),
            }
        }
        Rule::Ratio { part, whole } => block.cell("part", operand(part)).cell("whole", operand(whole)),
        Rule::Share { of, among, entity, among_before } => block
            .cell("of", selection(of))
            .cell("among", selection(among))
            .text("entity", entity)
            .cell_unless("among_before", Cell::plain(among_before), !among_before),
        Rule::Distinct { of, entity } => own(block, of).text("entity", entity),
        Rule::Duration { from, to, entity, statistic } => block
            .cell("from", selection(from))
            .cell("to", selection(to))
            .text("entity", entity)
            .cell_unless("statistic", Cell::text(statistic_name(*statistic)), *statistic == Statistic::Mean),
    }
}

fn statistic_name(statistic: Statistic) -> String {
    match statistic {
        Statistic::Mean => "mean".to_owned(),
        Statistic::Percentile(rank) => format!("p{rank}"),
    }
}

fn own(block: Block, selection: &Selection) -> Block {
    block.text("series", &selection.series).cell_if("where", labels(&selection.labels))
}

/// Labels with their accepted values; `None` where there are none.
pub(super) fn labels(labels: &[(String, Vec<String>)]) -> Option<Cell> {
    let accepted = |values: &[String]| match values {
        [one] => Cell::text(one),
        many => Cell::List(many.to_vec()),
    };
    let mut labels: Vec<(String, Cell)> =
        labels.iter().map(|(name, values)| (name.clone(), accepted(values))).collect();
    labels.sort_by(|one, other| one.0.cmp(&other.0));
    (!labels.is_empty()).then_some(Cell::Table(labels))
}

fn selection(selection: &Selection) -> Cell {
    let mut entries = vec![("series".to_owned(), Cell::text(&selection.series))];
    entries.extend(labels(&selection.labels).map(|labels| ("where".to_owned(), labels)));
    Cell::Table(entries)
}

fn operand(operand: &Operand) -> Cell {
    match operand {
        Operand::Count(of) => selection(of),
        Operand::Sum(of) => match selection(of) {
            Cell::Table(mut entries) => {
                entries.push(("of".to_owned(), Cell::text("sum")));
                Cell::Table(entries)
            }
            other => other,
        },
        Operand::Measure(id) => Cell::Table(vec![("measure".to_owned(), Cell::text(id))]),
    }
}

fn window(block: Block, window: Option<&Window>, policy: &TimeZone) -> Block {
    match window {
        None => block,
        Some(Window::Rolling(length_ms)) => block.text("window", &times::length(*length_ms)),
        Some(Window::Calendar { period, complete, time_zone }) => {
            let name = format!("{}{}", if *complete { "last " } else { "" }, period_name(*period));
            block.text("window", &name).cell_unless("time_zone", Cell::text(zone_name(time_zone)), time_zone == policy)
        }
    }
}
