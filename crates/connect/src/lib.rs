//! Asks other systems for their samples, on a timetable of their own each, and listens for `StatsD` datagrams.
//!
//! What is asked of whom stands in a file ([`Config`], docs/pulling.md). An answer is read by `formats` and given to a [`Sink`] with
//! its bytes and all that reading them again needs. Nothing is kept here: what was not taken is asked for again, from the last
//! success on. Clock and chance are given by the caller; waiting is tokio's.

mod address;
mod chance;
mod config;
mod connections;
mod fetch;
mod health;
mod job;
mod progress;
mod secrets;
mod sink;
mod statsd;
mod timetable;

pub use config::{
    Client, Config, ConfigError, EventSource, Kind, Pull, Reading, Report, Request, SourceDescription, StatsD, Timing,
    check,
};
pub use connections::{Connections, OpenError, Parts};
pub use fetch::{Failure, Fetch, Fetched, Network};
pub use health::{Board, Health, Snapshot, StatsDHealth};
pub use progress::Range;
pub use secrets::{Secrets, Text};
pub use sink::{Clock, Covered, Pulled, Sink, Taken};
