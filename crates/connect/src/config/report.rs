//! What the file says, without its secrets: for the page Sources and for `sources check`.

use std::fmt;
use std::time::Duration;

use super::{Client, Config, ConfigError};

/// One source of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDescription {
    pub name: String,
    /// The kind as the file names it, `statsd`, or the client of events.
    pub kind: String,
    /// Without credentials and paths.
    pub address: String,
    /// How often it is asked, or how long it gathers.
    pub every: Option<Duration>,
    /// Its queries as they were written.
    pub queries: Vec<String>,
}

/// What checking a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub file: String,
    /// Every error; empty where the file is right.
    pub errors: Vec<ConfigError>,
    /// Every source, where the file is right.
    pub sources: Vec<SourceDescription>,
    /// The variables that are used.
    pub secrets: Vec<String>,
}

/// Checks the text of a file. No system is asked anything.
pub fn check(file: &str, document: &str, environment: &dyn Fn(&str) -> Option<String>) -> Report {
    let (errors, config) = match Config::read(document, environment) {
        Ok(config) => (Vec::new(), config),
        Err(errors) => (errors, Config::default()),
    };
    let secrets = config.secrets.names().map(str::to_owned).collect();
    Report { file: file.to_owned(), errors, sources: config.describe(), secrets }
}

impl Report {
    /// Whether the file can be used.
    pub fn is_right(&self) -> bool {
        self.errors.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(formatter, "{}:{error}", self.file)?;
        }
        if !self.is_right() {
            return write!(formatter, "{} errors", self.errors.len());
        }
        for source in &self.sources {
            let every = source.every.map(|every| format!(" every {} s", every.as_secs_f64())).unwrap_or_default();
            writeln!(formatter, "{}: {} {}{every}", source.name, source.kind, source.address)?;
        }
        if !self.secrets.is_empty() {
            writeln!(formatter, "read from the environment: {}", self.secrets.join(", "))?;
        }
        write!(formatter, "{} sources, no error", self.sources.len())
    }
}

impl Config {
    /// Every source without its secrets, in the order of the file.
    pub fn describe(&self) -> Vec<SourceDescription> {
        let pulls = self.pulls.iter().map(|pull| SourceDescription {
            name: pull.name.clone(),
            kind: pull.kind.name().to_owned(),
            address: pull.address_name(),
            every: Some(pull.timing.every),
            queries: pull
                .requests
                .iter()
                .map(|request| request.query.clone())
                .filter(|query| !query.is_empty())
                .collect(),
        });
        let statsd = self.statsd.iter().map(|statsd| SourceDescription {
            name: statsd.source.clone(),
            kind: "statsd".to_owned(),
            address: format!("udp://{}", statsd.address),
            every: Some(statsd.every),
            queries: Vec::new(),
        });
        let events = self.events.iter().map(|events| SourceDescription {
            name: events.source.clone(),
            kind: match events.client {
                Client::Mixpanel => "mixpanel".to_owned(),
                Client::Amplitude => "amplitude".to_owned(),
            },
            address: format!("{} rules", events.mapping.rules.len()),
            every: None,
            queries: events.mapping.rules.iter().map(|rule| rule.event.clone()).collect(),
        });
        pulls.chain(statsd).chain(events).collect()
    }
}
