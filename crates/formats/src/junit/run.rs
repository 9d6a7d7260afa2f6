//! The account of one test run: which tests there are, and how each of them ended over all its tries.

use std::collections::{HashMap, HashSet};

use super::duration::{Frame, Spent, Time};
use super::{Case, Suite};
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
    time: Time,
    /// What all tries took, once there were several.
    all_tries: Option<Spent>,
}

impl Outcome {
    /// What a test case says about itself before its content; googletest marks disabled tests so.
    pub(super) fn of(case: &Element, time: Time) -> Self {
        let is_skipped = matches!(case.attribute("status"), Some("notrun" | "disabled" | "skipped"));
        let ending = if is_skipped { Ending::Skipped } else { Ending::Passed };
        Self { best: ending, worst: ending, was_retried: false, time, all_tries: None }
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

    fn case(self, suite: String, name: String, file: String) -> Case {
        let result = self.result();
        let is_error = result == Some("failure") && self.worst == Ending::Errored;
        Case { suite, name, file, result, is_error, seconds: self.spent().seconds() }
    }

    /// Of a test that was tried again because it had not passed, whatever the report says of the earlier try.
    fn was_rerun(&mut self) {
        if self.best == Ending::Passed {
            self.best = Ending::Failed;
        }
        self.worst = self.worst.max(self.best);
    }

    /// It was carried out and does not say how long it took.
    pub(super) fn lacks_time(&self) -> bool {
        self.time == Time::Absent && self.was_carried_out()
    }

    fn was_carried_out(&self) -> bool {
        self.best != Ending::Skipped || self.worst != Ending::Skipped
    }

    /// What all its tries took; a test that was skipped takes no time.
    pub(super) fn spent(&self) -> Spent {
        if let Some(all) = self.all_tries {
            return all;
        }
        match self.time {
            Time::Seconds(seconds) => Spent::Seconds(seconds),
            Time::Refused => Spent::Unknown,
            Time::Absent if self.was_carried_out() => Spent::Unknown,
            Time::Absent => Spent::Nothing,
        }
    }

    fn merge(&mut self, other: Self) {
        self.all_tries = Some(self.spent().plus(other.spent()));
        self.best = self.best.min(other.best);
        self.worst = self.worst.max(other.worst);
        self.was_retried |= other.was_retried;
    }
}

/// A suite (counted as they come), a class, a name and a file. A test without a name has its number instead, being like no other.
type TestKey = (usize, String, Result<String, usize>, String);

/// What tells suites of one report apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SuiteKey {
    parent: usize,
    name: String,
    /// Playwright writes the browser as the host.
    hostname: String,
    package: String,
    file: String,
}

#[derive(Default)]
pub(super) struct Run {
    elements: u64,
    /// Numbers of suites, from 1; tests that stand in none are in suite 0.
    suite_numbers: HashMap<SuiteKey, usize>,
    open_suites: Vec<usize>,
    /// Suites of pytest. Its plugin for reruns writes tries that failed as test cases without an outcome, and pytest itself
    /// never runs a test twice.
    of_pytest: HashSet<usize>,
    tests: HashMap<TestKey, Outcome>,
    /// What each outermost suite took.
    spent: HashMap<usize, Spent>,
}

impl Run {
    pub(super) fn open_suite(&mut self, suite: &Element) {
        self.elements += 1;
        let text = |name| suite.attribute(name).unwrap_or_default().to_owned();
        let key = SuiteKey {
            parent: self.open_suites.last().copied().unwrap_or(0),
            name: text("name"),
            hostname: text("hostname"),
            package: text("package"),
            file: text("file"),
        };
        let next = self.suite_numbers.len() + 1;
        let number = *self.suite_numbers.entry(key).or_insert(next);
        if suite.attribute("name") == Some("pytest") {
            self.of_pytest.insert(number);
        }
        self.open_suites.push(number);
    }

    pub(super) fn close_suite(&mut self, frame: &Frame) {
        let number = self.open_suites.pop();
        if let (Some(number), []) = (number, self.open_suites.as_slice()) {
            let spent = self.spent.entry(number).or_default();
            *spent = spent.plus(frame.spent());
        }
    }

