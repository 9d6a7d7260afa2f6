//! Mixpanel's ingestion protocol: `/track`, `/engage` and `/import`, as its own clients speak it.
//!
//! An event becomes a sample by the source's [`EventMapping`]; `$insert_id` is its external id, `distinct_id` its user, `time`
//! (seconds or milliseconds) its instant. A profile update is no event; it is counted as left out unless the mapping names a
//! series for it. Rows count from 1 in the order of the array or the lines.

mod form;
mod reply;

use serde::Deserialize;

use crate::analytics::{self, Event, EventMapping};
use crate::collect::Collector;
use crate::plain::{Fields, Plain};
use crate::report::{self, wrong};
use crate::shown;
use crate::text::utf8;
use crate::{Limits, Received, Refusal};
pub use form::{Request, request, shown_key};
pub use reply::{form_reply, import_reply};

const EVENTS: &str = "one event such as {\"event\": \"Signed Up\", \"properties\": {\"distinct_id\": \"…\"}}, or an array or lines of them";
const PROFILES: &str = "one profile update such as {\"$distinct_id\": \"…\", \"$set\": {}}, or an array of them";
const TIME: &str = "seconds or milliseconds since 1970";

/// Where the key of a project stands in an event, and in a profile update.
pub(crate) const KEY_PATHS: &[&[&str]] = &[&["properties", "token"], &["$token"]];

/// The project's token in the first event or update of a body's beginning, by which its source is known.
pub fn project_token(beginning: &[u8]) -> Option<String> {
    shown::find(beginning, KEY_PATHS)
}

#[derive(Deserialize)]
struct Tracked {
    event: Option<String>,
    #[serde(default)]
    properties: Option<Fields>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(rename = "$distinct_id")]
    user: Option<Plain>,
}

/// The events of a body of `/track` or `/import`: JSON, as [`request`] gives it.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, too deeply nested, or has more rows than the limit.
pub fn read_events(json: &[u8], mapping: &EventMapping, limits: &Limits) -> Result<Received, Refusal> {
    let text = utf8(json)?;
    let mut collector = Collector::new(limits);
    report::each_row(text, EVENTS, |raw| {
        let row = collector.row()?;
        let Some(tracked) = report::typed::<Tracked>(&mut collector, row, raw, EVENTS) else { return Ok(()) };
        let Some(name) = tracked.event.filter(|name| !name.is_empty()) else {
            let detail = "the event has no name".to_owned();
            collector.problem(row, wrong("event", "missing", detail, "the event's name in `event`"));
            return Ok(());
        };
        let properties = tracked.properties.unwrap_or_default();
        let time_ms = match properties.get("time").filter(|time| !time.is_null()).map(analytics::instant).transpose() {
            Ok(time_ms) => time_ms,
            Err(detail) => {
                collector.problem(row, wrong("properties.time", "bad-time", detail, TIME));
                return Ok(());
            }
        };
        let event = Event {
            name: &name,
            user: properties.text("distinct_id"),
            time_ms,
            external_id: properties.text("$insert_id"),
            properties: &properties,
            fields: None,
        };
        analytics::add(&event, mapping, row, &mut collector)
    })?;
    Ok(collector.received)
}

/// The profile updates of a body of `/engage`: JSON, as [`request`] gives it. What they say of a user is not kept; the
/// mapping may want an event for each.
///
/// # Errors
/// As [`read_events`].
pub fn read_profiles(json: &[u8], mapping: &EventMapping, limits: &Limits) -> Result<Received, Refusal> {
    let text = utf8(json)?;
    let mut collector = Collector::new(limits);
    report::each_row(text, PROFILES, |raw| {
        let row = collector.row()?;
        let Some(update) = report::typed::<Profile>(&mut collector, row, raw, PROFILES) else { return Ok(()) };
        if let Some(user) = update.user.as_ref().and_then(Plain::scalar).filter(|user| !user.is_empty()) {
            return analytics::profile(&user, None, mapping, row, &mut collector);
        }
        let detail = "the update names no user".to_owned();
        collector.problem(row, wrong("$distinct_id", "missing", detail, "the user's id in `$distinct_id`"));
        Ok(())
    })?;
    Ok(collector.received)
}
