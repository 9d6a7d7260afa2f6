//! criterion's results: the typical time of each benchmark as `benchmark.run`, and its throughput as `benchmark.throughput`.
//!
//! Two streams of JSON lines are read: the messages of `cargo criterion --message-format=json`, and [`line()`]s that a program makes
//! of the files that criterion leaves under `target/criterion/NAME/new`. The typical time is the slope of the regression, else
//! the mean. Files measured with another clock than criterion's own have another unit, which they don't tell.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::measured::needed;
use crate::plain::{Lenient, Plain};
use crate::report::wrong;
use crate::{Limits, Received, Refusal, benchmark, report};

const EXPECTED: &str = "lines of `cargo criterion --message-format=json`, or of {\"benchmark\": …, \"estimates\": …} made of criterion's files";
const TOOL: &str = "criterion";

/// The line of one benchmark, of its `benchmark.json` and its `estimates.json`, without a line end.
///
/// # Errors
/// Refuses files that are not JSON.
pub fn line(benchmark: &[u8], estimates: &[u8]) -> Result<String, Refusal> {
    let compact = |bytes| report::document::<Value>(report::text(bytes)?, EXPECTED);
    Ok(serde_json::json!({"benchmark": compact(benchmark)?, "estimates": compact(estimates)?}).to_string())
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    benchmark: Option<&'a RawValue>,
    #[serde(default)]
    estimates: Option<Lenient<Estimates>>,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
    group_id: Option<String>,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
enum Throughput {
    Bytes(f64),
    BytesDecimal(f64),
    Elements(f64),
    Bits(f64),
    #[serde(untagged)]
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Estimates {
    #[serde(default)]
    slope: Option<Lenient<Estimate>>,
    #[serde(default)]
    mean: Option<Lenient<Estimate>>,
}

#[derive(Deserialize)]
struct Estimate {
    #[serde(default)]
    point_estimate: Option<Plain>,
}

#[derive(Deserialize)]
struct Complete {
    id: String,
    typical: Bounds,
    #[serde(default)]
    throughput: Vec<PerIteration>,
}

#[derive(Deserialize)]
struct Bounds {
    #[serde(default)]
    estimate: Option<Plain>,
    unit: String,
}

#[derive(Deserialize)]
struct PerIteration {
    #[serde(default)]
    per_iteration: Option<Plain>,
    unit: String,
}

/// The samples of one stream; rows count from 1.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, or has more lines than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let mut collector = Collector::new(limits);
    for raw in report::rows_or_lines(text, limits, EXPECTED)? {
        let row = collector.row()?;
        let Some(raw) = report::line(&mut collector, row, raw, EXPECTED) else { continue };
        let Some(line) = report::typed::<Line<'_>>(&mut collector, row, raw, EXPECTED) else { continue };
        match (line.reason.as_deref(), line.benchmark, line.estimates) {
            (Some("benchmark-complete"), ..) => {
                if let Some(complete) = report::typed::<Complete>(&mut collector, row, raw, EXPECTED) {
                    of_message(&mut collector, row, &complete)?;
                }
            }
            (Some(_), ..) => collector.leave_out("message of another kind"),
            (None, Some(benchmark), Some(estimates)) => {
                if let Some(benchmark) = report::typed::<Benchmark>(&mut collector, row, benchmark, EXPECTED) {
                    of_files(&mut collector, row, &benchmark, estimates.0.as_ref())?;
                }
            }
            (None, ..) => {
                let detail = "the line is neither a message nor made of criterion's files".to_owned();
                collector.problem(row, wrong("row", "wrong-type", detail, EXPECTED));
            }
        }
    }
    Ok(collector.received)
}

fn of_files(
    collector: &mut Collector<'_>,
    row: usize,
    benchmark: &Benchmark,
    estimates: Option<&Estimates>,
) -> Result<(), Refusal> {
    let case = &benchmark.full_id;
    let of = |estimate: &'_ Option<Lenient<Estimate>>| -> Option<Plain> {
        estimate.as_ref()?.0.as_ref()?.point_estimate.clone().filter(|number| !number.is_null())
    };
    // The slope is null where a benchmark was sampled without a regression.
    let written = estimates.and_then(|all| of(&all.slope).or_else(|| of(&all.mean)));
    let Some(typical_ns) = needed(collector, row, (case, "point_estimate"), written.as_ref()) else { return Ok(()) };
    // A benchmark outside a group is its own.
    let suite = benchmark.group_id.as_deref().filter(|suite| suite != case);
    let entry = benchmark::run(TOOL, case, typical_ns, "ns").known("suite", suite).label("result", "success");
    collector.entry(row, entry)?;
    match benchmark.throughput {
        Some(Throughput::Bytes(amount) | Throughput::BytesDecimal(amount)) => {
            rate(collector, row, case, "bytes", amount, typical_ns)
        }
        Some(Throughput::Elements(amount)) => rate(collector, row, case, "elements", amount, typical_ns),
        Some(Throughput::Bits(amount)) => rate(collector, row, case, "bytes", amount / 8.0, typical_ns),
        Some(Throughput::Other(_)) | None => Ok(()),
    }
}

fn of_message(collector: &mut Collector<'_>, row: usize, complete: &Complete) -> Result<(), Refusal> {
    let (case, typical) = (&complete.id, &complete.typical);
    let Some(estimate) = needed(collector, row, (case, "estimate"), typical.estimate.as_ref()) else { return Ok(()) };
    collector.entry(row, benchmark::run(TOOL, case, estimate, &typical.unit).label("result", "success"))?;
    for throughput in complete.throughput.iter().filter(|_| typical.unit == "ns") {
        let what = if throughput.unit == "bytes" { "bytes" } else { "elements" };
        if let Some(amount) = needed(collector, row, (case, "per_iteration"), throughput.per_iteration.as_ref()) {
            rate(collector, row, case, what, amount, estimate)?;
        }
    }
    Ok(())
}

fn rate(
    collector: &mut Collector<'_>,
    row: usize,
    case: &str,
    what: &str,
    amount: f64,
    typical_ns: f64,
) -> Result<(), Refusal> {
    // What takes no time has no rate.
    if typical_ns > 0.0 {
        collector.entry(row, benchmark::throughput(TOOL, case, what, amount / typical_ns * 1e9))?;
    }
    Ok(())
}