    /// What the tests took that stand in no suite.
    pub(super) fn spent(&mut self, whole: &Frame) {
        let spent = self.spent.entry(0).or_default();
        *spent = spent.plus(whole.direct_cases());
    }

    pub(super) fn add(&mut self, case: &Element, outcome: Outcome) {
        let suite = self.open_suites.last().copied().unwrap_or(0);
        let class = case.attribute("classname").unwrap_or_default().to_owned();
        let name = case.attribute("name").map(str::to_owned).ok_or(self.tests.len());
        let file = case.attribute("file").unwrap_or_default().to_owned();
        let is_pytest = self.of_pytest.contains(&suite);
        let again = |earlier: &mut Outcome| {
            if is_pytest {
                earlier.was_rerun();
            }
            earlier.merge(outcome);
        };
        self.tests.entry((suite, class, name, file)).and_modify(again).or_insert(outcome);
    }

    /// `<testsuite>` elements.
    pub(super) fn suite_elements(&self) -> u64 {
        self.elements
    }

    /// All outermost suites in their order, with their tests ordered by inner suite, class and name.
    pub(super) fn suites(self) -> Vec<Suite> {
        let mut keys: Vec<(usize, SuiteKey)> =
            self.suite_numbers.into_iter().map(|(key, number)| (number, key)).collect();
        keys.sort_by_key(|(number, _)| *number);
        let names = names(&keys);
        let mut suites = vec![Suite { seconds: seconds(&self.spent, 0), ..Suite::default() }];
        // The place of each suite's outermost one, by number; a suite comes after the one that it stands in.
        let mut places = vec![0];
        for (number, key) in keys {
            if key.parent > 0 {
                places.push(places.get(key.parent).copied().unwrap_or(0));
                continue;
            }
            places.push(suites.len());
            let SuiteKey { name, hostname, package, file, .. } = key;
            let seconds = seconds(&self.spent, number);
            suites.push(Suite { name, package, hostname, file, seconds, cases: Vec::new() });
        }
        let mut tests: Vec<(TestKey, Outcome)> = self.tests.into_iter().collect();
        tests.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut counts: HashMap<(usize, String, String), usize> = HashMap::new();
        for ((number, class, name, _), _) in &tests {
            if let Ok(name) = name {
                *counts.entry((*number, class.clone(), name.clone())).or_default() += 1;
            }
        }
        for ((number, class, name, file), outcome) in tests {
            let name = name.unwrap_or_else(|number| format!("test {number}"));
            let is_ambiguous = counts.get(&(number, class.clone(), name.clone())).is_some_and(|count| *count > 1);
            let name = if class.is_empty() { name } else { format!("{class}::{name}") };
            let name = if is_ambiguous && !file.is_empty() { format!("{file} {name}") } else { name };
            let suite = names.get(number).cloned().unwrap_or_default();
            let place = places.get(number).copied().unwrap_or(0);
            if let Some(outermost) = suites.get_mut(place) {
                outermost.cases.push(outcome.case(suite, name, file));
            }
        }
        if suites.first().is_some_and(|nameless| nameless.cases.is_empty()) {
            suites.remove(0);
        }
        suites
    }
}

fn seconds(spent: &HashMap<usize, Spent>, number: usize) -> Option<f64> {
    spent.get(&number).and_then(|spent| spent.seconds())
}

/// The names of suites by number: each with its host, and with its package or file where it would be another's without.
fn names(keys: &[(usize, SuiteKey)]) -> Vec<String> {
    let plain = |key: &SuiteKey| {
        let words: Vec<&str> = [key.name.as_str(), &key.hostname].into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" @ ")
    };
    let mut counts: HashMap<(usize, String), usize> = HashMap::new();
    for (_, key) in keys {
        *counts.entry((key.parent, plain(key))).or_default() += 1;
    }
    let full = |key: &SuiteKey| {
        let name = plain(key);
        if counts.get(&(key.parent, name.clone())).is_none_or(|count| *count < 2) {
            return name;
        }
        let words: Vec<&str> =
            [key.package.as_str(), &key.file, &name].into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    };
    std::iter::once(String::new()).chain(keys.iter().map(|(_, key)| full(key))).collect()
}
