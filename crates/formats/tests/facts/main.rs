//! What each reader takes and refuses, and that no reader panics whatever it is given.

mod axe;
mod coverage;
mod csv;
mod encoding;
mod exposition;
mod hostile;
mod influx;
mod json;
mod junit;
mod ndjson;
mod otlp;
mod properties;
mod protobuf;
mod protocols;
mod pulled;
mod remote_write;
mod series;
mod statsd;
mod time;

use formats::{Draft, Drafts, Problem, Received, Refusal, Sample, Target, Written};

/// The only problem of a body.
#[expect(clippy::panic, reason = "a helper of tests")]
fn only_problem(drafts: &Drafts) -> &Problem {
    let [problem] = drafts.problems.as_slice() else { panic!("one problem expected: {drafts:#?}") };
    problem
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Refusal {
    let refusal = result.expect_err("a refusal");
    assert!(!refusal.expected().is_empty(), "{refusal} says what would be right");
    refusal
}

/// A draft that says nothing but its target and value.
fn draft(row: usize, target: Target, value: Written) -> Draft {
    Draft {
        row,
        target,
        value,
        unit: None,
        time: None,
        external_id: None,
        note: None,
        evidence: None,
        person: None,
        origin: None,
        labels: Vec::new(),
    }
}

fn kpi(id: &str) -> Target {
    Target::Kpi(id.to_owned())
}

/// A recorded body.
#[expect(clippy::expect_used, reason = "a helper of tests")]
fn recorded(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a file of tests/data")
}

/// A sample as one line: series, labels, value, unit and time.
fn line_of(sample: &Sample) -> String {
    let labels: Vec<String> = sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let unit = sample.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let time = sample.time_ms.map(|time_ms| format!(" @{time_ms}")).unwrap_or_default();
    format!("{}{{{}}} {}{unit}{time}", sample.series, labels.join(","), sample.value)
}

/// All samples as lines.
fn lines_of(received: &Received) -> Vec<String> {
    received.samples.samples.iter().map(line_of).collect()
}

/// Row and code of each problem.
fn codes(received: &Received) -> Vec<(usize, &'static str)> {
    received.samples.problems.iter().map(|problem| (problem.row, problem.code)).collect()
}
