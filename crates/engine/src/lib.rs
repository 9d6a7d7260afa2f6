//! The embedded inference benchmark: a small seeded transformer, run with candle in every number format it offers.
//!
//! It measures weight size, speed, process memory and output error of each scheme, each in a process of its own.
//! The model is a reference: it has realistic shapes and random weights, so its numbers say what the formats cost and
//! gain on this machine, and nothing about any trained model's accuracy. Nothing here stores or shows results.

mod accuracy;
mod child;
mod clock;
mod error;
mod fingerprint;
mod headline;
mod matrix;
mod measure;
mod memory;
mod model;
mod plan;
mod report;
mod run;
mod scheme;
mod weights;

pub use child::{child_process, scheme_command};
pub use clock::{MonotonicStopwatch, Stopwatch};
pub use error::EngineError;
pub use fingerprint::Fingerprint;
pub use headline::{Headline, HeadlineAbsence, headline, supported_schemes};
pub use measure::{measure_scheme, measure_scheme_with};
pub use memory::ProcessMemory;
pub use plan::{ModelShape, Plan};
pub use report::{Rate, Report, SCHEMA_VERSION, SchemeOutcome, SchemeResult};
pub use run::{Progress, ProgressEvent, run};
pub use scheme::{Scheme, SchemeKind};
