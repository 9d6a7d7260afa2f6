//! Amplitude's HTTP API: `/2/httpapi` and `/batch`, which take the same body.
//!
//! An event becomes a sample by the source's [`EventMapping`]: `event_type` is its name, `insert_id` its external id,
//! `user_id` (else `device_id`) its user, `time` its instant, `event_properties` its properties. A rule may also name a field
//! beside them, such as `platform`. Identification calls (`$identify`, `$groupidentify`) are profile updates. Rows count from
//! 1 in the order of `events`.

mod reply;

use serde_json::value::RawValue;

use crate::analytics::{self, Event, EventMapping};
use crate::collect::Collector;
use crate::json::members::Members;
use crate::plain::Fields;
use crate::report::{self, wrong};
use crate::text::utf8;
use crate::{Limits, Received, Refusal, shown};
pub use reply::{invalid_reply, refused_reply, success_reply, throttled_reply};

const EXPECTED: &str = "an object with `api_key` and `events`: [{\"event_type\": \"…\", \"user_id\": \"…\"}]";
const TIME: &str = "milliseconds since 1970";

/// The key that a body's beginning names, by which its source is known.
pub fn api_key(beginning: &[u8]) -> Option<String> {
    shown::find(beginning, &[&["api_key"]])
}

/// How many events a body has, counted up to the limit of rows; 0 where it can't be read.
pub fn event_count(bytes: &[u8], limits: &Limits) -> usize {
    let mut count = 0;
    // What can't be read ends the counting.
    let _ = utf8(bytes).and_then(|text| {
        report::each_in(text, "events", EXPECTED, |_| {
            count += 1;
            if count >= limits.rows { Err(Refusal::TooManyRows { limit: limits.rows }) } else { Ok(()) }
        })
    });
    count
}

/// The events of one body.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, too deeply nested, has no array `events`, or more of them than the limit.
pub fn read(bytes: &[u8], mapping: &EventMapping, limits: &Limits) -> Result<Received, Refusal> {
    let text = utf8(bytes)?;
    let mut collector = Collector::new(limits);
    report::each_in(text, "events", EXPECTED, |raw| {
        let row = collector.row()?;
        match report::typed::<Fields>(&mut collector, row, raw, EXPECTED) {
            Some(fields) => event(&fields, raw, mapping, row, &mut collector),
            None => Ok(()),
        }
    })?;
    Ok(collector.received)
}

fn event(
    fields: &Fields,
    raw: &RawValue,
    mapping: &EventMapping,
    row: usize,
    collector: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let text_of = |name: &str| fields.text(name);
    let Some(name) = text_of("event_type") else {
        let detail = "the event has no `event_type`".to_owned();
        collector.problem(row, wrong("event_type", "missing", detail, "the event's name"));
        return Ok(());
    };
    let Some(user) = text_of("user_id").or_else(|| text_of("device_id")) else {
        let detail = "the event has neither `user_id` nor `device_id`".to_owned();
        collector.problem(row, wrong("user_id", "missing", detail, "who did it"));
        return Ok(());
    };
    let time_ms = match fields.get("time").filter(|time| !time.is_null()).map(analytics::instant).transpose() {
        Ok(time_ms) => time_ms,
        Err(detail) => {
            collector.problem(row, wrong("time", "bad-time", detail, TIME));
            return Ok(());
        }
    };
    if name == "$identify" || name == "$groupidentify" {
        return analytics::profile(&user, time_ms, mapping, row, collector);
    }
    let Some(properties) = properties(raw, row, collector) else { return Ok(()) };
    let external_id = text_of("insert_id");
    let event =
        Event { name: &name, user: Some(user), time_ms, external_id, properties: &properties, fields: Some(fields) };
    analytics::add(&event, mapping, row, collector)
}

/// The properties of an event; what is wrong with them is told.
fn properties(raw: &RawValue, row: usize, collector: &mut Collector<'_>) -> Option<Fields> {
    let members = Members::read(raw, &["event_properties"]).ok()?;
    match members.known.first().copied().flatten() {
        None => Some(Fields::default()),
        Some(properties) if properties.get() == "null" => Some(Fields::default()),
        Some(properties) if properties.get().starts_with('{') => {
            report::typed::<Fields>(collector, row, properties, EXPECTED)
        }
        Some(_) => {
            let detail = "`event_properties` is no object".to_owned();
            collector.problem(row, wrong("event_properties", "wrong-type", detail, "an object"));
            None
        }
    }
}
