//! What reports of benchmarks become, the same for every tool.
//!
//! - `benchmark.run`: how long one case takes, in the unit that the report writes; labels `tool`, `case`, `suite` where there are
//!   suites, `result` (success, failure).
//! - `benchmark.throughput`: how much a case does in a second; labels `tool`, `case`, `what` (tokens, items, bytes).
//! - `benchmark.failed`: a case that gave no time; labels `tool`, `case`.

use crate::entry::Entry;

pub(crate) fn run(tool: &str, case: &str, value: f64, unit: &str) -> Entry {
    Entry::sample("benchmark.run", value, Some(unit)).label("tool", tool).label("case", case)
}

pub(crate) fn throughput(tool: &str, case: &str, what: &str, per_second: f64) -> Entry {
    Entry::sample("benchmark.throughput", per_second, Some(&format!("{what}/s")))
        .label("tool", tool)
        .label("case", case)
        .label("what", what)
}

pub(crate) fn failed(tool: &str, case: &str) -> Entry {
    Entry::event("benchmark.failed").label("tool", tool).label("case", case)
}
