//! Mixpanel and Amplitude: what their clients send, by mappings that are kept as data, and the answers to it.

use formats::analytics::EventMapping;
use formats::mixpanel::{form_reply, import_reply, read_events, read_profiles, request, shown_key};
use formats::{Limits, Received, amplitude};

use crate::check;
use crate::pick::{first_line, limits, picked};

const MAPPING: &str = r#"{"profile_series":"user.account","rules":[
    {"event":"Purchase","when":{"plan":"pro"},"series":"revenue","value":"amount","unit":"USD","labels":{"plan":"plan"}},
    {"event":"Noise"},{"event":"Signed Up","series":"signup","constants":{"from":"web"}}]}"#;

/// Bits 0 to 2 pick who sends it and how; with bit 3 the first line is the mapping, as JSON.
pub fn analytics(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let (mapping, bytes) = if pick & 8 == 0 { (MAPPING, bytes) } else { first_line(bytes).unwrap_or(("{}", bytes)) };
    let Ok(mapping) = serde_json::from_str::<EventMapping>(mapping) else { return };
    if !mapping.problems(&limits).is_empty() {
        return;
    }
    match pick & 7 {
        0 => form("", bytes, &mapping, &limits),
        1 => form(std::str::from_utf8(bytes).unwrap_or_default(), b"", &mapping, &limits),
        2 => answered(check::received(read_events(bytes, &mapping, &limits), &limits)),
        3 => answered(check::received(read_profiles(bytes, &mapping, &limits), &limits)),
        4 => {
            if let Some(body) = check::accepted(formats::encoding::decode(bytes, Some("gzip"), &limits)) {
                form("", &body, &mapping, &limits);
            }
        }
        _ => events_of_amplitude(bytes, &mapping, &limits),
    }
}

fn form(query: &str, body: &[u8], mapping: &EventMapping, limits: &Limits) {
    let _ = shown_key(query, body);
    let Some(request) = check::accepted(request(query, body)) else { return };
    assert!(request.json.len() <= query.len() + body.len(), "a form holds no more than it has");
    answered(check::received(read_events(&request.json, mapping, limits), limits));
    check::received(read_profiles(&request.json, mapping, limits), limits);
    assert!(is_json(&form_reply(request.is_verbose, None)));
}

fn answered(received: Option<Received>) {
    let Some(received) = received else { return };
    let (status, body) = import_reply(&received);
    assert!((status == 200) == received.samples.problems.is_empty() && is_json(&body));
}

fn events_of_amplitude(bytes: &[u8], mapping: &EventMapping, limits: &Limits) {
    let read = amplitude::read(bytes, mapping, limits);
    // Any beginning may hold a key.
    let _ = amplitude::api_key(bytes);
    if let Some(received) = check::received(read, limits) {
        let body = amplitude::invalid_reply(&received);
        assert!(is_json(&body), "{body}");
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}
