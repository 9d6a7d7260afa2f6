//! `JUnit`'s XML test reports, as cargo-nextest, Maven Surefire, pytest, Playwright and others write them.
//!
//! Counted are the test cases themselves, not what the suites claim about them. A test that stands several times in one suite
//! was retried and counts once; in a suite named `pytest` its earlier tries failed, as pytest-rerunfailures leaves them without an
//! outcome. A time that can't be read is named; the tests count all the same.

mod duration;
mod run;
mod suite;

use std::collections::HashMap;

use crate::cells::Cells;
use crate::collect::Collector;
use crate::entry::Entry;
use crate::xml::{Document, Element, Step};
use crate::{Limits, Problem, Received, Refusal};
use duration::{Frame, seconds};
use run::{Outcome, Run};
pub use suite::{Case, Suite};

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
    /// As the root says it, else the sum over its suites, else over its tests, in seconds. `None` where no total is stated and the
    /// time of a test that was carried out is not known, and where nothing was carried out and took no time.
    pub duration_seconds: Option<f64>,
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

/// A report, suite by suite, so that several reports of one run can be united.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TestReport {
    /// Its suites, in their order; those inside others belong to the outermost one. Tests that stand in no suite are in one without a
    /// name.
    pub suites: Vec<Suite>,
    /// The whole report's seconds, as the root `<testsuites>` states them.
    pub stated_seconds: Option<f64>,
    /// The whole report's seconds: stated, else the sum over its suites. `None` where they are not known.
    pub seconds: Option<f64>,
    /// How many tests were carried out and do not say how long they took.
    pub untimed: usize,
    /// `<testsuite>` elements.
    pub suite_elements: u64,
    /// Cells that could not be read, by line of the report.
    pub problems: Vec<Problem>,
}

impl TestReport {
    /// What it came to.
    pub fn sum(&self) -> TestRun {
        let mut sum = TestRun { suites: self.suite_elements, ..TestRun::default() };
        for case in self.cases() {
            sum.tests += 1;
            match case.result {
                Some("failure") if case.is_error => sum.errors += 1,
                Some("failure") => sum.failures += 1,
                Some("flaky") => sum.flaky += 1,
                Some(_) => {}
                None => sum.skipped += 1,
            }
        }
        let was_carried_out = sum.tests > sum.skipped + sum.errors;
        sum.duration_seconds = self.seconds.filter(|seconds| was_carried_out || *seconds > 0.0);
        sum
    }

    /// Leaves out the suites of which `is_said` says that they are said elsewhere; the whole's time is then that of the others.
    pub fn leave_out(&mut self, is_said: impl Fn(&Suite) -> bool) {
        let before = self.suites.len();
        self.suites.retain(|suite| !is_said(suite));
        if self.suites.len() < before {
            self.stated_seconds = None;
            self.seconds = self.suites.iter().map(|suite| suite.seconds).sum();
            self.untimed = self.cases().filter(|case| case.result.is_some() && case.seconds.is_none()).count();
            self.suite_elements = self.suites.len() as u64;
        }
    }

    /// Takes in another part of the same run. A test that stands in both was carried out twice and counts once.
    pub fn merge(&mut self, other: Self) {
        let places: HashMap<(String, String, String), (usize, usize)> = self
            .suites
            .iter()
            .enumerate()
            .flat_map(|(at, suite)| {
                suite.cases.iter().enumerate().map(move |(place, case)| (case.identity(), (at, place)))
            })
            .collect();
        for mut suite in other.suites {
            suite.cases.retain(|case| {
                let known = places.get(&case.identity());
                let known = known.and_then(|(at, place)| self.suites.get_mut(*at)?.cases.get_mut(*place));
                let is_new = known.is_none();
                if let Some(known) = known {
                    known.carried_out_again(case);
                }
                is_new
            });
            self.suites.push(suite);
        }
        self.stated_seconds = None;
        self.seconds = self.seconds.zip(other.seconds).map(|(one, two)| one + two);
        self.untimed += other.untimed;
        self.suite_elements += other.suite_elements;
        self.problems.extend(other.problems);
    }

    /// Each of its tests, by suite and name.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.suites.iter().flat_map(|suite| &suite.cases)
    }
}

/// The outcome of a whole report.
///
/// # Errors
/// Refuses what is not UTF-8, not well-formed XML, or not a `JUnit` report.
pub fn read(bytes: &[u8]) -> Result<TestRun, Refusal> {
    Ok(read_report(bytes)?.sum())
}

