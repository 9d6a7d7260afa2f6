//! Reports that tools write in CI, each completed with what its sender says beside it.

use formats::audit::Audit;
use formats::{
    Limits, Received, Refusal, axe, bmf, cargo_audit, cobertura, criterion, google_benchmark, hyperfine, junit, lcov,
    lighthouse, llama_bench, pytest_benchmark, sarif,
};

use crate::check;
use crate::pick::{limits, picked};

type Reader = fn(&[u8], &Limits) -> Result<Received, Refusal>;

const READERS: [Reader; 8] = [
    criterion::read,
    hyperfine::read,
    google_benchmark::read,
    pytest_benchmark::read,
    llama_bench::read,
    lighthouse::read,
    bmf::read,
    junit::read_samples,
];
const CONTEXT: [(&str, &str); 3] = [("commit", "0123abc"), ("branch", "main"), ("testbed", "ci")];

/// Bits 0 to 3 pick the format.
pub fn reports(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    match pick & 15 {
        8 => tests(bytes),
        9 => coverage(lcov::read_files(bytes)),
        10 => coverage(cobertura::read_files(bytes)),
        11 => accessibility(bytes),
        12 => audit(sarif::read(bytes, &limits), &limits),
        13 => audit(cargo_audit::read(bytes, &limits), &limits),
        14 => files_of_criterion(bytes, &limits),
        other => {
            if let Some(read) = READERS.get(usize::from(other)) {
                completed(read(bytes, &limits), &limits);
            }
        }
    }
}

fn completed(read: Result<Received, Refusal>, limits: &Limits) {
    let Some(mut received) = check::received(read, limits) else { return };
    let samples = &mut received.samples.samples;
    let before = samples.clone();
    if formats::complete(samples, &CONTEXT, Some(1_772_357_400_000), limits).is_err() {
        assert_eq!(*samples, before, "samples are changed although a label is wrong");
    }
    for sample in samples {
        check::sample(sample, limits);
    }
}

fn tests(bytes: &[u8]) {
    let Some((run, cases)) = check::accepted(junit::read_cases(bytes)) else { return };
    assert!(run.failures + run.errors + run.skipped + run.flaky <= run.tests, "{run:?}");
    assert!(run.duration_seconds.is_none_or(|seconds| seconds.is_finite() && seconds >= 0.0), "{run:?}");
    assert!(run.pass_percent().is_none_or(|percent| (0.0..=100.0).contains(&percent)), "{run:?}");
    assert_eq!(u64::try_from(cases.len()), Ok(run.tests));
    assert_eq!(junit::read(bytes), Ok(run));
}

fn coverage(read: Result<formats::FileCoverage, Refusal>) {
    let Some(files) = check::accepted(read) else { return };
    let coverage = files.total();
    let mut twice = files.clone();
    twice.merge(files);
    assert!(twice.total().lines_hit <= twice.total().lines_found, "{coverage:?}");
    assert!(coverage.lines_hit <= coverage.lines_found, "{coverage:?}");
    assert!(coverage.samples().iter().all(|sample| sample.value.is_finite()));
}

fn accessibility(bytes: &[u8]) {
    let Some(found) = check::accepted(axe::read(bytes)) else { return };
    assert!(found.pages <= found.checks && found.checks_without_level_aa <= found.checks, "{found:?}");
    assert!(found.level_aa_violations <= found.violations.total(), "{found:?}");
    let _ = found.meets_wcag_aa();
}

fn audit(read: Result<Audit, Refusal>, limits: &Limits) {
    let Some(audit) = check::accepted(read) else { return };
    for tool in &audit.tools {
        assert!(tool.named.is_sorted_by(|(one, _), (next, _)| one >= next), "{tool:?}");
        assert!(tool.named.iter().all(|(severity, _)| tool.counts.contains_key(severity)), "{tool:?}");
    }
    completed(Ok(audit.received), limits);
}

/// A zero byte parts the two files of which a line is made.
fn files_of_criterion(bytes: &[u8], limits: &Limits) {
    let mut files = bytes.splitn(2, |byte| *byte == 0);
    let (benchmark, estimates) = (files.next().unwrap_or_default(), files.next().unwrap_or_default());
    let Some(line) = check::accepted(criterion::line(benchmark, estimates)) else { return };
    assert!(!line.contains('\n'));
    completed(criterion::read(line.as_bytes(), limits), limits);
}
