//! What must hold between the tables of a catalogue.

mod feeds;
mod kpis;
mod measures;
mod phases;

use std::collections::HashMap;
use std::ops::Range;

use super::Catalogue;
use super::errors::Errors;
use super::places::{Places, Reference, Target};

pub(super) fn check(catalogue: &Catalogue, places: &Places, errors: &mut Errors<'_>) {
    phases::check(catalogue, &places.phases, errors);
    unique("tracks", catalogue.tracks.iter().map(|track| (&track.id, &track.name)), &places.tracks, errors);
    unique("owners", catalogue.owners.iter().map(|owner| (&owner.name, &owner.name)), &places.owners, errors);
    let audiences = || catalogue.audiences.iter().map(|audience| (&audience.id, &audience.name));
    unique("audiences", audiences(), &places.audiences, errors);
    slugs("audience", audiences().map(|(id, _)| id), &places.audiences, errors);
    let measures = || catalogue.measures.iter().map(|measure| (&measure.id, &measure.id));
    unique("measurements", measures(), &places.measures, errors);
    slugs("measurement", measures().map(|(id, _)| id), &places.measures, errors);
    measures::check(catalogue, &places.measures, errors);
    let kpis = || catalogue.kpis.iter().map(|kpi| (&kpi.id, &kpi.name));
    unique("KPIs", kpis(), &places.kpis, errors);
    slugs("KPI", kpis().map(|(id, _)| id), &places.kpis, errors);
    kpis::check(catalogue, &places.kpis, errors);
    feeds::check(catalogue, places, errors);
    references(catalogue, places, errors);
}

/// Ids of one table that stand twice.
fn unique<'text>(
    what: &str,
    ids_and_names: impl Iterator<Item = (&'text String, &'text String)>,
    spans: &[Range<usize>],
    errors: &mut Errors<'_>,
) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for ((id, name), span) in ids_and_names.zip(spans).filter(|((id, _), _)| !id.is_empty()) {
        if let Some(other) = seen.insert(id, name) {
            let names = if id == name { String::new() } else { format!(": {other} and {name}") };
            errors.add(span, format!("two {what} have the id \"{id}\"{names}"));
        }
    }
}

fn slugs<'text>(what: &str, ids: impl Iterator<Item = &'text String>, spans: &[Range<usize>], errors: &mut Errors<'_>) {
    for (id, span) in ids.zip(spans).filter(|(id, _)| !id.is_empty()) {
        let is_slug = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_slug {
            errors.add(span, format!("{what} \"{id}\": an id is made of small letters, digits and hyphens"));
        }
    }
}

/// Every name that another table mentions must exist.
fn references(catalogue: &Catalogue, places: &Places, errors: &mut Errors<'_>) {
    for reference in &places.references {
        let (exists, table) = match reference.target {
            Target::Track => (catalogue.track(&reference.name).is_some(), "track"),
            Target::Kpi => (catalogue.kpi(&reference.name).is_some(), "kpi"),
            Target::Measure => (catalogue.measure(&reference.name).is_some(), "measure"),
        };
        let is_broken = places.broken.iter().any(|(target, id)| *target == reference.target && *id == reference.name);
        if !exists && !is_broken {
            let Reference { from, name, span, .. } = reference;
            errors.add(span, format!("{from}: there is no [[{table}]] with the id \"{name}\""));
        }
    }
}
