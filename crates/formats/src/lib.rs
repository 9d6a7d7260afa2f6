//! Other tools' formats: bytes in, values and problems out, one module per format.
//!
//! The readers know how a format is written and nothing about what is measured: whether a KPI exists, whether its unit can
//! be converted and whether a time lies in the future is for their caller to decide. They read no file, no clock and no
//! network, never panic whatever the bytes are, and need memory in proportion to their input only.
//!
//! Two kinds of failure: a [`Refusal`] says why a whole body can't be read, a [`Problem`] what is wrong with one row. A row
//! that has a problem gives no [`Draft`].

pub mod axe;
pub mod cobertura;
mod coverage;
pub mod csv;
mod draft;
mod field;
pub mod json;
pub mod junit;
mod label;
pub mod lcov;
mod limits;
pub mod ndjson;
mod number;
mod refusal;
mod row;
mod text;
pub mod time;
mod xml;

pub use coverage::Coverage;
pub use draft::{Draft, Drafts, Problem, Target, Written, WrittenTime};
pub use limits::Limits;
pub use refusal::{Refusal, WrongColumns};
