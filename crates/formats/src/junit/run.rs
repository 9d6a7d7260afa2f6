//! The account of one test run: which tests there are, and how each of them ended over all its tries.

use std::collections::{HashMap, HashSet};

use super::TestRun;
use crate::xml::Element;

/// How one try of a test ended, the worse the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    Passed,
    Skipped,
    Failed,
    Errored,
}

/// How one test ended over all its tries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    best: Ending,
    worst: Ending,
    /// An earlier try went wrong, as the report says inside the test case.
    was_retried: bool,
}

impl Outcome {
    /// What a test case says about itself before its content; googletest marks disabled tests so.
    pub(super) fn of(case: &Element) -> Self {
        let is_skipped = matches!(case.attribute("status"), Some("notrun" | "disabled" | "skipped"));
        let ending = if is_skipped { Ending::Skipped } else { Ending::Passed };
        Self { best: ending, worst: ending, was_retried: false }
    }

    /// Takes in a child of the test case.
    pub(super) fn child(&mut self, name: &str) {
        let ending = match name {
            "failure" => Ending::Failed,
            "error" => Ending::Errored,
            "skipped" | "disabled" => Ending::Skipped,
            "flakyFailure" | "flakyError" | "rerunFailure" | "rerunError" => {
                self.was_retried = true;
                return;
            }
            _ => return,
        };
        self.worst = self.worst.max(ending);
        self.best = self.worst;
    }

    fn result(self) -> Option<&'static str> {
        match (self.best, self.worst) {
            (Ending::Passed, worst) if worst >= Ending::Failed || self.was_retried => Some("flaky"),
            (Ending::Passed, _) => Some("success"),
            (_, Ending::Errored | Ending::Failed) => Some("failure"),
            (_, Ending::Passed | Ending::Skipped) => None,
        }
    }

    /// Of a test that was tried again because it had not passed, whatever the report says of the earlier try.
    fn was_rerun(&mut self) {
        if self.best == Ending::Passed {
            self.best = Ending::Failed;
        }
        self.worst = self.worst.max(self.best);
    }

    fn merge(&mut self, other: Self) {
        self.best = self.best.min(other.best);
        self.worst = self.worst.max(other.worst);
        self.was_retried |= other.was_retried;
    }
}

/// One test of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The suite's name, with its host where it has one.
    pub suite: String,
    /// Class and name.
    pub name: String,
    /// `success`, `failure`, or `flaky` where it both failed and passed; `None` where it was not carried out.
    pub result: Option<&'static str>,
}

/// A suite (counted as they come), a class and a name. A test without a name has its number instead, being like no other.
type TestKey = (usize, String, Result<String, usize>);

#[derive(Default)]
pub(super) struct Run {
    suites: u64,
    /// Numbers of suites by parent, name and host; Playwright writes the browser as the host.
    suite_numbers: HashMap<(usize, String, String), usize>,
    open_suites: Vec<usize>,
    /// Suites of pytest. Its plugin for reruns writes tries that failed as test cases without an outcome, and pytest itself
    /// never runs a test twice.
    of_pytest: HashSet<usize>,
    tests: HashMap<TestKey, Outcome>,
}

impl Run {
    pub(super) fn open_suite(&mut self, suite: &Element) {
        self.suites += 1;
        let text = |name| suite.attribute(name).unwrap_or_default().to_owned();
        let parent = self.open_suites.last().copied().unwrap_or(0);
        let next = self.suite_numbers.len() + 1;
        let number = *self.suite_numbers.entry((parent, text("name"), text("hostname"))).or_insert(next);
        if suite.attribute("name") == Some("pytest") {
            self.of_pytest.insert(number);
        }
        self.open_suites.push(number);
    }

    pub(super) fn close_suite(&mut self) {
        self.open_suites.pop();
    }

    pub(super) fn add(&mut self, case: &Element, outcome: Outcome) {
        let suite = self.open_suites.last().copied().unwrap_or(0);
        let class = case.attribute("classname").unwrap_or_default().to_owned();
        let name = case.attribute("name").map(str::to_owned).ok_or(self.tests.len());
        let is_pytest = self.of_pytest.contains(&suite);
        let again = |earlier: &mut Outcome| {
            if is_pytest {
                earlier.was_rerun();
            }
            earlier.merge(outcome);
        };
        self.tests.entry((suite, class, name)).and_modify(again).or_insert(outcome);
    }

    /// All tests, ordered by suite, class and name.
    pub(super) fn cases(&self) -> Vec<Case> {
        let mut suites: HashMap<usize, String> = HashMap::new();
        for ((_, name, host), number) in &self.suite_numbers {
            let words: Vec<&str> = [name.as_str(), host].into_iter().filter(|word| !word.is_empty()).collect();
            suites.insert(*number, words.join(" @ "));
        }
        let mut tests: Vec<(&TestKey, &Outcome)> = self.tests.iter().collect();
        tests.sort_by_key(|(key, _)| *key);
        let case = |((suite, class, name), outcome): (&TestKey, &Outcome)| {
            let name = name.as_ref().map_or_else(|number| format!("test {number}"), Clone::clone);
            let name = if class.is_empty() { name } else { format!("{class}::{name}") };
            Case { suite: suites.get(suite).cloned().unwrap_or_default(), name, result: outcome.result() }
        };
        tests.into_iter().map(case).collect()
    }

    pub(super) fn sum(&self, duration_seconds: f64) -> TestRun {
        let mut sum = TestRun { suites: self.suites, duration_seconds, ..TestRun::default() };
        for outcome in self.tests.values() {
            sum.tests += 1;
            match (outcome.best, outcome.worst) {
                (Ending::Passed, worst) => {
                    sum.flaky += u64::from(worst >= Ending::Failed || outcome.was_retried);
                }
                (_, Ending::Errored) => sum.errors += 1,
                (_, Ending::Failed) => sum.failures += 1,
                (_, Ending::Passed | Ending::Skipped) => sum.skipped += 1,
            }
        }
        sum
    }
}
