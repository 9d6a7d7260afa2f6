//! pytest-benchmark's `--benchmark-json`: the mean of each benchmark as `benchmark.run`, in seconds. The case is its full name, the
//! suite its group, the time that of the report.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::measured::needed;
use crate::plain::Plain;
use crate::{Limits, Received, Refusal, benchmark, report};

const EXPECTED: &str = "pytest-benchmark's JSON: {\"benchmarks\": [{\"fullname\", \"stats\": {\"mean\", …}}]}";

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(default)]
    datetime: Option<Plain>,
    #[serde(borrow)]
    benchmarks: &'a RawValue,
}

#[derive(Deserialize)]
struct Measured {
    fullname: String,
    group: Option<String>,
    stats: Statistics,
}

#[derive(Deserialize)]
struct Statistics {
    #[serde(default)]
    mean: Option<Plain>,
}

/// The samples of one report; rows count from 1 in the order of `benchmarks`.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, not such a report, or has more results than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let output: Output<'_> = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    let time_ms = report::instant(&mut collector, output.datetime.as_ref().and_then(Plain::scalar).as_deref());
    for raw in report::elements(text, output.benchmarks, limits, EXPECTED)? {
        let row = collector.row()?;
        let Some(measured) = report::typed::<Measured>(&mut collector, row, raw, EXPECTED) else { continue };
        let about = (measured.fullname.as_str(), "mean");
        let Some(mean) = needed(&mut collector, row, about, measured.stats.mean.as_ref()) else { continue };
        let entry = benchmark::run("pytest-benchmark", &measured.fullname, mean, "s")
            .known("suite", measured.group.as_deref())
            .label("result", "success")
            .time(time_ms);
        collector.entry(row, entry)?;
    }
    Ok(collector.received)
}
