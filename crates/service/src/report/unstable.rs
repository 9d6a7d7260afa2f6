//! Tests that both fail and pass: inside one report, and across the reports of one commit on one machine.
//!
//! Earlier reports are read again from their kept payloads. So nothing but the tests that failed becomes samples, and however many
//! pass, the memory that they need is nothing.

use std::collections::{BTreeMap, HashSet};

use formats::junit::{self, Case};
use storage::ObservationQuery;

use super::{Report, ReportError};
use crate::dashboard::Dashboard;
use crate::record::RecordError;

/// How many recent values of reports of tests are looked through for those of the same commit.
const LOOKED_AT: u32 = 1_000;
/// How many reports of one commit are compared.
const COMPARED: usize = 20;
/// Tests of one report that are kept as samples.
const MOST_KEPT: usize = 200;

/// What a report says of its tests, together with the earlier ones about the same commit.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Verdict {
    /// Distinct tests of all reports.
    pub(super) tests: u64,
    /// Those that were carried out at least once.
    pub(super) carried_out: u64,
    /// Those that both failed and passed.
    pub(super) flaky: u64,
    /// How many reports were compared, this one included.
    pub(super) reports: usize,
    /// The tests of this report that failed, with `failure` or `flaky`.
    pub(super) unstable: Vec<(Case, &'static str)>,
    /// Tests that failed too and are not kept.
    pub(super) left_out: usize,
}

impl Verdict {
    /// The flaky ones per hundred tests; `None` where none was carried out.
    pub(super) fn flaky_percent(&self) -> Option<f64> {
        if self.carried_out > 0 { super::share(self.flaky, self.tests) } else { None }
    }

    pub(super) fn sentence(&self) -> String {
        let reports = match self.reports {
            0 | 1 => String::new(),
            count => format!(", in {count} reports of this commit"),
        };
        format!("{} of {} tests both failed and passed{reports}", self.flaky, self.tests)
    }
}

#[derive(Default)]
struct Seen {
    passed: bool,
    failed: bool,
}

/// The cases without the host in the names of their suites: each run of CI has another one. Where the host alone tells tests of
/// one report apart, as Playwright writes the browser there, it stays.
fn without_hosts(cases: &[Case]) -> Vec<Case> {
    let plain = |case: &Case| case.suite.rsplit_once(" @ ").map_or(case.suite.clone(), |(suite, _)| suite.to_owned());
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for case in cases {
        *counts.entry((plain(case), &case.name)).or_default() += 1;
    }
    let is_ambiguous = |case: &Case| counts.get(&(plain(case), case.name.as_str())).is_some_and(|count| *count > 1);
    let shortened = |case: &Case| {
        if is_ambiguous(case) { case.clone() } else { Case { suite: plain(case), ..case.clone() } }
    };
    cases.iter().map(shortened).collect()
}

/// Compares a report with the earlier ones.
pub(super) fn judge(cases: &[Case], earlier: &[Vec<Case>]) -> Verdict {
    let cases = without_hosts(cases);
    let earlier: Vec<Vec<Case>> = earlier.iter().map(|cases| without_hosts(cases)).collect();
    let mut tests: BTreeMap<(&str, &str), Seen> = BTreeMap::new();
    for case in earlier.iter().flatten().chain(&cases) {
        let seen = tests.entry((&case.suite, &case.name)).or_default();
        seen.passed |= matches!(case.result, Some("success" | "flaky"));
        seen.failed |= matches!(case.result, Some("failure" | "flaky"));
    }
    let count = |wanted: fn(&Seen) -> bool| {
        u64::try_from(tests.values().filter(|seen| wanted(seen)).count()).unwrap_or(u64::MAX)
    };
    let mut verdict = Verdict {
        tests: count(|_| true),
        carried_out: count(|seen| seen.passed || seen.failed),
        flaky: count(|seen| seen.passed && seen.failed),
        reports: earlier.len() + 1,
        ..Verdict::default()
    };
    for case in cases.iter().filter(|case| case.result.is_some()) {
        let result = match tests.get(&(case.suite.as_str(), case.name.as_str())) {
            Some(Seen { passed: true, failed: true }) => "flaky",
            Some(Seen { failed: true, .. }) => "failure",
            _ => continue,
        };
        if verdict.unstable.len() < MOST_KEPT {
            verdict.unstable.push((case.clone(), result));
        } else {
            verdict.left_out += 1;
        }
    }
    verdict
}

