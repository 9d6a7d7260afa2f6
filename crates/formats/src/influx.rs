//! `InfluxDB` line protocol, versions 1 (`/write`) and 2 (`/api/v2/write`).
//!
//! Every numeric field of a line is a sample of the series `measurement.field`; of the field `value` the series is just
//! `measurement`. Tags are labels. Booleans are 1 and 0. Text fields are not kept, but counted. Times
//! are cut to milliseconds.
//!
//! [`read`] gives owned samples. [`Lines`] borrows from the body and allocates nothing per line, for callers that know most
//! series already by the text of [`Line::key`].

mod line;
mod number;
mod precision;
mod scan;
mod text;

pub use line::{Field, Line, Lines, Value};
pub use precision::Precision;

use crate::collect::{Collector, value_problem};
use crate::label::Wrong;
use crate::{Limits, Problem, Received, Refusal, Sample};

/// The samples of one body. Rows are line numbers from 1; a line with a problem gives no sample. Limits of rows hold for lines
/// and for samples.
///
/// # Errors
/// Refuses what is not UTF-8, and more rows or text than the limits. An empty body is no error: it holds nothing.
pub fn read(bytes: &[u8], precision: Precision, limits: &Limits) -> Result<Received, Refusal> {
    let mut lines = Lines::new(bytes, precision, limits)?;
    let mut all = Collector::new(limits);
    while let Some(line) = lines.next_line() {
        all.row()?;
        match line {
            Ok(line) => add(&line, &mut all)?,
            Err(problem) => all.received.samples.problems.push(problem),
        }
    }
    Ok(all.received)
}

fn add(line: &Line<'_, '_>, all: &mut Collector<'_>) -> Result<(), Refusal> {
    let numbers = line.fields.iter().filter(|field| matches!(field.value, Value::Number(_))).count();
    for _ in numbers..line.fields.len() {
        all.leave_out("text field");
    }
    let (mut labels, series) = match line.identities(all.limits) {
        Ok(found) => found,
        Err(problem) => {
            all.received.samples.problems.push(problem);
            return Ok(());
        }
    };
    if let Some(wrong) = line.numbers().find_map(|(_, value)| value_problem(value)) {
        all.problem(line.row, line.tell(wrong));
        return Ok(());
    }
    let label_bytes = labels.iter().map(|(name, value)| name.len() + value.len()).sum();
    let mut left = numbers;
    for ((_, value), series) in line.numbers().zip(series) {
        left -= 1;
        let labels = if left == 0 { std::mem::take(&mut labels) } else { labels.clone() };
        let (row, time_ms) = (line.row, line.time_ms);
        let sample = Sample { series, time_ms, value, labels, row, ..Sample::default() };
        all.add(sample, label_bytes)?;
    }
    Ok(())
}

impl<'a> Line<'_, 'a> {
    /// The fields that are numbers, by their name as written.
    pub fn numbers(&self) -> impl Iterator<Item = (&'a str, f64)> {
        self.fields.iter().filter_map(|field| match field.value {
            Value::Number(value) => Some((field.name, value)),
            Value::Text => None,
        })
    }

    pub(crate) fn tell(&self, (field, code, detail, expected): Wrong) -> Wrong {
        (field, code, text::told(self.text, &detail), expected)
    }
}

/// What `InfluxDB` writes as the error of a body that has problems; `None` without one. It keeps the good lines of such a body, and
/// says so: `kept` is how many samples were.
pub fn error_message(problems: &[Problem], kept: usize) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for problem in problems {
        if lines.last() != Some(&problem.detail.as_str()) {
            lines.push(&problem.detail);
        }
    }
    if lines.is_empty() {
        return None;
    }
    let told = lines.join("\n");
    // Lines that can't be read are not counted there, points that can't be kept are.
    let is_dropped = |problem: &&Problem| matches!(problem.code, "too-old" | "future" | "too-many-series");
    let rows: std::collections::BTreeSet<usize> =
        problems.iter().filter(is_dropped).map(|problem| problem.row).collect();
    Some(if kept == 0 { told } else { format!("partial write: {told} dropped={}", rows.len()) })
}
