//! Facts about the running program: a real server process, real HTTP, a database of its own for each test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, as it should"
)]

mod alert_pages;
mod alerting;
mod annotations;
mod bad_input;
mod bodies;
mod catalogues;
mod clock;
mod commands;
mod connections;
mod dead_letters;
mod decisions;
mod delivered;
mod delivery;
mod derived;
mod durability;
mod events;
#[cfg(target_os = "linux")]
mod faults;
mod foreign_units;
#[cfg(not(target_os = "linux"))]
mod faults {
    #[test]
    #[ignore = "faults of the disk are made on Linux alone, by a library that is loaded before others"]
    fn nothing_acknowledged_is_lost_by_faults() {}
}
mod histograms;
mod identity;
mod mail_server;
mod older_store;
mod overload;
mod page_views;
mod pages;
mod problems;
mod protocols;
mod pulling;
mod reading;
mod recording;
mod report_parts;
mod reports;
mod routes;
mod running;
mod samples;
mod security;
mod series_limits;
mod soundness;
mod tables;
mod texts;
mod tokens;
mod transfer;
mod two_servers;
mod unanswered;
mod webhook;
