//! `[[owner]]`, `[[audience]]` and `[[maintenance]]`.

use jiff::tz::TimeZone;

use super::super::errors::Errors;
use super::super::places::{Places, Target};
use super::super::toml_reader::TableReader;
use super::super::{Audience, Maintenance, Owner};
use super::{Item, time};

pub(super) fn owner(item: Item<'_, '_>, errors: &mut Errors<'_>) -> Owner {
    let mut reader = TableReader::new(item.0, item.1, "an owner");
    let name = reader.text("name", errors);
    let email = reader.optional_text("email", errors);
    if let Some(email) = email.as_deref().filter(|email| !looks_like_an_address(email)) {
        errors.add(
            &reader.span_of("email"),
            format!("\"{email}\" is no e-mail address; write for example ops@example.org"),
        );
    }
    reader.finish(errors);
    Owner { name, email }
}

/// One `@` with something on both sides, and nothing that a mail header would read as more than one address.
fn looks_like_an_address(email: &str) -> bool {
    let forbidden =
        |character: char| character.is_whitespace() || character.is_control() || "<>()[],;:\\\"".contains(character);
    match email.split_once('@') {
        Some((name, host)) => {
            !name.is_empty()
                && !host.contains('@')
                && host.split('.').all(|label| !label.is_empty())
                && !email.contains(forbidden)
        }
        None => false,
    }
}

pub(super) fn audience(item: Item<'_, '_>, places: &mut Places, errors: &mut Errors<'_>) -> Audience {
    let mut reader = TableReader::new(item.0, item.1, "an audience");
    let id = reader.text("id", errors);
    let name = reader.text("name", errors);
    let told_before = errors.count();
    let (tracks, kpis) = scope(&mut reader, &format!("audience \"{id}\""), places, errors);
    if tracks.is_empty() && kpis.is_empty() && errors.count() == told_before {
        errors.add(reader.span(), format!("audience \"{id}\" reads nothing; name `tracks` or `kpis`"));
    }
    reader.finish(errors);
    Audience { id, name, tracks, kpis }
}

pub(super) fn maintenance(
    item: Item<'_, '_>,
    zone: &TimeZone,
    places: &mut Places,
    errors: &mut Errors<'_>,
) -> Maintenance {
    let mut reader = TableReader::new(item.0, item.1, "a maintenance");
    let reason = reader.text("reason", errors);
    let both_stand = reader.needed("starts", errors).is_some() & reader.needed("ends", errors).is_some();
    let stretch = if both_stand { time::stretch(&mut reader, zone, errors) } else { None };
    let (starts_ms, ends_ms) = stretch.unwrap_or_default();
    let (tracks, kpis) = scope(&mut reader, &format!("maintenance \"{reason}\""), places, errors);
    reader.finish(errors);
    Maintenance { starts_ms, ends_ms, reason, tracks, kpis }
}

fn scope(
    reader: &mut TableReader<'_, '_>,
    from: &str,
    places: &mut Places,
    errors: &mut Errors<'_>,
) -> (Vec<String>, Vec<String>) {
    let tracks = reader.texts("tracks", errors);
    let kpis = reader.texts("kpis", errors);
    (places.refer(from, Target::Track, tracks), places.refer(from, Target::Kpi, kpis))
}
