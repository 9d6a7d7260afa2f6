//! Reading a catalogue document into its tables.

mod feed;
pub(super) mod kpi;
mod measure;
mod people;
mod phases;
mod policy;
mod selection;
mod time;

use std::ops::Range;

use toml::de::DeTable;

use super::errors::{CatalogueError, Errors};
use super::places::{Places, Target};
use super::toml_reader::TableReader;
use super::{Catalogue, check};
use crate::unit::Unit;

/// One table of an array of tables.
type Item<'table, 'text> = (&'table DeTable<'text>, Range<usize>);

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
    let mut places = Places::default();
    let (id, name, version) = head(&mut reader, &mut errors);
    let policy = policy::read(&mut reader, &mut errors);
    let zone = &policy.time_zone;
    let phases = each(&mut reader, "phase", true, &mut errors, |item, errors| {
        places.phases.push(item.1.clone());
        phases::phase(item, zone, errors)
    });
    let tracks = each(&mut reader, "track", true, &mut errors, |item, errors| {
        places.tracks.push(item.1.clone());
        phases::track(item, errors)
    });
    let owners = each(&mut reader, "owner", false, &mut errors, |item, errors| {
        places.owners.push(item.1.clone());
        people::owner(item, errors)
    });
    let audiences = each(&mut reader, "audience", false, &mut errors, |item, errors| {
        places.audiences.push(item.1.clone());
        people::audience(item, &mut places, errors)
    });
    let maintenance = each(&mut reader, "maintenance", false, &mut errors, |item, errors| {
        people::maintenance(item, zone, &mut places, errors)
    });
    let mut measures = Vec::new();
    for item in reader.tables("measure", &mut errors) {
        let span = item.1.clone();
        match measure::measure(item, zone, &mut places, &mut errors) {
            Ok(measure) => {
                measures.push(measure);
                places.measures.push(span);
            }
            Err(id) => places.broken.push((Target::Measure, id)),
        }
    }
    let mut feeds = Vec::new();
    for item in reader.tables("feed", &mut errors) {
        let span = item.1.clone();
        if let Some(feed) = feed::feed(item, &mut places, &mut errors) {
            feeds.push(feed);
            places.feeds.push(span);
        }
    }
    let traps = each(&mut reader, "trap", false, &mut errors, |item, errors| {
        places.traps.push(item.1.clone());
        feed::trap(item, errors)
    });
    let mut kpis = Vec::new();
    for item in needed(&mut reader, "kpi", &mut errors) {
        let span = item.1.clone();
        match kpi::kpi(item, &mut places, &mut errors) {
            Ok(kpi) => {
                kpis.push(kpi);
                places.kpis.push(span);
            }
            Err(id) => places.broken.push((Target::Kpi, id)),
        }
    }
    reader.finish(&mut errors);
    let catalogue = Catalogue {
        id,
        name,
        version,
        policy,
        phases,
        tracks,
        owners,
        audiences,
        maintenance,
        measures,
        feeds,
        traps,
        kpis,
    };
    check::check(&catalogue, &places, &mut errors);
    if errors.is_empty() { Ok(catalogue) } else { Err(errors.into_sorted()) }
}

fn head(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> (String, String, String) {
    let Some(mut head) = section(reader, "catalogue", errors) else { return Default::default() };
    let texts = (head.text("id", errors), head.text("name", errors), head.text("version", errors));
    head.finish(errors);
    texts
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
    Some(TableReader::new(table?, value?.span(), format!("[{key}]")))
}

fn needed<'table, 'text>(
    reader: &mut TableReader<'table, 'text>,
    key: &'static str,
    errors: &mut Errors<'_>,
) -> Vec<Item<'table, 'text>> {
    if reader.value(key).is_none() {
        errors.add(&(0..0), format!("the catalogue has no [[{key}]]"));
    }
    reader.tables(key, errors)
}

fn each<'table, 'text, Thing>(
    reader: &mut TableReader<'table, 'text>,
    key: &'static str,
    is_needed: bool,
    errors: &mut Errors<'_>,
    mut read: impl FnMut(Item<'table, 'text>, &mut Errors<'_>) -> Thing,
) -> Vec<Thing> {
    let items = if is_needed { needed(reader, key, errors) } else { reader.tables(key, errors) };
    items.into_iter().map(|item| read(item, errors)).collect()
}

/// A key that must be there and hold one of a few names; `would_be_right` lists them.
fn named<Value>(
    reader: &mut TableReader<'_, '_>,
    key: &'static str,
    errors: &mut Errors<'_>,
    from_name: impl Fn(&str) -> Option<Value>,
    would_be_right: &str,
) -> Option<Value> {
    let text = reader.text(key, errors);
    let value = from_name(&text);
    if value.is_none() && !text.trim().is_empty() {
        errors.add(&reader.span_of(key), format!("\"{text}\" is no {key}; write {would_be_right}"));
    }
    value
}

/// The key `unit`, which must be there.
fn unit(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<Unit> {
    reader.needed("unit", errors)?;
    let text = reader.optional_text("unit", errors)?;
    Unit::parse(&text).map_err(|error| errors.add(&reader.span_of("unit"), error.to_string())).ok()
}
