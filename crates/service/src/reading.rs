//! How the bytes of a payload are read: what is kept beside them, so that they can be read again at any later time.
//!
//! Each format has one reader in crate `formats`. A format that gives *samples* goes to the sample desk; all others give
//! observations, which become rows.

use std::collections::HashMap;

use formats::analytics::EventMapping;
use formats::influx::Precision;
use formats::pulled::Unreadable;
use formats::remote_write::{self, Version, Written};
use formats::webhook::{self, stripe};
use formats::{Drafts, Limits, Received, Refusal, amplitude, mixpanel, otlp};

/// What reading a payload needs besides its bytes, by name: `encoding`, `precision`, `event`; of pulled answers what
/// [`formats::pulled::Context`] says.
pub type Context = serde_json::Map<String, serde_json::Value>;

/// The most samples of one payload.
const MOST_SAMPLES: usize = 100_000;
/// The most events of one payload.
pub const MOST_EVENTS: usize = 10_000;

/// A format of payloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Observations as JSON.
    Json,
    /// Observations as JSON, one in each line.
    Ndjson,
    /// Observations as CSV.
    Csv,
    /// `InfluxDB`'s line protocol; context `precision`, `encoding`.
    Influx,
    /// Prometheus remote write 1.0.
    RemoteWrite1,
    /// Prometheus remote write 2.0.
    RemoteWrite2,
    /// OpenTelemetry metrics in protobuf; context `encoding`.
    OtlpProtobuf,
    /// OpenTelemetry metrics in JSON; context `encoding`.
    OtlpJson,
    /// Events of Mixpanel, as the JSON inside the form.
    MixpanelEvents,
    /// Profile updates of Mixpanel.
    MixpanelProfiles,
    /// Events of Amplitude, unpacked.
    Amplitude,
    /// A webhook of GitHub; context `event`.
    Github,
    /// A webhook of Stripe.
    Stripe,
    /// A webhook of `HubSpot`.
    Hubspot,
    /// A report that a tool wrote in CI; context `report`, `about`, `commit`, `branch`, `testbed`.
    Report,
    /// A table that is read by the mapping of its source.
    Table,
    /// An answer of Prometheus that was asked for.
    PulledPrometheus,
    /// An answer to a query in `InfluxQL` that was asked for.
    PulledInfluxQl,
    /// An answer to a query in Flux that was asked for.
    PulledFlux,
    /// Rows of a database or of JSON that were asked for.
    PulledRows,
    /// What a target shows to Prometheus.
    Scrape,
    /// The `StatsD` datagrams of an interval.
    StatsD,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 22] = [
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::Influx,
        Self::RemoteWrite1,
        Self::RemoteWrite2,
        Self::OtlpProtobuf,
        Self::OtlpJson,
        Self::MixpanelEvents,
        Self::MixpanelProfiles,
        Self::Amplitude,
        Self::Github,
        Self::Stripe,
        Self::Hubspot,
        Self::Report,
        Self::Table,
        Self::PulledPrometheus,
        Self::PulledInfluxQl,
        Self::PulledFlux,
        Self::PulledRows,
        Self::Scrape,
        Self::StatsD,
    ];

    /// The name under which it is kept with a payload.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Influx => "influx",
            Self::RemoteWrite1 => "remote-write-1",
            Self::RemoteWrite2 => "remote-write-2",
            Self::OtlpProtobuf => "otlp-protobuf",
            Self::OtlpJson => "otlp-json",
            Self::MixpanelEvents => "mixpanel-events",
            Self::MixpanelProfiles => "mixpanel-profiles",
            Self::Amplitude => "amplitude",
            Self::Github => "github",
            Self::Stripe => "stripe",
            Self::Hubspot => "hubspot",
            Self::Report => "report",
            Self::Table => "table",
            Self::PulledPrometheus => "pulled-prometheus",
            Self::PulledInfluxQl => "pulled-influxql",
            Self::PulledFlux => "pulled-flux",
            Self::PulledRows => "pulled-rows",
            Self::Scrape => "scrape",
            Self::StatsD => "statsd",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether its rows are samples, which the sample desk keeps.
    pub fn gives_samples(self) -> bool {
        let pushed = [Self::Influx, Self::RemoteWrite1, Self::RemoteWrite2, Self::OtlpProtobuf, Self::OtlpJson];
        pushed.contains(&self) || self.is_pulled()
    }

    /// Whether it was asked for, or gathered from datagrams; [`formats::pulled`] reads it.
    fn is_pulled(self) -> bool {
        formats::pulled::FORMATS.contains(&self.name())
    }
}

/// How one payload is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadDecoder {
    /// Its format.
    pub format: Format,
    /// What reading needs besides the bytes.
    pub context: Context,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// Observations as a sender wrote them.
    Observations(Drafts),
    /// Samples and events of another system's protocol, and what remote write 2.0 tells of them in headers.
    Protocol(Received, Option<Written>),
}

impl PayloadDecoder {
    /// A format that needs nothing besides the bytes.
    pub fn of(format: Format) -> Self {
        Self { format, context: Context::new() }
    }

