//! What an answer becomes: series, unit, labels and, for rows, where value and time are.

use std::collections::BTreeMap;
use std::ops::Range;

use formats::json_rows::{RowMapping, TimeUnit, pointer_problem};
use formats::{Limits, Naming};
use kpi::unit::Unit;

use super::Kind;
use super::errors::Errors;
use super::reader::TableReader;

/// Series, unit, and labels kept or added.
pub(super) fn naming(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Naming {
    let labels = reader.texts("labels", errors);
    Naming { labels: labels.map(|labels| labels.into_iter().map(|(name, _)| name).collect()), ..common(reader, errors) }
}

fn common(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Naming {
    let series = reader.optional_text("series", errors);
    if let Some(series) = &series {
        name(series, &reader.span_of("series"), errors);
    }
    let unit = reader.optional_text("unit", errors);
    if let Some(Err(error)) = unit.as_deref().map(Unit::sent) {
        errors.add(&reader.span_of("unit"), format!("{error}; write for example s, ms, %, MB, count or USD"));
    }
    Naming { series, unit, labels: None, constants: constants(reader, errors) }
}

/// The key `add`: labels that every sample gets.
pub(super) fn constants(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> BTreeMap<String, String> {
    let limits = Limits::default();
    let mut constants = BTreeMap::new();
    for (label, (text, span)) in reader.text_table("add", errors).unwrap_or_default() {
        name(&label, &span, errors);
        if text.is_empty() || text.chars().count() > limits.label_chars || text.chars().any(char::is_control) {
            let message = format!("the label `{label}` must have 1 to {} characters on one line", limits.label_chars);
            errors.add(&span, message);
        }
        constants.insert(label, text);
    }
    constants
}

/// How rows of a database or of a JSON document are read.
pub(super) fn rows(kind: Kind, reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> RowMapping {
    let mut mapping = if kind == Kind::Json {
        let labels = reader.text_table("labels", errors).unwrap_or_default();
        let mut found = BTreeMap::new();
        for (label, (pointer, span)) in labels {
            name(&label, &span, errors);
            check_pointer(&pointer, &span, errors);
            found.insert(label, pointer);
        }
        let rows = pointer(reader, "rows", errors);
        RowMapping { naming: common(reader, errors), rows, labels: Some(found), ..RowMapping::default() }
    } else {
        let time_may_lack = !reader.has("time");
        RowMapping { naming: naming(reader, errors), time_may_lack, ..RowMapping::default() }
    };
    for (key, field) in [
        ("value", &mut mapping.value),
        ("time", &mut mapping.time),
        ("id", &mut mapping.id),
        ("series_at", &mut mapping.series_at),
        ("unit_at", &mut mapping.unit_at),
    ] {
        *field = if kind == Kind::Json { pointer(reader, key, errors) } else { column(reader, key, errors) };
    }
    if kind != Kind::Json {
        mapping.value = mapping.value.or_else(|| Some("/value".to_owned()));
        mapping.time = mapping.time.or_else(|| Some("/time".to_owned()));
    }
    if let Some(unit) = reader.optional_text("time_unit", errors) {
        match TimeUnit::from_name(&unit) {
            Some(unit) => mapping.time_unit = unit,
            None => {
                errors
                    .add(&reader.span_of("time_unit"), format!("\"{unit}\" is no `time_unit`; write s, ms, us or ns"));
            }
        }
    }
    if mapping.naming.series.is_none() && mapping.series_at.is_none() {
        errors.add(reader.span(), "rows need a name: write series = \"crm.deals\", or series_at and where the name is");
    }
    mapping
}

fn pointer(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<String> {
    let text = reader.optional_text(key, errors)?;
    check_pointer(&text, &reader.span_of(key), errors);
    Some(text)
}

fn check_pointer(text: &str, span: &Range<usize>, errors: &mut Errors<'_>) {
    if let Some(problem) = pointer_problem(text) {
        errors.add(span, format!("\"{text}\": {problem}"));
    }
}

/// The name of a column as a pointer into its row.
fn column(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<String> {
    let text = reader.optional_text(key, errors)?;
    Some(format!("/{}", text.replace('~', "~0").replace('/', "~1")))
}

/// Series and labels have the names that they may have in every format.
pub(super) fn name(text: &str, span: &Range<usize>, errors: &mut Errors<'_>) {
    let limits = Limits::default();
    if !formats::is_name(text, limits.name_chars) {
        errors.add(span, format!("\"{text}\" is no name; write {}", formats::expected_name(limits.name_chars)));
    }
}