impl Dashboard {
    /// The tests of the earlier reports about the same commit on the same testbed, without those of these hashes; none where the commit
    /// is not known.
    pub(super) async fn earlier_runs(&self, report: &Report, hashes: &[String]) -> Result<Vec<Vec<Case>>, ReportError> {
        if report.context.commit().is_none() {
            return Ok(Vec::new());
        }
        let store = self.store();
        let mut series = vec!["test.suite".to_owned()];
        // Tests that do not say how long they took gave this alone.
        series.extend(self.catalogue().kpi("test-flakiness-rate").map(|(_, kpi)| kpi.measure.clone()));
        let query = ObservationQuery { series, limit: LOOKED_AT, ..ObservationQuery::default() };
        let suites = store.observations(&query).await.map_err(RecordError::from)?;
        let wanted = [("commit", report.context.commit()), ("testbed", report.context.testbed())];
        let same = |labels: &[(String, String)]| {
            wanted.iter().all(|(name, value)| {
                labels.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str()) == *value
            })
        };
        let mut known: HashSet<String> = hashes.iter().cloned().collect();
        let mut runs = Vec::new();
        for suite in suites.iter().filter(|suite| same(&suite.labels)) {
            if runs.len() == COMPARED {
                break;
            }
            let Some(payload) = store.payload(&suite.payload_id).await.map_err(RecordError::from)? else { continue };
            // Bytes whose time to be kept is over have no cases.
            if payload.body_dropped_ms.is_none()
                && known.insert(payload.sha256_hex.clone())
                // A sample that came another way brings no cases.
                && let Ok((_, cases)) = junit::read_cases(&payload.body)
            {
                runs.push(cases);
            }
        }
        Ok(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(text: &str) -> Vec<Case> {
        let case = |word: &str| {
            let (name, mark) = word.split_at(1);
            let result = match mark {
                "+" => Some("success"),
                "-" => Some("failure"),
                "~" => Some("flaky"),
                _ => None,
            };
            Case { suite: "s".to_owned(), name: name.to_owned(), result, ..Case::default() }
        };
        text.split_whitespace().map(case).collect()
    }

    #[test]
    fn a_test_that_failed_in_one_report_and_passed_in_another_is_flaky() {
        for (earlier, now, flaky, tests, unstable) in [
            (&[][..], "a+ b- c~ d", 1, 4, "b:failure c:flaky"),
            (&["a- b+"], "a+ b+", 1, 2, "a:flaky"),
            (&["a+ b+"], "a- b+", 1, 2, "a:flaky"),
            (&["a- b+"], "a- b+", 0, 2, "a:failure"),
            // Only what failed is run again.
            (&["a- b+ c+ d+"], "a+", 1, 4, "a:flaky"),
            // Another suite of the same commit.
            (&["a+ b~"], "x+ y+", 1, 4, ""),
            (&["a-", "a"], "a", 0, 1, ""),
        ] {
            let earlier: Vec<Vec<Case>> = earlier.iter().map(|text| cases(text)).collect();
            let verdict = judge(&cases(now), &earlier);
            let told: Vec<String> =
                verdict.unstable.iter().map(|(case, result)| format!("{}:{result}", case.name)).collect();
            assert_eq!((verdict.flaky, verdict.tests, told.join(" ").as_str()), (flaky, tests, unstable), "{now}");
        }
    }

    #[test]
    fn another_host_is_the_same_test_but_another_browser_is_not() {
        let case = |suite: &str, result| Case {
            suite: suite.to_owned(),
            name: "a".to_owned(),
            result: Some(result),
            ..Case::default()
        };
        let verdict = judge(&[case("s @ runner-2", "success")], &[vec![case("s @ runner-1", "failure")]]);
        assert_eq!((verdict.flaky, verdict.tests, verdict.unstable[0].0.suite.as_str()), (1, 1, "s"));
        let browsers = [case("s @ firefox", "success"), case("s @ chromium", "failure")];
        assert_eq!(judge(&browsers, &[]).flaky, 0);
    }

    #[test]
    fn a_run_in_which_everything_fails_gives_a_bounded_number_of_samples() {
        let all: Vec<Case> = (0..1_000)
            .map(|number| Case { name: number.to_string(), result: Some("failure"), ..Case::default() })
            .collect();
        let verdict = judge(&all, &[]);
        assert_eq!((verdict.unstable.len(), verdict.left_out), (MOST_KEPT, 800));
    }
}
