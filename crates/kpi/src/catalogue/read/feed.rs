//! `[[feed]]` and `[[trap]]`.

use super::super::errors::Errors;
use super::super::places::{self, Places};
use super::super::toml_reader::TableReader;
use super::selection::{check_name, labels};
use super::{Item, named, unit};
use crate::feed::{Feed, Kind, Target, Trap};

/// A feed; `None` where it can't be read.
pub(super) fn feed(item: Item<'_, '_>, places: &mut Places, errors: &mut Errors<'_>) -> Option<Feed> {
    let mut reader = TableReader::new(item.0, item.1, "a feed");
    let metric = reader.text("metric", errors);
    let from = format!("feed \"{metric}\"");
    reader.call(&*from);
    let is_sound = check_name("series", &metric, &reader.span_of("metric"), errors);
    let kind = named(&mut reader, "kind", errors, Kind::from_name, "gauge, counter or histogram");
    let target = target(&mut reader, &from, places, errors);
    let labels =
        reader.table("where", "{ job = \"inferno\" }", errors).map(|table| labels(&table, errors)).unwrap_or_default();
    let above = reader.number("above", errors);
    let below = reader.number("below", errors);
    let rename = pairs(&mut reader, "rename", true, errors);
    let set = pairs(&mut reader, "set", false, errors);
    let scale = reader.number("scale", errors).unwrap_or(1.0);
    if scale == 0.0 {
        errors.add(&reader.span_of("scale"), "`scale` is 0, which makes every value the same");
    }
    let per_second = reader.truth("per_second", errors).unwrap_or(false);
    let unit = if reader.value("unit").is_some() { unit(&mut reader, errors) } else { None };
    let note = reader.text("note", errors);
    reader.finish(errors);
    let (kind, target) = (kind?, target?);
    is_sound.then_some(Feed { metric, kind, target, labels, above, below, rename, set, scale, per_second, unit, note })
}

/// `series` or `kpi`, one of both.
fn target(
    reader: &mut TableReader<'_, '_>,
    from: &str,
    places: &mut Places,
    errors: &mut Errors<'_>,
) -> Option<Target> {
    match (reader.value("series").is_some(), reader.value("kpi").is_some()) {
        (true, false) => {
            let series = reader.text("series", errors);
            check_name("series", &series, &reader.span_of("series"), errors).then_some(Target::Series(series))
        }
        (false, true) => {
            let kpi = reader.text("kpi", errors);
            places.refer(from, places::Target::Kpi, vec![(kpi.clone(), reader.span_of("kpi"))]);
            Some(Target::Kpi(kpi))
        }
        _ => {
            errors.add(reader.span(), format!("{from} needs either `series` or `kpi`: what it fills"));
            None
        }
    }
}

/// A table of texts, by name; `are_names` where the texts are names of labels themselves.
fn pairs(
    reader: &mut TableReader<'_, '_>,
    key: &'static str,
    are_names: bool,
    errors: &mut Errors<'_>,
) -> Vec<(String, String)> {
    let example = if are_names { "{ instance = \"host\" }" } else { "{ result = \"success\" }" };
    let Some(table) = reader.table(key, example, errors) else { return Vec::new() };
    let mut pairs = Vec::new();
    for (name, span, value) in table.entries() {
        match value.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
            Some(text) => {
                let is_sound = check_name("label", name, &span, errors);
                if is_sound && (!are_names || check_name("label", text, &value.span(), errors)) {
                    pairs.push((name.to_owned(), text.to_owned()));
                }
            }
            None => errors.add(&value.span(), format!("`{name}` must be text in quotes that is not empty")),
        }
    }
    pairs.sort();
    pairs
}

pub(super) fn trap(item: Item<'_, '_>, errors: &mut Errors<'_>) -> Trap {
    let mut reader = TableReader::new(item.0, item.1, "a trap");
    reader.needed("metrics", errors);
    let metrics = reader.texts("metrics", errors);
    if metrics.is_empty() && reader.value("metrics").is_some_and(|value| value.get_ref().as_array().is_some()) {
        errors.add(&reader.span_of("metrics"), "a trap names at least one metric");
    }
    for (name, span) in &metrics {
        if name.trim().is_empty() {
            errors.add(span, "the name of a metric is empty");
        } else {
            check_name("series", name, span, errors);
        }
    }
    let reason = reader.text("reason", errors);
    let instead = reader.optional_text("instead", errors);
    reader.finish(errors);
    Trap { metrics: metrics.into_iter().map(|(name, _)| name).collect(), reason, instead }
}
