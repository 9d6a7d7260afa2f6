//! What holds for any bytes that come as one of the metric protocols.

use formats::otlp::{Encoding, Options};
use formats::remote_write::Version;
use formats::statsd::Aggregate;
use formats::{Limits, Received, Refusal, encoding, exposition, influx, otlp, remote_write, statsd};
use proptest::prelude::*;

use crate::{protobuf::Message, recorded};

const LIMITS: Limits = Limits {
    rows: 50,
    depth: 16,
    id_chars: 200,
    name_chars: 30,
    labels: 5,
    label_chars: 20,
    note_chars: 0,
    evidence_chars: 0,
    body_bytes: 20_000,
    text_bytes: 2_000,
};

fn check(read: Result<Received, Refusal>) {
    let Ok(received) = read else { return };
    let samples = &received.samples;
    assert!(samples.rows <= LIMITS.rows && samples.samples.len() <= LIMITS.rows);
    assert!(received.rejected() <= samples.rows);
    let mut text_bytes = 0;
    for sample in &samples.samples {
        assert!(sample.value.is_finite());
        assert!(!sample.series.is_empty() && sample.series.len() <= LIMITS.name_chars);
        assert!(sample.labels.len() <= LIMITS.labels + 1);
        assert!(sample.labels.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            sample.labels.iter().all(|(_, value)| !value.is_empty() && value.chars().count() <= LIMITS.label_chars)
        );
        assert!(sample.time_ms.is_none_or(|time_ms| (100_000_000_000..=253_402_300_799_999).contains(&time_ms)));
        text_bytes += sample.series.len();
        text_bytes += sample.labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    }
    assert!(text_bytes <= LIMITS.text_bytes);
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn give_to_all(bytes: &[u8]) {
    let options = Options::default();
    for precision in [influx::Precision::Nanoseconds, influx::Precision::Hours] {
        check(influx::read(bytes, precision, &LIMITS));
    }
    for dialect in [exposition::Dialect::Prometheus, exposition::Dialect::OpenMetrics] {
        check(exposition::read(bytes, dialect, &LIMITS));
    }
    for encoding in [Encoding::Protobuf, Encoding::Json] {
        let received = otlp::read(bytes, encoding, &options, &LIMITS);
        if let Ok(received) = &received {
            otlp::reply::accepted(received, encoding);
        }
        check(received);
    }
    let packed = Message(bytes.to_vec()).snappy();
    for version in [Version::One, Version::Two] {
        check(remote_write::read(bytes, version, &LIMITS).map(|request| request.received));
        check(remote_write::read(&packed, version, &LIMITS).map(|request| request.received));
    }
    for name in ["gzip", "deflate", "snappy"] {
        if let Ok(content) = encoding::decode(bytes, Some(name), &LIMITS) {
            assert!(content.len() <= LIMITS.body_bytes);
        }
    }
    let mut aggregate = Aggregate::new(&LIMITS);
    let datagram = statsd::read(bytes, &LIMITS);
    assert!(datagram.metrics.len() <= LIMITS.rows);
    for metric in datagram.metrics {
        aggregate.add(metric).expect("room for a datagram");
    }
    assert!(aggregate.flush(1_772_357_400_000).iter().all(|sample| sample.value.is_finite()));
}

/// Pieces of the text protocols.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "cpu",
        ",",
        "=",
        " ",
        "\\",
        "\"",
        "\n",
        "\r",
        "value=1",
        ",a=b",
        " 1700000000000000000",
        "i",
        "#",
        "up",
        "{",
        "}",
        "a=\"b\"",
        "1",
        " 1772357400000",
        "NaN",
        "+Inf",
        "# EOF",
        "# UNIT up s\n",
        "# TYPE up histogram\n",
        "\\n",
        ":",
        "|",
        "c",
        "g",
        "ms",
        "s",
        "@0.1",
        "#a:b",
        "-",
        ".",
        "e",
        "é",
        "\t",
        "_e{1,1}:a|b",
        "\0",
        "T1772357400",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A recorded body with a few bytes changed, cut out or repeated.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let names = [
        "influx/python-1-ns.txt",
        "exposition/python.txt",
        "exposition/python.openmetrics.txt",
        "otlp/python.pb",
        "otlp/python.pb.gz",
        "otlp/python.pb.zz",
        "otlp/javascript.json",
        "remote_write/prometheus-2.42-exemplars.snappy",
        "remote_write/prometheus-2.42-metadata.snappy",
        "statsd/python.txt",
    ];
    let bodies: Vec<Vec<u8>> = names.iter().map(|name| recorded(name)).collect();
    let unpacked = bodies.iter().filter_map(|body| encoding::snappy(body, &Limits::default()).ok());
    let bodies: Vec<Vec<u8>> = unpacked.chain(bodies.clone()).collect();
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (prop::sample::select(bodies), prop::collection::vec(change, 0..8)).prop_map(|(mut body, changes)| {
        for (place, byte, kind) in changes {
            if body.is_empty() {
                break;
            }
            let at = place.index(body.len());
            match kind {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                2 => drop(body.drain(at..(at + usize::from(byte)).min(body.len()))),
                _ => body.truncate(at),
            }
        }
        body
    })
}

