//! Bencher Metric Format: measures by benchmark.
//!
//! `latency` is `benchmark.run` in nanoseconds and `throughput` is `benchmark.throughput` in operations per second, as Bencher defines the
//! two. Any other measure is the series `benchmark.` and its name, without a unit. Lower and upper values are not kept.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::json::members;
use crate::measured::{any, needed};
use crate::plain::Plain;
use crate::{Limits, Received, Refusal, benchmark, report};

const EXPECTED: &str = "Bencher Metric Format: {\"BENCHMARK\": {\"MEASURE\": {\"value\": 12.5}}}";
const TOOL: &str = "bencher";

#[derive(Deserialize)]
struct Metric {
    #[serde(default)]
    value: Option<Plain>,
}

/// The samples of one report; each measure of a benchmark is a row, from 1.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, not of the format's three levels, or has more measures than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let document: &RawValue = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    let mut outcome = Ok(());
    let no_object = |error: serde_json::Error| {
        report::shape(text, format!("a level is no object: {}", report::message(&error)), EXPECTED)
    };
    members::each(document, |case, measures| {
        if outcome.is_ok() {
            let read = members::each(measures, |measure, metric| {
                if outcome.is_ok() {
                    outcome = add(&mut collector, case, measure, metric);
                }
            });
            outcome = std::mem::replace(&mut outcome, Ok(())).and(read.map_err(no_object));
        }
    })
    .map_err(no_object)?;
    outcome.map(|()| collector.received)
}

fn add(collector: &mut Collector<'_>, case: &str, measure: &str, metric: &RawValue) -> Result<(), Refusal> {
    let row = collector.row()?;
    let Some(metric) = report::typed::<Metric>(collector, row, metric, EXPECTED) else { return Ok(()) };
    // Bencher's own mark for benchmarks that should raise no alert.
    let case = case.strip_suffix("-bencher-ignore").unwrap_or(case);
    let written = metric.value.as_ref();
    let about = (case, "value");
    let is_own = !matches!(measure, "latency" | "throughput");
    let is_there = written.is_some_and(|value| !value.is_null());
    // What others measure may be below zero.
    let value =
        if is_own && is_there { any(collector, row, about, written) } else { needed(collector, row, about, written) };
    let Some(value) = value else { return Ok(()) };
    let entry = match measure {
        "latency" => benchmark::run(TOOL, case, value, "ns").label("result", "success"),
        "throughput" => benchmark::throughput(TOOL, case, "operations", value),
        _ => Entry::sample(format!("benchmark.{measure}"), value, None).label("tool", TOOL).label("case", case),
    };
    collector.entry(row, entry).map(drop)
}
