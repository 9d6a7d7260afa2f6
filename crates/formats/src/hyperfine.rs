//! hyperfine's `--export-json`: the mean of each command as `benchmark.run`, in seconds. The case is the command's name, else
//! the command; a command that ended with another exit code than 0 in some run has the result failure.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::collect::Collector;
use crate::measured::needed;
use crate::plain::Plain;
use crate::{Limits, Received, Refusal, benchmark, report};

const EXPECTED: &str = "hyperfine's --export-json: {\"results\": [{\"command\", \"mean\", …}]}";

#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow)]
    results: &'a RawValue,
}

#[derive(Deserialize)]
struct Measured {
    command: String,
    #[serde(default)]
    mean: Option<Plain>,
    #[serde(default)]
    exit_codes: Option<Vec<Plain>>,
}

/// The samples of one report; rows count from 1 in the order of `results`.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, not such a report, or has more results than the limit of rows.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let export: Export<'_> = report::document(text, EXPECTED)?;
    let mut collector = Collector::new(limits);
    for raw in report::elements(text, export.results, limits, EXPECTED)? {
        let row = collector.row()?;
        let Some(measured) = report::typed::<Measured>(&mut collector, row, raw, EXPECTED) else { continue };
        let is_zero = |code: &Plain| matches!(code, Plain::Number(number) if number.as_f64() == Some(0.0));
        let is_good = measured.exit_codes.iter().flatten().all(is_zero);
        let about = (measured.command.as_str(), "mean");
        let Some(mean) = needed(&mut collector, row, about, measured.mean.as_ref()) else { continue };
        let entry = benchmark::run("hyperfine", &measured.command, mean, "s")
            .label("result", if is_good { "success" } else { "failure" });
        collector.entry(row, entry)?;
    }
    Ok(collector.received)
}
