//! Facts about the running program: a real server process, real HTTP, a database of its own for each test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, as it should"
)]

mod alerting;
mod annotations;
mod bad_input;
mod bodies;
mod catalogues;
mod commands;
mod dead_letters;
mod decisions;
mod delivery;
mod derived;
mod durability;
mod events;
mod identity;
mod mail_server;
mod moving;
mod pages;
mod protocols;
mod pulling;
mod reading;
mod recording;
mod reports;
mod running;
mod samples;
mod security;
mod tables;
mod tokens;
mod webhook;