/// Protobuf messages of any shape.
fn message() -> impl Strategy<Value = Message> {
    let leaf = prop::collection::vec((1..16_u64, any::<u64>(), 0..3_u8), 0..4).prop_map(|fields| {
        fields.into_iter().fold(Message::default(), |message, (field, value, kind)| match kind {
            0 => message.varint(field, value % 300),
            1 => message.fixed64(field, value),
            _ => message.bytes(field, value.to_string()),
        })
    });
    leaf.prop_recursive(6, 60, 4, |inner| {
        prop::collection::vec((1..12_u64, inner), 0..4).prop_map(|parts| {
            parts.iter().fold(Message::default(), |message, (field, part)| message.message(*field, part))
        })
    })
}

proptest! {
    #[test]
    fn no_reader_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        give_to_all(&bytes);
    }

    #[test]
    fn no_reader_panics_on_any_text(text in text()) {
        give_to_all(text.as_bytes());
    }

    #[test]
    fn no_reader_panics_on_a_changed_body(bytes in mutated()) {
        give_to_all(&bytes);
    }

    #[test]
    fn no_reader_panics_on_any_message(message in message()) {
        give_to_all(&message.0);
    }

    #[test]
    fn what_line_protocol_says_is_what_is_read(
        measurement in "[a-z,]([a-z ,]{0,6}[a-z,])?", tags in prop::collection::btree_map("[a-z]{1,5}", "[a-z =,é]{1,8}", 0..4),
        value in any::<f64>().prop_filter("finite", |value| value.is_finite()),
        time_ms in 100_000_000_000_i64..9_000_000_000_000,
    ) {
        let escape = |text: &str, marks: &[char]| text.chars().fold(String::new(), |mut all, character| {
            if marks.contains(&character) {
                all.push('\\');
            }
            all.push(character);
            all
        });
        let mut line = escape(&measurement, &[',', ' ']);
        for (name, text) in &tags {
            line = format!("{line},{name}={}", escape(text, &[',', ' ', '=']));
        }
        let line = format!("{line} value={value:?} {time_ms}");
        let received = influx::read(line.as_bytes(), influx::Precision::Milliseconds, &Limits::default()).unwrap();
        let [sample] = received.samples.samples.as_slice() else { panic!("{line}: {received:?}") };
        prop_assert_eq!(sample.series.clone(), measurement);
        prop_assert_eq!(sample.value.to_bits(), value.to_bits());
        prop_assert_eq!(sample.time_ms, Some(time_ms));
        prop_assert_eq!(&sample.labels, &tags.into_iter().collect::<Vec<_>>());
    }
}
