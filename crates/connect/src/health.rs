//! How each source does, for the page Sources.

use std::sync::{Mutex, PoisonError};

use crate::config::Config;

/// How one pull does. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    pub name: String,
    pub source: String,
    /// The kind as the file names it.
    pub kind: &'static str,
    /// Without credentials.
    pub address: String,
    pub every_ms: u64,
    /// Whether an answer is waited for.
    pub is_asking: bool,
    pub next_ms: Option<i64>,
    pub last_success_ms: Option<i64>,
    /// The last failure, and when it was; it stays after a success.
    pub last_error: Option<(i64, String)>,
    /// Failures since the last success.
    pub failures_in_a_row: u64,
    pub successes: u64,
    pub failures: u64,
    /// How long the last round took, answers and keeping together.
    pub last_duration_ms: Option<u64>,
    pub longest_duration_ms: u64,
    /// Samples that were kept, and rows that were refused, since the start.
    pub kept: u64,
    pub refused: u64,
    pub bytes: u64,
}

/// How listening for datagrams does, since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatsDHealth {
    pub source: String,
    /// The address that is listened at.
    pub address: String,
    pub datagrams: u64,
    pub bytes: u64,
    /// Datagrams that found no room, because keeping is slower than sending, or that are too large.
    pub dropped: u64,
    pub last_datagram_ms: Option<i64>,
    pub last_success_ms: Option<i64>,
    pub last_error: Option<(i64, String)>,
    pub deliveries: u64,
    pub kept: u64,
    pub refused: u64,
}

/// How all sources of the file do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// In the order of the file.
    pub pulls: Vec<Health>,
    pub statsd: Option<StatsDHealth>,
}

/// Where the sources write how they do.
#[derive(Debug, Default)]
pub struct Board(Mutex<Snapshot>);

impl Board {
    pub(crate) fn new(config: &Config) -> Self {
        let pulls = config.pulls.iter().map(|pull| Health {
            name: pull.name.clone(),
            source: pull.source.clone(),
            kind: pull.kind.name(),
            address: pull.address_name(),
            every_ms: u64::try_from(pull.timing.every.as_millis()).unwrap_or(u64::MAX),
            ..Health::default()
        });
        let statsd = config.statsd.as_ref().map(|statsd| StatsDHealth {
            source: statsd.source.clone(),
            address: statsd.address.to_string(),
            ..StatsDHealth::default()
        });
        Self(Mutex::new(Snapshot { pulls: pulls.collect(), statsd }))
    }

    /// How they do now.
    pub fn snapshot(&self) -> Snapshot {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn pull(&self, index: usize, change: impl FnOnce(&mut Health)) {
        if let Some(health) = self.0.lock().unwrap_or_else(PoisonError::into_inner).pulls.get_mut(index) {
            change(health);
        }
    }

    pub(crate) fn statsd(&self, change: impl FnOnce(&mut StatsDHealth)) {
        if let Some(health) = self.0.lock().unwrap_or_else(PoisonError::into_inner).statsd.as_mut() {
            change(health);
        }
    }
}