/// The outcome of a whole report and of each of its tests, in the order of suites and names.
///
/// # Errors
/// As [`read`].
pub fn read_cases(bytes: &[u8]) -> Result<(TestRun, Vec<Case>), Refusal> {
    let report = read_report(bytes)?;
    Ok((report.sum(), report.suites.into_iter().flat_map(|suite| suite.cases).collect()))
}

/// The report as samples: `test.suite`, the seconds that the run took, and `test.case` for each test that was carried out, with
/// `test` (its class and name), `suite`, and `result`: success, failure, or flaky where it both failed and passed. Rows are tests,
/// in the order of suites and names; problems are told of the last one.
///
/// # Errors
/// As [`read`], and more tests than the limit of rows.
pub fn read_samples(bytes: &[u8], limits: &Limits) -> Result<Received, Refusal> {
    let report = read_report(bytes)?;
    let mut collector = Collector::new(limits);
    let duration_seconds = report.sum().duration_seconds;
    let cases: Vec<Case> = report.suites.into_iter().flat_map(|suite| suite.cases).collect();
    for case in cases {
        let row = collector.row()?;
        let Some(result) = case.result else {
            collector.leave_out("skipped test");
            continue;
        };
        let entry =
            Entry::event("test.case").label("test", case.name).label("suite", case.suite).label("result", result);
        collector.entry(row, entry)?;
    }
    let row = match collector.received.samples.rows {
        0 => collector.row()?,
        row => row,
    };
    for Problem { field, code, detail, expected, .. } in report.problems {
        collector.problem(row, (field, code, detail, expected));
    }
    if let Some(seconds) = duration_seconds {
        collector.entry(row, Entry::sample("test.suite", seconds, Some("s")))?;
    }
    Ok(collector.received)
}

/// A whole report, suite by suite.
///
/// # Errors
/// As [`read`].
pub fn read_report(bytes: &[u8]) -> Result<TestReport, Refusal> {
    let mut document = Document::new(bytes)?;
    let root = document.root(&["testsuites", "testsuite"], EXPECTED)?;
    let mut reader = Reader::default();
    reader.open(&mut document, root);
    while let Some(step) = document.step()? {
        match step {
            Step::Open(element) => reader.open(&mut document, element),
            Step::Close => reader.close(),
        }
    }
    Ok(reader.finish())
}

/// The account of a report while it is read.
#[derive(Default)]
struct Reader {
    run: Run,
    cells: Cells,
    open: Vec<String>,
    /// The times of the elements `testsuites` and `testsuite` that are open, the outermost first.
    frames: Vec<Frame>,
    case: Option<(Element, Outcome)>,
    whole: Frame,
    stated_seconds: Option<f64>,
    untimed: usize,
}

impl Reader {
    fn open(&mut self, document: &mut Document<'_>, element: Element) {
        self.open.push(element.name.clone());
        if let Some((_, outcome)) = &mut self.case {
            // Only direct children say how the test ended.
            if self.open.iter().rev().nth(1).is_some_and(|parent| parent == "testcase") {
                outcome.child(&element.name);
            }
            return;
        }
        match element.name.as_str() {
            "testsuites" | "testsuite" => {
                let own = seconds(document, &element, &mut self.cells);
                self.frames.push(Frame::new(own));
                if element.name == "testsuite" {
                    self.run.open_suite(&element);
                }
            }
            "testcase" => {
                let outcome = Outcome::of(&element, seconds(document, &element, &mut self.cells));
                self.case = Some((element, outcome));
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        match self.open.pop().as_deref() {
            Some("testcase") if !self.open.iter().any(|name| name == "testcase") => {
                let Some((element, outcome)) = self.case.take() else { return };
                self.untimed += usize::from(outcome.lacks_time());
                self.frames.last_mut().unwrap_or(&mut self.whole).add_case(outcome.spent());
                self.run.add(&element, outcome);
            }
            Some(name @ ("testsuite" | "testsuites")) if self.case.is_none() => {
                let Some(frame) = self.frames.pop() else { return };
                if name == "testsuite" {
                    self.run.close_suite(&frame);
                } else {
                    self.stated_seconds = frame.stated();
                    self.run.spent(&frame);
                }
                match self.frames.last_mut() {
                    Some(parent) => parent.add_suite(&frame),
                    None => self.whole = frame,
                }
            }
            _ => {}
        }
    }

    fn finish(self) -> TestReport {
        TestReport {
            stated_seconds: self.stated_seconds,
            seconds: self.whole.seconds(),
            untimed: self.untimed,
            suite_elements: self.run.suite_elements(),
            suites: self.run.suites(),
            problems: self.cells.told(),
        }
    }
}
