//! `[[measure]]`.

use jiff::tz::TimeZone;

use super::super::errors::Errors;
use super::super::kinds::KINDS;
use super::super::places::Places;
use super::super::toml_reader::TableReader;
use super::selection::{entity, operand, own, under};
use super::{Item, time, unit};
use crate::measure::{Measure, Rule, Selection, Statistic};

/// A derived measurement, or the id of one that can't be read.
pub(super) fn measure(
    item: Item<'_, '_>,
    zone: &TimeZone,
    places: &mut Places,
    errors: &mut Errors<'_>,
) -> Result<Measure, String> {
    let mut reader = TableReader::new(item.0, item.1, "a measurement");
    let id = reader.text("id", errors);
    let from = format!("measurement \"{id}\"");
    reader.call(&*from);
    let unit = unit(&mut reader, errors);
    let window = time::window(&mut reader, zone, errors);
    let minimum = reader.whole_number("minimum", 0..=u32::MAX, errors).unwrap_or(0);
    let kind = reader.text("kind", errors);
    reader.call(format!("{from} of the kind {kind}"));
    let Some(rule) = rule(&kind, &mut reader, &from, places, errors) else {
        if KINDS.contains(&kind.as_str()) {
            reader.finish(errors);
        } else if !kind.trim().is_empty() {
            errors.add(&reader.span_of("kind"), format!("\"{kind}\" is no kind; write one of {}", KINDS.join(", ")));
        }
        return Err(id);
    };
    reader.finish(errors);
    match unit {
        Some(unit) => Ok(Measure { id, unit, rule, window, minimum }),
        None => Err(id),
    }
}

fn rule(
    kind: &str,
    reader: &mut TableReader<'_, '_>,
    from: &str,
    places: &mut Places,
    errors: &mut Errors<'_>,
) -> Option<Rule> {
    match kind {
        "count" => own(reader, errors).map(Rule::Count),
        "sum" => own(reader, errors).map(Rule::Sum),
        "last" => own(reader, errors).map(Rule::Last),
        "rate" => own(reader, errors).map(Rule::Rate),
        "net-promoter" => own(reader, errors).map(Rule::NetPromoter),
        "mean" => {
            let of = own(reader, errors);
            statistic_of(reader, of?, Some(Statistic::Mean), errors)
        }
        "percentile" => {
            let of = own(reader, errors);
            let rank = rank(reader, errors);
            statistic_of(reader, of?, rank.map(Statistic::Percentile), errors)
        }
        "distinct" => {
            let of = own(reader, errors);
            let entity = entity(reader, errors);
            Some(Rule::Distinct { of: of?, entity: entity? })
        }
        "ratio" => {
            let part = operand(reader, "part", from, places, errors);
            let whole = operand(reader, "whole", from, places, errors);
            Some(Rule::Ratio { part: part?, whole: whole? })
        }
        "share" => {
            let of = under(reader, "of", errors);
            let among = under(reader, "among", errors);
            let entity = entity(reader, errors);
            let among_before = reader.truth("among_before", errors).unwrap_or(false);
            Some(Rule::Share { of: of?, among: among?, entity: entity?, among_before })
        }
        "duration" => {
            let from = under(reader, "from", errors);
            let to = under(reader, "to", errors);
            let entity = entity(reader, errors);
            let statistic = statistic(reader, errors);
            Some(Rule::Duration { from: from?, to: to?, entity: entity?, statistic: statistic? })
        }
        _ => None,
    }
}

/// A statistic of values, or of entities where `entity` names the label by which they are told apart.
fn statistic_of(
    reader: &mut TableReader<'_, '_>,
    of: Selection,
    statistic: Option<Statistic>,
    errors: &mut Errors<'_>,
) -> Option<Rule> {
    if reader.value("entity").is_none() {
        return Some(Rule::Statistic(of, statistic?));
    }
    let entity = entity(reader, errors);
    Some(Rule::OfEach { of, entity: entity?, statistic: statistic? })
}

fn rank(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<f64> {
    reader.needed("rank", errors)?;
    let rank = reader.number("rank", errors)?;
    if !(0.0..=100.0).contains(&rank) {
        errors
            .add(&reader.span_of("rank"), format!("`rank` is {rank}; the rank of a percentile lies between 0 and 100"));
    }
    Some(rank)
}

/// The key `statistic`; the mean where none is written.
fn statistic(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<Statistic> {
    if reader.value("statistic").is_none() {
        return Some(Statistic::Mean);
    }
    let text = reader.optional_text("statistic", errors)?;
    let rank = text.strip_prefix('p').and_then(|rank| rank.parse::<f64>().ok());
    match rank.filter(|rank| (0.0..=100.0).contains(rank)) {
        Some(rank) => Some(Statistic::Percentile(rank)),
        None if text == "mean" => Some(Statistic::Mean),
        None => {
            errors.add(&reader.span_of("statistic"), format!("\"{text}\" is no statistic; write mean or p50, p95, …"));
            None
        }
    }
}
