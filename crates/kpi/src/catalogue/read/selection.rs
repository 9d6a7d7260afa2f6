//! Which samples a measurement takes: `series` and `where`, alone or in a table of their own.

use std::ops::Range;

use super::super::errors::Errors;
use super::super::places::{Places, Target};
use super::super::toml_reader::TableReader;
use crate::measure::{Operand, Selection};

const SELECTION: &str = "{ series = \"ci.run\", where = { result = \"success\" } }";
const OPERAND: &str = "{ series = \"ci.run\", of = \"count\" } or { measure = \"an-id\" }";
/// The longest name of a series or a label, in characters.
const NAME_LENGTH: usize = 200;

/// The keys `series` and `where` of a table.
pub(super) fn own(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<Selection> {
    let series = reader.text("series", errors);
    let is_sound = check_name("series", &series, &reader.span_of("series"), errors);
    let labels = match reader.table("where", "{ result = \"success\" }", errors) {
        Some(table) => labels(&table, errors),
        None => Vec::new(),
    };
    is_sound.then_some(Selection { series, labels })
}

/// The selection in the table under `key`.
pub(super) fn under(reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<Selection> {
    reader.needed(key, errors)?;
    let mut table = reader.table(key, SELECTION, errors)?;
    let selection = own(&mut table, errors);
    table.finish(errors);
    selection
}

/// One side of a ratio, in the table under `key`.
pub(super) fn operand(
    reader: &mut TableReader<'_, '_>,
    key: &'static str,
    from: &str,
    places: &mut Places,
    errors: &mut Errors<'_>,
) -> Option<Operand> {
    reader.needed(key, errors)?;
    let mut table = reader.table(key, OPERAND, errors)?;
    let operand = if table.value("measure").is_some() {
        let span = table.span_of("measure");
        let measure = table.optional_text("measure", errors);
        measure.map(|name| {
            places.refer(from, Target::Measure, vec![(name.clone(), span)]);
            Operand::Measure(name)
        })
    } else {
        let selection = own(&mut table, errors);
        match table.optional_text("of", errors).as_deref() {
            None | Some("count") => selection.map(Operand::Count),
            Some("sum") => selection.map(Operand::Sum),
            Some(other) => {
                let message = format!("\"{other}\" can't be taken of samples here; write count or sum");
                errors.add(&table.span_of("of"), message);
                None
            }
        }
    };
    table.finish(errors);
    operand
}

/// The key `entity`: the label that names what is counted.
pub(super) fn entity(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<String> {
    let label = reader.text("entity", errors);
    check_name("label", &label, &reader.span_of("entity"), errors).then_some(label)
}

/// Labels with the values that are accepted, by name.
pub(super) fn labels(table: &TableReader<'_, '_>, errors: &mut Errors<'_>) -> Vec<(String, Vec<String>)> {
    let mut labels = Vec::new();
    for (name, span, value) in table.entries() {
        let one = value.get_ref().as_str().map(|text| vec![text.to_owned()]);
        let many = || {
            let items = value.get_ref().as_array()?;
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        };
        let Some(accepted) = one.or_else(many).filter(|accepted| !accepted.is_empty()) else {
            let message = format!("`{name}` must be text in quotes, or a list such as [\"main\", \"release\"]");
            errors.add(&value.span(), message);
            continue;
        };
        if check_name("label", name, &span, errors) {
            labels.push((name.to_owned(), accepted));
        }
    }
    labels.sort();
    labels
}

/// Whether a name that was written can be one; an empty one has been reported already.
pub(super) fn check_name(what: &str, name: &str, span: &Range<usize>, errors: &mut Errors<'_>) -> bool {
    // Names beyond ASCII are kept as they are, with the spaces inside them.
    let has_spaces = if name.is_ascii() { name.contains(char::is_whitespace) } else { name.trim().len() != name.len() };
    let is_sound = name.chars().count() <= NAME_LENGTH && !has_spaces && !name.contains(char::is_control);
    if !is_sound && !name.trim().is_empty() {
        errors.add(span, format!("the name of a {what} has at most {NAME_LENGTH} characters and no spaces"));
    }
    is_sound && !name.is_empty()
}
