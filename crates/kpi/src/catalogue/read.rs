//! Reading a catalogue document into its tables.

use std::ops::Range;

use toml::de::DeTable;

use super::toml_reader::{CatalogueError, Errors, TableReader};
use super::{Catalogue, Current, Kpi, Phase, Policy, Reading, Track, check};
use crate::aggregate::Aggregate;
use crate::number::WrittenNumber;
use crate::shape::{Better, Shape};
use crate::target::Target;
use crate::unit::{Dimension, Unit};

/// The phases that a `targets` table can name.
const PHASE_KEYS: [(&str, u8); 9] =
    [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5), ("6", 6), ("7", 7), ("8", 8), ("9", 9)];

pub(super) fn catalogue(document: &str) -> Result<Catalogue, Vec<CatalogueError>> {
    let (root, syntax_errors) = DeTable::parse_recoverable(document);
    let mut errors = Errors::new(document);
    for error in syntax_errors {
        errors.add(&error.span().unwrap_or(0..0), error.message().to_owned());
    }
    if !errors.is_empty() {
        return Err(errors.into_sorted());
    }
    let mut reader = TableReader::new(root.get_ref(), 0..0, "the catalogue");
    let (id, name, version) = match section(&mut reader, "catalogue", &mut errors) {
        Some(mut head) => {
            let texts =
                (head.text("id", &mut errors), head.text("name", &mut errors), head.text("version", &mut errors));
            head.finish(&mut errors);
            texts
        }
        None => Default::default(),
    };
    let policy = policy(&mut reader, &mut errors);
    let phases =
        reader.tables("phase", &mut errors).into_iter().map(|(table, span)| phase(table, span, &mut errors)).collect();
    let tracks =
        reader.tables("track", &mut errors).into_iter().map(|(table, span)| track(table, span, &mut errors)).collect();
    let (kpis, spans): (Vec<Kpi>, Vec<Range<usize>>) = reader
        .tables("kpi", &mut errors)
        .into_iter()
        .filter_map(|(table, span)| kpi(table, span.clone(), &mut errors).map(|kpi| (kpi, span)))
        .unzip();
    reader.finish(&mut errors);
    let catalogue = Catalogue { id, name, version, policy, phases, tracks, kpis };
    check::check(&catalogue, &spans, &mut errors);
    if errors.is_empty() { Ok(catalogue) } else { Err(errors.into_sorted()) }
}

fn section<'table, 'text>(
    reader: &mut TableReader<'table, 'text>,
    key: &'static str,
    errors: &mut Errors<'_>,
) -> Option<TableReader<'table, 'text>> {
    let value = reader.value(key);
    let table = value.and_then(|value| value.get_ref().as_table());
    if table.is_none() {
        errors.add(&value.map_or(0..0, toml::Spanned::span), format!("the catalogue has no [{key}]"));
    }
    Some(TableReader::new(table?, value?.span(), key))
}

