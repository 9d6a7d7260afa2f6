//! Other tools' formats: bytes in, values and problems out, one module per format.
//!
//! The readers know how a format is written and nothing about what is measured: whether a KPI exists, whether its unit can
//! be converted and whether a time lies in the future is for their caller to decide. They read no file, no clock and no
//! network, never panic whatever the bytes are, and need memory in proportion to their input only.
//!
//! Two kinds of failure: a [`Refusal`] says why a whole body can't be read, a [`Problem`] what is wrong with one row. A row
//! that has a problem gives no [`Draft`].

pub mod amplitude;
pub mod analytics;
pub mod audit;
pub mod axe;
mod benchmark;
pub mod bmf;
mod buckets;
pub mod cargo_audit;
mod cells;
pub mod cobertura;
mod collect;
mod context;
mod coverage;
pub mod criterion;
pub mod csv;
mod draft;
pub mod encoding;
mod entry;
pub mod exposition;
mod field;
pub mod google_benchmark;
pub mod hyperfine;
pub mod influx;
pub mod influx_query;
pub mod json;
pub mod json_rows;
pub mod junit;
mod label;
pub mod lcov;
pub mod lighthouse;
mod limits;
pub mod llama_bench;
mod measured;
pub mod mixpanel;
mod naming;
pub mod ndjson;
mod number;
pub mod otlp;
mod plain;
pub mod prometheus_api;
mod protobuf;
pub mod pulled;
pub mod pytest_benchmark;
mod received;
mod refusal;
pub mod remote_write;
mod report;
mod row;
mod sample;
pub mod sarif;
mod shown;
pub mod statsd;
pub mod table;
mod text;
pub mod time;
pub mod webhook;
mod xml;

pub use buckets::bound_text;
pub use collect::tell;
pub use context::complete;
pub use coverage::{Coverage, FileCoverage};
pub use draft::{Draft, Drafts, Problem, Target, Written, WrittenTime};
pub use label::{expected_name, is_name};
pub use limits::Limits;
pub use naming::Naming;
pub use received::Received;
pub use refusal::{Refusal, WrongColumns};
pub use sample::{Sample, Samples};
