//! google-benchmark's `--benchmark_format=json`: the real time of each repetition as `benchmark.run`, in the unit that the report
//! writes; rates of items and bytes as `benchmark.throughput`. Of aggregates the mean is taken, and only where the report has
//! no single repetitions of that case. The time is that of the report's context.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::measured::optional;
use crate::plain::Plain;
use crate::{Limits, Received, Refusal, benchmark, report};

const EXPECTED: &str =
    "google-benchmark's JSON: {\"context\": {…}, \"benchmarks\": [{\"name\", \"real_time\", \"time_unit\", …}]}";
const TOOL: &str = "google-benchmark";

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(default)]
    context: Option<Context>,
    #[serde(borrow)]
    benchmarks: &'a RawValue,
}

#[derive(Deserialize)]
struct Context {
    date: Option<String>,
}

#[derive(Deserialize)]
struct Measured {
    name: String,
    run_name: Option<String>,
    run_type: Option<String>,
    aggregate_name: Option<String>,
    #[serde(default)]
    real_time: Option<Plain>,
    time_unit: Option<String>,
    #[serde(default)]
    error_occurred: bool,
    #[serde(default)]
    skipped: bool,
    #[serde(default)]
    items_per_second: Option<Plain>,
    #[serde(default)]
    bytes_per_second: Option<Plain>,
}

impl Measured {
    fn is_aggregate(&self) -> bool {
        self.run_type.as_deref() == Some("aggregate")
    }

    fn case(&self) -> &str {
        self.run_name.as_deref().unwrap_or(&self.name)
    }
}

/// The samples of one report; rows count from 1 in the order of `benchmarks`.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, not such a report, or has more results than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let output: Output<'_> = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    let date = output.context.and_then(|context| context.date);
    let time_ms = report::instant(&mut collector, date.as_deref());
    let raws = report::elements(text, output.benchmarks, limits, EXPECTED)?;
    let all: Vec<Option<Measured>> = raws.iter().map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let single: BTreeSet<&str> =
        all.iter().flatten().filter(|measured| !measured.is_aggregate()).map(Measured::case).collect();
    for (raw, measured) in raws.iter().zip(&all) {
        let row = collector.row()?;
        let Some(measured) = measured else {
            // Read once more for what is wrong with it, so that problems stand in the order of their rows.
            report::typed::<Measured>(&mut collector, row, raw, EXPECTED);
            continue;
        };
        let is_mean = measured.aggregate_name.as_deref() == Some("mean");
        if measured.is_aggregate() && (!is_mean || single.contains(measured.case())) {
            collector.leave_out("aggregate");
            continue;
        }
        add(&mut collector, row, measured, time_ms)?;
    }
    Ok(collector.received)
}

fn add(collector: &mut Collector<'_>, row: usize, measured: &Measured, time_ms: Option<i64>) -> Result<(), Refusal> {
    let case = measured.case();
    if measured.error_occurred || measured.skipped {
        return collector.entry(row, benchmark::failed(TOOL, case).time(time_ms)).map(drop);
    }
    let real_time = optional(collector, row, (case, "real_time"), measured.real_time.as_ref());
    if measured.real_time.as_ref().is_none_or(Plain::is_null) {
        collector.leave_out("result without a time");
    }
    if let Some(real_time) = real_time {
        let unit = measured.time_unit.as_deref().unwrap_or("ns");
        collector.entry(row, benchmark::run(TOOL, case, real_time, unit).label("result", "success").time(time_ms))?;
    }
    for (what, field, rate) in [
        ("items", "items_per_second", measured.items_per_second.as_ref()),
        ("bytes", "bytes_per_second", measured.bytes_per_second.as_ref()),
    ] {
        if let Some(rate) = optional(collector, row, (case, field), rate) {
            collector.entry(row, benchmark::throughput(TOOL, case, what, rate).time(time_ms))?;
        }
    }
    Ok(())
}