    /// The same with a word of context; one that is empty is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.context.insert(name.to_owned(), value.into());
        }
        self
    }

    /// As it was kept with a payload; `None` for a format that is not known here, or a context that is no object.
    pub fn kept(format: &str, context_json: &str) -> Option<Self> {
        let context = serde_json::from_str(context_json).ok()?;
        Some(Self { format: Format::from_name(format)?, context })
    }

    /// The context as it is kept with a payload.
    pub fn context_json(&self) -> String {
        serde_json::json!(self.context).to_string()
    }

    pub(crate) fn word(&self, name: &str) -> &str {
        self.context.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    /// How times of line protocol are counted.
    pub(crate) fn precision(&self) -> Precision {
        Precision::parse(self.word("precision")).unwrap_or_default()
    }

    /// The same for bytes that are unpacked already.
    pub(crate) fn unpacked_already(&self) -> Self {
        let mut reading = self.clone();
        reading.context.remove("encoding");
        reading
    }

    /// How many bytes a body says that it holds, where its format is always packed.
    pub(crate) fn promised_bytes(&self, bytes: &[u8]) -> usize {
        let is_packed = matches!(self.format, Format::RemoteWrite1 | Format::RemoteWrite2);
        if is_packed { formats::encoding::snappy_bytes(bytes).min(limits().body_bytes) } else { 0 }
    }

    /// The bytes without their compression.
    pub(crate) fn unpacked<'bytes>(&self, bytes: &'bytes [u8]) -> Result<std::borrow::Cow<'bytes, [u8]>, Refusal> {
        let encoding = Some(self.word("encoding")).filter(|encoding| !encoding.is_empty());
        formats::encoding::decode(bytes, encoding, &limits())
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// Why nothing of them can be read.
    pub fn read(&self, bytes: &[u8], content_type: &str, mapping: &EventMapping) -> Result<Read, Refusal> {
        let limits = limits();
        // As many as of observations: what analytics clients send at once is less.
        let of_events = Limits { rows: MOST_EVENTS, ..limits };
        let events = |received: Result<Received, Refusal>| received.map(|received| Read::Protocol(received, None));
        let written = |version| {
            remote_write::read(bytes, version, &limits)
                .map(|request| Read::Protocol(request.received, Some(request.written)))
        };
        let otlp = |encoding| otlp::read(&self.unpacked(bytes)?, encoding, &otlp::Options::default(), &limits);
        match self.format {
            Format::Json => formats::json::read(bytes, &Limits::default()).map(Read::Observations),
            Format::Ndjson => formats::ndjson::read(bytes, &Limits::default()).map(Read::Observations),
            Format::Csv => formats::csv::read(bytes, &Limits::default()).map(Read::Observations),
            Format::Influx => events(formats::influx::read(&self.unpacked(bytes)?, self.precision(), &limits)),
            Format::RemoteWrite1 => written(Version::One),
            Format::RemoteWrite2 => written(Version::Two),
            Format::OtlpProtobuf => events(otlp(otlp::Encoding::Protobuf)),
            Format::OtlpJson => events(otlp(otlp::Encoding::Json)),
            Format::MixpanelEvents => events(mixpanel::read_events(bytes, mapping, &of_events)),
            Format::MixpanelProfiles => events(mixpanel::read_profiles(bytes, mapping, &of_events)),
            Format::Amplitude => events(amplitude::read(bytes, mapping, &of_events)),
            Format::Github => events(webhook::github::read(self.word("event"), bytes, &of_events)),
            Format::Stripe => events(stripe::read(bytes, stripe::Mode::Live, &limits)),
            Format::Hubspot => events(webhook::hubspot::read(bytes, &of_events)),
            // What these become depends on the catalogue and on the source's mapping: crate::report, crate::mapping.
            Format::Report | Format::Table => Ok(Read::Observations(Drafts::default())),
            Format::PulledPrometheus
            | Format::PulledInfluxQl
            | Format::PulledFlux
            | Format::PulledRows
            | Format::Scrape
            | Format::StatsD => events(self.read_pulled(bytes, content_type)),
        }
    }
}

impl PayloadDecoder {
    fn read_pulled(&self, bytes: &[u8], content_type: &str) -> Result<Received, Refusal> {
        let read = formats::pulled::read(&self.context_json(), content_type, bytes, &limits());
        read.map_err(|unreadable| match unreadable {
            Unreadable::Body(refusal) => refusal,
            Unreadable::Context(error) => Refusal::Shape {
                row: 1,
                column: 1,
                detail: format!("what was kept beside the bytes can't be read: {error}"),
                expected: "a context of this version of the program".to_owned(),
            },
        })
    }
}

/// How much of one payload is read.
pub fn limits() -> Limits {
    Limits { rows: MOST_SAMPLES, ..Limits::default() }
}

/// What becomes of analytics events, by source.
#[derive(Debug, Clone, Default)]
pub struct EventMappings(pub HashMap<String, EventMapping>);

impl EventMappings {
    /// The mapping of a source; the one that keeps every event under its own name where none is set.
    pub fn of(&self, source: &str) -> EventMapping {
        self.0.get(source).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_with_a_payload_reads_back() {
        for format in Format::ALL {
            let reading = PayloadDecoder::of(format).with("precision", "ms").with("event", "");
            let kept = PayloadDecoder::kept(format.name(), &reading.context_json());
            assert_eq!(kept, Some(reading), "{}", format.name());
        }
        assert_eq!(PayloadDecoder::kept("json", "[]"), None);
        assert_eq!(PayloadDecoder::kept("", "{}"), None);
    }

    #[test]
    fn a_compressed_body_is_read_with_the_encoding_that_it_came_with() {
        use std::io::Write as _;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(b"cpu,host=a usage=1.5 1700000000000").expect("memory takes all");
        let bytes = packer.finish().expect("memory takes all");
        let reading = PayloadDecoder::of(Format::Influx).with("precision", "ms").with("encoding", "gzip");
        let Ok(Read::Protocol(received, None)) = reading.read(&bytes, "", &EventMapping::default()) else {
            panic!("line protocol is read")
        };
        let [sample] = received.samples.samples.as_slice() else { panic!("one sample") };
        assert_eq!((sample.series.as_str(), sample.time_ms), ("cpu.usage", Some(1_700_000_000_000)));
        assert!(PayloadDecoder::of(Format::Influx).read(&bytes, "", &EventMapping::default()).is_err());
    }
}
