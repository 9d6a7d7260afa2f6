//! What the clients, services and tools of others send, and what becomes of it.

mod analytics;
mod benchmarks;
mod context;
mod findings;
mod robustness;
mod signatures;
mod stripe_subscriptions;
mod table;
mod webhooks;
mod workbook;

use formats::{Problem, Received, Refusal, Sample};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Refusal {
    let refusal = result.expect_err("a refusal");
    assert!(!refusal.expected().is_empty(), "{refusal} says what would be right");
    refusal
}

/// A file under `tests/data`.
#[expect(clippy::expect_used, reason = "a helper of tests")]
fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

/// The samples of a body without a problem, on one line each.
fn lines(received: &Received) -> Vec<String> {
    assert_eq!(received.samples.problems, []);
    received.samples.samples.iter().map(line).collect()
}

/// `series{label=value,…} value unit @time #id`, what there is of it.
fn line(sample: &Sample) -> String {
    let labels: Vec<String> = sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut line = format!("{}{{{}}} {}", sample.series, labels.join(","), sample.value);
    let time = sample.time_ms.map(|time_ms| format!("@{time_ms}"));
    let id = sample.external_id.as_ref().map(|id| format!("#{id}"));
    for part in [sample.unit.clone(), time, id].into_iter().flatten() {
        line.push(' ');
        line.push_str(&part);
    }
    line
}

/// Row, field and word of each problem.
fn problems(received: &Received) -> Vec<(usize, &str, &str)> {
    let problem = |problem: &'_ Problem| (problem.row, problem.code);
    let fields = received.samples.problems.iter().map(|problem| problem.field.as_str());
    received.samples.problems.iter().map(problem).zip(fields).map(|((row, code), field)| (row, field, code)).collect()
}
