//! `[[phase]]` and `[[track]]`.

use jiff::tz::TimeZone;

use super::super::errors::Errors;
use super::super::toml_reader::TableReader;
use super::super::{Phase, PhaseDates, Track};
use super::policy::share;
use super::{Item, time};

pub(super) fn phase(item: Item<'_, '_>, zone: &TimeZone, errors: &mut Errors<'_>) -> Phase {
    let mut reader = TableReader::new(item.0, item.1, "a phase");
    let number =
        reader.needed("number", errors).and_then(|_| reader.small_number("number", errors)).unwrap_or_default();
    let name = reader.text("name", errors);
    let gate_share_percent = share(&mut reader, "gate_share_percent", errors);
    let dates = match (reader.value("starts").is_some(), reader.value("ends").is_some()) {
        (false, false) => None,
        (true, true) => {
            time::stretch(&mut reader, zone, errors).map(|(starts_ms, ends_ms)| PhaseDates { starts_ms, ends_ms })
        }
        (starts, _) => {
            let present = if starts { "starts" } else { "ends" };
            errors.add(&reader.span_of(present), "a phase has both `starts` and `ends`, or neither");
            None
        }
    };
    reader.finish(errors);
    Phase { number, name, gate_share_percent, dates }
}

pub(super) fn track(item: Item<'_, '_>, errors: &mut Errors<'_>) -> Track {
    let mut reader = TableReader::new(item.0, item.1, "a track");
    let track = Track { id: reader.text("id", errors), name: reader.text("name", errors) };
    reader.finish(errors);
    track
}
