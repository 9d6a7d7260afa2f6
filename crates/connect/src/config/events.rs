//! `[statsd]` and `[[events]]`: systems that send by themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use formats::Limits;
use formats::analytics::{EventMapping, EventRule, Others};

use super::errors::Errors;
use super::reader::TableReader;
use super::{Client, EventSource, StatsD, durations};

/// Listening for `StatsD` datagrams; on this computer alone unless another address is given.
pub(super) fn statsd(mut reader: TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<StatsD> {
    let written = reader.optional_text("address", errors).unwrap_or_else(|| "127.0.0.1:8125".to_owned());
    let address = written.parse();
    if address.is_err() {
        let message =
            format!("\"{written}\" is no address with a port; write 127.0.0.1:8125, [::1]:8125 or 0.0.0.0:8125");
        errors.add(&reader.span_of("address"), message);
    }
    let source = reader.optional_text("source", errors).unwrap_or_else(|| "statsd".to_owned());
    let every =
        durations::length(&mut reader, "every", Duration::from_secs(1), errors).unwrap_or(Duration::from_secs(10));
    reader.finish(errors);
    Some(StatsD { source, address: address.ok()?, every })
}

/// What a client's events become.
pub(super) fn read(mut reader: TableReader<'_, '_>, errors: &mut Errors<'_>) -> Option<EventSource> {
    let source = reader.text("source", "\"shop\"", errors);
    let client = reader.text("client", "\"mixpanel\" or \"amplitude\"", errors);
    let client = match client.as_deref() {
        Some("mixpanel") => Some(Client::Mixpanel),
        Some("amplitude") => Some(Client::Amplitude),
        Some(other) => {
            errors.add(&reader.span_of("client"), format!("\"{other}\" is no client; write mixpanel or amplitude"));
            None
        }
        None => None,
    };
    let mut mapping = EventMapping::default();
    match reader.optional_text("others", errors).as_deref() {
        None | Some("keep") => {}
        Some("ignore") => mapping.others = Others::Ignore,
        Some(other) => {
            errors.add(&reader.span_of("others"), format!("\"{other}\" is wrong here; write keep or ignore"));
        }
    }
    if let Some(label) = reader.optional_text("user_label", errors) {
        mapping.user_label = label;
    }
    mapping.profile_series = reader.optional_text("profile_series", errors);
    for (table, span) in reader.tables("rule", errors) {
        mapping.rules.push(rule(TableReader::new(table, span, "[[events.rule]]"), errors));
    }
    for problem in mapping.problems(&Limits::default()) {
        errors.add(reader.span(), problem);
    }
    reader.finish(errors);
    Some(EventSource { source: source?, client: client?, mapping })
}

fn rule(mut reader: TableReader<'_, '_>, errors: &mut Errors<'_>) -> EventRule {
    let mut texts = |key| -> BTreeMap<String, String> {
        let table = reader.text_table(key, errors).unwrap_or_default();
        table.into_iter().map(|(name, (text, _))| (name, text)).collect()
    };
    let (when, labels, constants) = (texts("when"), texts("labels"), texts("constants"));
    let rule = EventRule {
        event: reader.text("event", "\"Signed Up\"", errors).unwrap_or_default(),
        when,
        series: reader.optional_text("series", errors),
        value: reader.optional_text("value", errors),
        unit: reader.optional_text("unit", errors),
        labels,
        constants,
    };
    reader.finish(errors);
    rule
}
