//! Amplitude's HTTP API: `/2/httpapi` and `/batch`, which take the same body.
//!
//! An event becomes a sample by the source's [`EventMapping`]: `event_type` is its name, `insert_id` its external id,
//! `user_id` (else `device_id`) its user, `time` its instant, `event_properties` its properties. A rule may also name a field
//! beside them, such as `platform`. Identification calls (`$identify`, `$groupidentify`) are profile updates. Rows count from
//! 1 in the order of `events`.

mod reply;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::analytics::{self, Event, EventMapping};
use crate::collect::Collector;
use crate::report::{self, scalar, wrong};
use crate::{Limits, Received, Refusal};
pub use reply::{invalid_reply, refused_reply, success_reply, throttled_reply};

const EXPECTED: &str = "an object with `api_key` and `events`: [{\"event_type\": \"…\", \"user_id\": \"…\"}]";
const TIME: &str = "milliseconds since 1970";

#[derive(Deserialize)]
struct Upload<'a> {
    #[serde(default)]
    api_key: Option<String>,
    #[serde(borrow, default)]
    events: Option<&'a RawValue>,
}

/// The key that a body names, by which its source is known.
///
/// # Errors
/// As [`read`], the events excepted.
pub fn api_key(bytes: &[u8]) -> Result<Option<String>, Refusal> {
    report::document::<Upload<'_>>(report::text(bytes)?, EXPECTED).map(|upload| upload.api_key)
}

/// How many events a body has; 0 where it can't be read.
pub fn event_count(bytes: &[u8], limits: &Limits) -> usize {
    let counted = report::text(bytes).and_then(|text| {
        let events = report::document::<Upload<'_>>(text, EXPECTED)?.events;
        Ok(events.map_or(0, |events| report::elements(text, events, limits, EXPECTED).map_or(0, |all| all.len())))
    });
    counted.unwrap_or_default()
}

/// The events of one body.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, too deeply nested, has no array `events`, or more of them than the limit.
pub fn read(bytes: &[u8], mapping: &EventMapping, limits: &Limits) -> Result<Received, Refusal> {
    let text = report::text(bytes)?;
    let upload: Upload<'_> = report::document(text, EXPECTED)?;
    let events = upload.events.ok_or_else(|| report::shape(text, "there is no `events`".to_owned(), EXPECTED))?;
    let mut collector = Collector::new(limits);
    for raw in report::elements(text, events, limits, EXPECTED)? {
        let row = collector.row()?;
        if let Some(fields) = report::typed::<Map<String, Value>>(&mut collector, row, raw, EXPECTED) {
            event(&fields, mapping, row, &mut collector)?;
        }
    }
    Ok(collector.received)
}

fn event(
    fields: &Map<String, Value>,
    mapping: &EventMapping,
    row: usize,
    collector: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let text_of = |name: &str| fields.get(name).and_then(scalar).filter(|text| !text.is_empty());
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
    let none = Map::new();
    let properties = match fields.get("event_properties") {
        Some(Value::Object(properties)) => properties,
        None | Some(Value::Null) => &none,
        Some(_) => {
            let detail = "`event_properties` is no object".to_owned();
            collector.problem(row, wrong("event_properties", "wrong-type", detail, "an object"));
            return Ok(());
        }
    };
    let external_id = text_of("insert_id");
    let event = Event { name: &name, user: Some(user), time_ms, external_id, properties, fields: Some(fields) };
    analytics::add(&event, mapping, row, collector)
}
