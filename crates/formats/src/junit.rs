//! `JUnit`'s XML test reports, as cargo-nextest, Maven Surefire, pytest, Playwright and others write them.
//!
//! Counted are the test cases themselves, not what the suites claim about them. A test that stands several times in one suite
//! was retried and counts once; in a suite named `pytest` its earlier tries failed, as pytest-rerunfailures leaves them without an
//! outcome.

mod run;

use crate::collect::Collector;
use crate::entry::Entry;
use crate::text::quote;
use crate::xml::{Document, Element, Step};
use crate::{Limits, Received, Refusal};
pub use run::Case;
use run::{Outcome, Run};

const EXPECTED: &str = "a JUnit report, whose root is <testsuites> or <testsuite>";

/// What one test run came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TestRun {
    /// `<testsuite>` elements.
    pub suites: u64,
    /// Distinct tests, skipped ones included.
    pub tests: u64,
    /// Tests that failed and never passed, those counted as errors excluded.
    pub failures: u64,
    /// Tests that could not be carried out and never passed.
    pub errors: u64,
    pub skipped: u64,
    /// Tests that both failed and passed: with a retry, or standing twice with both outcomes. They count as passed.
    pub flaky: u64,
    /// As the root says it, else the sum over its suites, else over its tests, in seconds.
    pub duration_seconds: f64,
}

impl TestRun {
    /// Tests that passed, flaky ones included.
    pub fn passed(&self) -> u64 {
        self.tests - self.failures - self.errors - self.skipped
    }

    /// Passed per hundred that were carried out (skipped ones are not); `None` where none was.
    #[expect(clippy::cast_precision_loss, reason = "no run has 2^53 tests")]
    pub fn pass_percent(&self) -> Option<f64> {
        let carried_out = self.tests - self.skipped;
        (carried_out > 0).then(|| self.passed() as f64 / carried_out as f64 * 100.0)
    }
}

/// The outcome of a whole report.
///
/// # Errors
/// Refuses what is not UTF-8, not well-formed XML, not a `JUnit` report, or has a duration that is no number of seconds.
pub fn read(bytes: &[u8]) -> Result<TestRun, Refusal> {
    let (run, duration_seconds) = walk(bytes)?;
    Ok(run.sum(duration_seconds))
}

/// The outcome of a whole report and of each of its tests, in the order of suites and names.
///
/// # Errors
/// As [`read`].
pub fn read_cases(bytes: &[u8]) -> Result<(TestRun, Vec<Case>), Refusal> {
    let (run, duration_seconds) = walk(bytes)?;
    Ok((run.sum(duration_seconds), run.cases()))
}

/// The report as samples: `test.suite`, the seconds that the run took, and `test.case` for each test that was carried out, with
/// `test` (its class and name), `suite`, and `result`: success, failure, or flaky where it both failed and passed. Rows are tests,
/// in the order of suites and names.
///
/// # Errors
/// As [`read`], and more tests than the limit of rows.
pub fn read_samples(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let (run, duration_seconds) = walk(bytes)?;
    let mut collector = Collector::new(limits);
    for case in run.cases() {
        let row = collector.row()?;
        let Some(result) = case.result else {
            collector.leave_out("skipped test");
            continue;
        };
        let entry =
            Entry::event("test.case").label("test", case.name).label("suite", case.suite).label("result", result);
        collector.entry(row, entry)?;
    }
    let row = collector.received.samples.rows.max(1);
    collector.entry(row, Entry::sample("test.suite", duration_seconds, Some("s")))?;
    Ok(collector.received)
}

/// The account of a whole report, and how long it took, in seconds.
fn walk(bytes: &[u8]) -> Result<(Run, f64), Refusal> {
    let mut document = Document::new(bytes)?;
    let root = document.root(&["testsuites", "testsuite"], EXPECTED)?;
    let mut run = Run::default();
    let root_seconds = seconds(&document, &root)?;
    if root.name == "testsuite" {
        run.open_suite(&root);
    }
    let mut open = vec![root.name];
    let mut suite_seconds: Option<f64> = None;
    let mut case_seconds = 0.0;
    let mut case: Option<(Element, Outcome)> = None;
    while let Some(step) = document.step()? {
        match step {
            Step::Open(element) => {
                open.push(element.name.clone());
                if let Some((_, outcome)) = &mut case {
                    // Only direct children say how the test ended.
                    if open.iter().rev().nth(1).is_some_and(|parent| parent == "testcase") {
                        outcome.child(&element.name);
                    }
                } else if element.name == "testsuite" {
                    if open.len() == 2
                        && let Some(seconds) = seconds(&document, &element)?
                    {
                        suite_seconds = Some(suite_seconds.unwrap_or(0.0) + seconds);
                    }
                    run.open_suite(&element);
                } else if element.name == "testcase" {
                    case_seconds += seconds(&document, &element)?.unwrap_or(0.0);
                    let outcome = Outcome::of(&element);
                    case = Some((element, outcome));
                }
            }
            Step::Close => match open.pop().as_deref() {
                Some("testsuite") if case.is_none() => run.close_suite(),
                Some("testcase") if !open.iter().any(|name| name == "testcase") => {
                    if let Some((element, outcome)) = case.take() {
                        run.add(&element, outcome);
                    }
                }
                _ => {}
            },
        }
    }
    let duration_seconds = root_seconds.or(suite_seconds).unwrap_or(case_seconds);
    Ok((run, duration_seconds))
}

/// The `time` of an element, in seconds.
fn seconds(document: &Document<'_>, element: &Element) -> Result<Option<f64>, Refusal> {
    let Some(written) = element.attribute("time").map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match without_thousands(written).parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(Some(seconds)),
        _ => {
            let detail = format!("`time` of <{}> is {}", element.name, quote(written));
            Err(document.shape(element, detail, "seconds, such as 1.25"))
        }
    }
}

/// Surefire writes `1,234.5` for more than a thousand seconds. A comma that may as well be a decimal one is left, and refused.
fn without_thousands(written: &str) -> String {
    let Some((whole, fraction)) = written.split_once('.') else {
        return written.to_owned();
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if is_grouped { format!("{}.{fraction}", whole.replace(',', "")) } else { written.to_owned() }
}
