//! The file that says which systems are asked, how often, and what their answers become: docs/pulling.md.

mod durations;
mod errors;
mod events;
mod mapping;
mod pull;
mod reader;
mod report;

use std::time::Duration;

use formats::Naming;
use formats::analytics::EventMapping;
use formats::json_rows::RowMapping;
use toml::de::DeTable;

pub use errors::ConfigError;
pub use report::{Report, SourceDescription, check};

use crate::secrets::{Secrets, Text};
use errors::Errors;
use reader::TableReader;

/// All that the file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    pub pulls: Vec<Pull>,
    pub statsd: Option<StatsD>,
    pub events: Vec<EventSource>,
    pub secrets: Secrets,
}

/// One system that is asked. Every target of a scrape is one of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Pull {
    /// What it is listed as: the source, and of several targets the instance.
    pub name: String,
    /// Under which source its samples are kept.
    pub source: String,
    pub kind: Kind,
    pub address: Text,
    pub headers: Vec<(String, Text)>,
    /// `db` or `org`.
    pub parameters: Vec<(&'static str, Text)>,
    pub timing: Timing,
    pub requests: Vec<Request>,
}

/// How a system is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Prometheus,
    InfluxQl,
    Flux,
    Postgres,
    Sqlite,
    Json,
    Scrape,
}

impl Kind {
    /// Every kind with the name that the file gives it.
    pub const ALL: [(&'static str, Self); 7] = [
        ("prometheus", Self::Prometheus),
        ("influxql", Self::InfluxQl),
        ("flux", Self::Flux),
        ("postgres", Self::Postgres),
        ("sqlite", Self::Sqlite),
        ("json", Self::Json),
        ("scrape", Self::Scrape),
    ];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// When a system is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    pub every: Duration,
    /// How long an answer may take, all of it.
    pub timeout: Duration,
    /// The most by which a time is put off, so that not all are asked at once.
    pub jitter: Duration,
    /// How far back is asked for at most.
    pub look_back: Duration,
    /// How much of what was answered before is asked for again, for what comes late.
    pub overlap: Duration,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its name among all requests, for [`crate::Covered`].
    pub key: String,
    /// The query; of `json` what follows the `?` of the address; empty for scrapes.
    pub query: String,
    /// The distance of the instants at which Prometheus evaluates the query; only the latest one without it.
    pub step: Option<Duration>,
    pub reading: Reading,
}

/// What the answer becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    Named(Naming),
    Rows(RowMapping),
    /// A scrape with everything but its outcome.
    Scrape(formats::pulled::Scrape),
}

/// Listening for `StatsD` datagrams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsD {
    pub source: String,
    pub address: std::net::SocketAddr,
    /// How long metrics are gathered.
    pub every: Duration,
}

/// What the events of a client of product analytics become.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSource {
    pub source: String,
    pub client: Client,
    pub mapping: EventMapping,
}

/// Whose events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Mixpanel,
    Amplitude,
}

impl Config {
    /// Reads the file's text; `environment` says what a variable holds.
    ///
    /// # Errors
    /// Every error of the text, in its order.
    pub fn read(document: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigError>> {
        let (root, syntax_errors) = DeTable::parse_recoverable(document);
        let mut errors = Errors::new(document);
        for error in syntax_errors {
            errors.add(&error.span().unwrap_or(0..0), error.message().to_owned());
        }
        if !errors.is_empty() {
            return Err(errors.into_sorted());
        }
        let mut config = Self::default();
        let mut root = TableReader::new(root.get_ref(), 0..0, "the file");
        let mut around = pull::Around { environment, secrets: Secrets::default() };
        for (table, span) in root.tables("pull", &mut errors) {
            let found = pull::read(TableReader::new(table, span.clone(), "[[pull]]"), &mut around, &mut errors);
            for pull in found {
                if config.pulls.iter().any(|known| known.name == pull.name) {
                    errors.add(
                        &span,
                        format!("there are two [[pull]] named \"{}\"; each needs a name of its own", pull.name),
                    );
                }
                config.pulls.push(pull);
            }
        }
        if let Some(reader) = root.table("statsd", "[statsd]", &mut errors) {
            config.statsd = events::statsd(reader, &mut errors);
        }
        for (table, span) in root.tables("events", &mut errors) {
            config.events.extend(events::read(TableReader::new(table, span, "[[events]]"), &mut errors));
        }
        root.finish(&mut errors);
        config.secrets = around.secrets;
        if errors.is_empty() { Ok(config) } else { Err(errors.into_sorted()) }
    }
}

impl Pull {
    /// Host and port, file or database, without anything that may be secret.
    pub fn address_name(&self) -> String {
        match self.kind {
            Kind::Postgres => crate::address::database_name(self.address.filled()),
            Kind::Sqlite => self.address.written().to_owned(),
            _ => crate::address::http_name(self.address.filled()),
        }
    }

    /// Whether a request asks for a stretch of time.
    pub fn has_range(&self, request: &Request) -> bool {
        let is_placed = |text: &str| crate::progress::PLACEHOLDERS.iter().any(|name| text.contains(name));
        request.step.is_some()
            || is_placed(&request.query)
            || (self.kind == Kind::Json && is_placed(self.address.written()))
    }
}
