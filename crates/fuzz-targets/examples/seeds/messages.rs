//! Messages in protobuf of which none was recorded.

use crate::Seed;

const STALE: u64 = 0x7ff0_0000_0000_0002;
const TIME_MS: u64 = 1_772_357_400_000;

#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, field: u64, value: u64) -> Self {
        self.number(field << 3);
        self.number(value);
        self
    }

    fn fixed64(mut self, field: u64, value: u64) -> Self {
        self.number(field << 3 | 1);
        self.0.extend(value.to_le_bytes());
        self
    }

    fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.number(field << 3 | 2);
        self.number(value.len() as u64);
        self.0.extend(value);
        self
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }
}

pub fn seeds() -> Vec<Seed> {
    vec![
        Seed::new("remote_write", "00-version-1", 0, &version_1().0),
        Seed::new("remote_write", "01-version-2", 1, &version_2().0),
        Seed::new("otlp", "00-every-kind", 0, &every_kind().0),
    ]
}

fn sample(bits: u64) -> Message {
    Message::default().fixed64(1, bits).varint(2, TIME_MS)
}

fn version_1() -> Message {
    let label = |name: &str, value: &str| Message::default().bytes(1, name.as_bytes()).bytes(2, value.as_bytes()).0;
    let histogram = Message::default().varint(1, 12).fixed64(3, 18.5_f64.to_bits()).varint(4, 1).varint(15, TIME_MS);
    let series = Message::default()
        .bytes(1, &label("__name__", "latency"))
        .bytes(1, &label("job", "api"))
        .bytes(2, &sample(0.25_f64.to_bits()).0)
        .bytes(2, &sample(STALE).0)
        .bytes(4, &histogram.0);
    Message::default().bytes(1, &series.0)
}

fn version_2() -> Message {
    let symbols = ["", "__name__", "queue_length", "job", "api", "jobs"];
    let metadata = Message::default().varint(1, 2).varint(4, 5);
    let histogram =
        Message::default().fixed64(2, 12.0_f64.to_bits()).fixed64(3, 18.5_f64.to_bits()).varint(15, TIME_MS);
    let series = Message::default()
        .bytes(1, &[1, 2, 3, 4])
        .bytes(2, &sample(7.5_f64.to_bits()).0)
        .bytes(2, &sample(STALE).0)
        .bytes(3, &histogram.0)
        .bytes(5, &metadata.0)
        .varint(6, TIME_MS);
    let named = symbols.iter().fold(Message::default(), |request, symbol| request.bytes(4, symbol.as_bytes()));
    named.bytes(5, &series.0)
}

/// A gauge, a sum, a histogram, an exponential histogram and a summary, each with one point.
fn every_kind() -> Message {
    let text = |value: &str| Message::default().bytes(1, value.as_bytes());
    let attribute = |name: &str, value: &str| Message::default().bytes(1, name.as_bytes()).bytes(2, &text(value).0).0;
    let time_ns = TIME_MS * 1_000_000;
    let number = Message::default().bytes(7, &attribute("k", "v")).fixed64(3, time_ns).fixed64(4, 1.5_f64.to_bits());
    let histogram = Message::default()
        .bytes(9, &attribute("k", "v"))
        .fixed64(3, time_ns)
        .fixed64(4, 12)
        .fixed64(5, 18.5_f64.to_bits())
        .fixed64(11, 0.5_f64.to_bits())
        .fixed64(12, 3.5_f64.to_bits());
    let exponential = Message::default()
        .bytes(1, &attribute("k", "v"))
        .fixed64(3, time_ns)
        .fixed64(4, 12)
        .fixed64(5, 18.5_f64.to_bits());
    let quantile = Message::default().fixed64(1, 0.5_f64.to_bits()).fixed64(2, 1.5_f64.to_bits());
    let summary = Message::default()
        .bytes(7, &attribute("k", "v"))
        .fixed64(3, time_ns)
        .fixed64(4, 12)
        .fixed64(5, 18.5_f64.to_bits())
        .bytes(6, &quantile.0);
    let metric = |name: &str, field: u64, point: &Message, temporality: u64| {
        let kind = Message::default().bytes(1, &point.0).varint(2, temporality);
        Message::default().bytes(1, name.as_bytes()).bytes(3, b"ms").bytes(field, &kind.0).0
    };
    let scope = Message::default()
        .bytes(1, &Message::default().bytes(1, b"meter").0)
        .bytes(2, &metric("gauge", 5, &number, 0))
        .bytes(2, &metric("sum", 7, &number, 2))
        .bytes(2, &metric("histogram", 9, &histogram, 1))
        .bytes(2, &metric("exponential", 10, &exponential, 2))
        .bytes(2, &metric("summary", 11, &summary, 0));
    let resource = Message::default().bytes(1, &attribute("service.name", "api"));
    Message::default().bytes(1, &Message::default().bytes(1, &resource.0).bytes(2, &scope.0).0)
}
