//! OpenTelemetry metrics as protobuf and JSON, plain and compressed, and the answers to them.

use formats::otlp::{Encoding, Options, read, reply};

use crate::check;
use crate::pick::{limits, picked};

/// Bit 0 picks JSON, bits 1 and 2 the compression.
pub fn otlp(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let encoding = if pick & 1 == 0 { Encoding::Protobuf } else { Encoding::Json };
    let compression = match pick >> 1 & 3 {
        0 | 3 => None,
        1 => Some("gzip"),
        _ => Some("deflate"),
    };
    let Some(body) = check::accepted(formats::encoding::decode(bytes, compression, &limits)) else { return };
    let read = read(&body, encoding, &Options::default(), &limits);
    let answer = match &read {
        Ok(received) => reply::accepted(received, encoding),
        Err(refusal) => reply::refused(reply::INVALID_ARGUMENT, &refusal.to_string(), encoding),
    };
    if encoding == Encoding::Json {
        assert!(serde_json::from_slice::<serde_json::Value>(&answer).is_ok(), "the answer is no JSON");
    }
    check::received(read, &limits);
}