fn policy(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Policy {
    let mut policy = Policy {
        current_phase: 1,
        yellow_below_percent: 70.0,
        red_below_percent: 50.0,
        escalation_red_count: 2,
        standing_kpis_count: false,
    };
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
    table.finish(errors);
    policy
}

fn share(table: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<f64> {
    let share = table.number(key, errors)?;
    if (0.0..=100.0).contains(&share) {
        return Some(share);
    }
    errors.add(&table.span_of(key), format!("`{key}` is {share}; a share lies between 0 and 100"));
    None
}

fn phase(table: &DeTable<'_>, span: Range<usize>, errors: &mut Errors<'_>) -> Phase {
    let mut reader = TableReader::new(table, span, "a phase");
    let number = reader.small_number("number", errors).unwrap_or_else(|| {
        errors.add(reader.span(), "a phase has no `number`");
        0
    });
    let name = reader.text("name", errors);
    let gate_share_percent = share(&mut reader, "gate_share_percent", errors);
    reader.finish(errors);
    Phase { number, name, gate_share_percent }
}

fn track(table: &DeTable<'_>, span: Range<usize>, errors: &mut Errors<'_>) -> Track {
    let mut reader = TableReader::new(table, span, "a track");
    let track = Track { id: reader.text("id", errors), name: reader.text("name", errors) };
    reader.finish(errors);
    track
}

fn kpi(table: &DeTable<'_>, span: Range<usize>, errors: &mut Errors<'_>) -> Option<Kpi> {
    let mut reader = TableReader::new(table, span, "a KPI");
    let id = reader.text("id", errors);
    let unit_text = reader.text("unit", errors);
    let unit = Unit::parse(&unit_text).map_err(|error| errors.add(&reader.span_of("unit"), error.to_string())).ok();
    let shape = named(
        &mut reader,
        "shape",
        errors,
        Shape::from_name,
        "higher, lower, reduction, multiple, near-100, level, band, zero-tolerance or recurrence",
    );
    let better = reader.value("better").is_some().then(|| {
        named(
            &mut reader,
            "better",
            errors,
            |name| match name {
                "higher" => Some(Better::Higher),
                "lower" => Some(Better::Lower),
                _ => None,
            },
            "higher or lower",
        )
    });
    let default_better =
        if matches!(shape, Some(Shape::Lower | Shape::ZeroTolerance)) { Better::Lower } else { Better::Higher };
    let reading = match reader.optional_text("reading", errors).as_deref() {
        None | Some("quantity") => Reading::Quantity,
        Some("improvement") => Reading::Improvement,
        Some(other) => {
            errors.add(&reader.span_of("reading"), format!("\"{other}\" is no reading; write quantity or improvement"));
            Reading::Quantity
        }
    };
    let current_written = reader.optional_text("current", errors);
    let current =
        current_written.as_deref().zip(unit.as_ref()).map_or(Current::Unknown, |(cell, unit)| current(cell, unit));
    let phase_targets = phase_targets(&mut reader, errors);
    let single_target =
        reader.optional_text("target", errors).and_then(|cell| target(&cell, &reader.span_of("target"), errors));
    let from_phase = reader.small_number("from_phase", errors);
    let aggregate =
        reader.optional_text("aggregate", errors).map_or(Some(Aggregate::Last), |written| Aggregate::parse(&written));
    if aggregate.is_none() {
        errors.add(&reader.span_of("aggregate"), "`aggregate` must be last, mean, sum or a percentile such as p75");
    }
    let kpi = Kpi {
        name: reader.text("name", errors),
        track: reader.text("track", errors),
        section: reader.text("section", errors),
        group: reader.text("group", errors),
        description: reader.text("description", errors),
        method: reader.text("method", errors),
        measure: reader.optional_text("measure", errors).unwrap_or_else(|| id.clone()),
        window_ms: duration(&mut reader, "window", errors),
        cadence_ms: duration(&mut reader, "cadence", errors),
        owner: reader.text("owner", errors),
        customer_facing: reader.truth("customer_facing", errors).unwrap_or(false),
        connect: reader.text("connect", errors),
        id,
        unit: unit.unwrap_or(Unit { dimension: Dimension::Count, scale: 1.0, symbol: String::new() }),
        shape: shape.unwrap_or(Shape::Higher),
        better: better.flatten().unwrap_or(default_better),
        reading,
        current_written,
        current,
        phase_targets,
        single_target,
        from_phase,
        aggregate: aggregate.unwrap_or(Aggregate::Last),
    };
    let complete = shape.is_some();
    reader.finish(errors);
    complete.then_some(kpi)
}

fn named<Value>(
    reader: &mut TableReader<'_, '_>,
    key: &'static str,
    errors: &mut Errors<'_>,
    from_name: impl Fn(&str) -> Option<Value>,
    would_be_right: &str,
) -> Option<Value> {
    let text = reader.text(key, errors);
    let value = from_name(&text);
    if value.is_none() && !text.is_empty() {
        errors.add(&reader.span_of(key), format!("\"{text}\" is no {key}; write {would_be_right}"));
    }
    value
}

fn phase_targets(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Vec<(u8, Target)> {
    let Some(value) = reader.value("targets") else { return Vec::new() };
    let Some(table) = value.get_ref().as_table() else {
        errors.add(&value.span(), "`targets` must be a table such as { 1 = \"90%\", 2 = \"95%\" }");
        return Vec::new();
    };
    let mut cells = TableReader::new(table, value.span(), "targets");
    let mut targets = Vec::new();
    for (key, number) in PHASE_KEYS {
        if let Some(cell) = cells.optional_text(key, errors)
            && let Some(target) = target(&cell, &cells.span_of(key), errors)
        {
            targets.push((number, target));
        }
    }
    cells.finish(errors);
    targets
}

fn target(cell: &str, span: &Range<usize>, errors: &mut Errors<'_>) -> Option<Target> {
    Target::parse(cell).map_err(|error| errors.add(span, error.to_string())).ok()
}

/// The framework's `Current` cell: a number in the KPI's unit, or a word that says that none is known.
fn current(cell: &str, unit: &Unit) -> Current {
    let digits = cell.strip_prefix(['$', '€', '£']).unwrap_or(cell);
    match WrittenNumber::take(digits) {
        Some((number, rest)) => {
            let written = if rest.is_empty() { Ok(unit.clone()) } else { Unit::parse(rest) };
            written.and_then(|written| written.to_base_of(number.value, unit)).map_or(Current::Unknown, Current::Value)
        }
        None => Current::Unknown,
    }
}

fn duration(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> i64 {
    let text = reader.text(key, errors);
    let milliseconds = WrittenNumber::take(&text).and_then(|(number, rest)| {
        let unit = Unit::parse(rest).ok().filter(|unit| unit.dimension == Dimension::Time)?;
        let milliseconds = unit.to_base(number.value) * 1_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "checked to lie within a century")]
        (1.0..=3.2e12).contains(&milliseconds).then(|| milliseconds.round() as i64)
    });
    if milliseconds.is_none() && !text.is_empty() {
        errors.add(&reader.span_of(key), format!("\"{text}\" is no duration; write for example 15 min, 7 days"));
    }
    milliseconds.unwrap_or(1)
}
