//! Test reports of CI runs: of the platform they feed its KPIs, of this dashboard they are shown as its own.

use formats::axe::Accessibility;
use formats::junit::TestRun;
use formats::{Coverage, Draft, Refusal, Target, Written};
use kpi::point::Origin;
use sha2::{Digest, Sha256};

use crate::dashboard::Dashboard;
use crate::record::{Arrived, Receipt, RecordError};
use crate::validate::{Valid, validate};

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The platform.
    Platform,
    /// This dashboard.
    Dashboard,
}

/// A report that was read.
#[derive(Debug, Clone, PartialEq)]
pub enum TestReport {
    /// Test results.
    Tests(TestRun),
    /// Line coverage.
    Coverage(Coverage),
    /// Automated accessibility checks.
    Accessibility(Accessibility),
}

impl TestReport {
    /// Reads a report; `None` for a format that is not known.
    pub fn read(format: &str, bytes: &[u8]) -> Option<Result<Self, Refusal>> {
        Some(match format {
            "junit" => formats::junit::read(bytes).map(Self::Tests),
            "lcov" => formats::lcov::read(bytes).map(Self::Coverage),
            "cobertura" => formats::cobertura::read(bytes).map(Self::Coverage),
            "axe" => formats::axe::read(bytes).map(Self::Accessibility),
            _ => return None,
        })
    }
}

/// The measurements under which this dashboard's own test results are kept: no KPI reads them.
pub const OWN_TESTS: [(&str, &str); 3] =
    [("own:tests", "Tests"), ("own:line-coverage", "Line coverage"), ("own:accessibility", "Accessibility checks")];

impl Dashboard {
    /// Records a report with its bytes.
    ///
    /// A report about the platform feeds its KPIs. One about this dashboard feeds only those that are about a dashboard
    /// (accessibility); its tests and coverage are remembered and shown as the dashboard's own.
    ///
    /// # Errors
    /// [`RecordError`] where nothing could be recorded.
    pub async fn record_test_report(
        &self,
        source: &str,
        about: About,
        report: &TestReport,
        body: Vec<u8>,
    ) -> Result<Receipt, RecordError> {
        let digest = Sha256::digest(&body).iter().take(8).fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let now_ms = self.now_ms();
        let origin = if about == About::Dashboard { Origin::Dashboard } else { Origin::Measured };
        let catalogue = self.catalogue();
        let mut valid: Vec<Valid> = Vec::new();
        for fed in fed(about, report) {
            if catalogue.kpi_or_measure(fed.kpi).is_none() {
                continue;
            }
            let draft = draft(valid.len() + 1, fed, digest, now_ms);
            match validate(&catalogue, draft, now_ms, origin, self.settings.demo) {
                Ok(checked) => valid.push(checked),
                Err(problem) => return Err(RecordError::Refused { problems: vec![problem], rows: 1 }),
            }
        }
        if about == About::Dashboard {
            valid.extend(own(report, valid.len() + 1, digest, now_ms));
        }
        let arrived = Arrived { source: source.to_owned(), content_type: "application/octet-stream".to_owned(), body };
        Ok(self.keep(arrived, valid).await?)
    }
}

/// The same report on the same day is the same observation; on a later day it says that the value still holds.
fn draft(row: usize, fed: Fed, digest: u64, now_ms: i64) -> Draft {
    let day = crate::instant::date(now_ms);
    Draft {
        row,
        external_id: Some(format!("{digest:016x}:{day}:{}", fed.kpi)),
        target: Target::Kpi(fed.kpi.to_owned()),
        value: fed.value,
        unit: fed.unit.map(str::to_owned),
        time: None,
        note: Some(fed.note),
        evidence: None,
        person: None,
        origin: None,
        labels: Vec::new(),
    }
}

/// The report as a measurement of the dashboard itself: a share in percent, with the sentence as its note.
fn own(report: &TestReport, row: usize, digest: u64, now_ms: i64) -> Option<Valid> {
    let (measure, percent, sentence) = own_sentence(report)?;
    let fed = Fed { kpi: measure, value: number(percent), unit: Some("%"), note: sentence };
    let draft = draft(row, fed, digest, now_ms);
    Some(Valid {
        measure: measure.to_owned(),
        value: percent,
        unit_written: "%".to_owned(),
        value_written: percent.to_string(),
        time_ms: now_ms,
        origin: Origin::Dashboard,
        draft,
    })
}

struct Fed {
    kpi: &'static str,
    value: Written,
    unit: Option<&'static str>,
    note: String,
}

fn number(value: f64) -> Written {
    Written::Number(value, value.to_string())
}

fn fed(about: About, report: &TestReport) -> Vec<Fed> {
    match (about, report) {
        (About::Platform, TestReport::Tests(run)) => {
            let duration = Fed {
                kpi: "test-execution-time",
                value: number(run.duration_seconds),
                unit: Some("s"),
                note: format!("{} tests", run.tests),
            };
            let flaky = share(run.flaky, run.tests).map(|percent| Fed {
                kpi: "test-flakiness-rate",
                value: number(percent),
                unit: Some("%"),
                note: format!("{} of {} tests both failed and passed", run.flaky, run.tests),
            });
            std::iter::once(duration).chain(flaky).collect()
        }
        (About::Platform, TestReport::Coverage(coverage)) => coverage
            .percent()
            .map(|percent| Fed {
                kpi: "code-coverage",
                value: number(percent),
                unit: Some("%"),
                note: format!("{} of {} lines", coverage.lines_hit, coverage.lines_found),
            })
            .into_iter()
            .collect(),
        (_, TestReport::Accessibility(accessibility)) => vec![Fed {
            kpi: "wcag-compliance",
            value: Written::Truth(accessibility.meets_wcag_aa()),
            unit: None,
            note: accessibility_sentence(accessibility),
        }],
        (About::Dashboard, TestReport::Tests(_) | TestReport::Coverage(_)) => Vec::new(),
    }
}

/// `None` where the report has nothing to take a share of: an empty run says nothing.
fn own_sentence(report: &TestReport) -> Option<(&'static str, f64, String)> {
    let [(tests, _), (coverage_of, _), (checks, _)] = OWN_TESTS;
    Some(match report {
        TestReport::Tests(run) => {
            (tests, run.pass_percent()?, format!("{} of {} passed, {} skipped", run.passed(), run.tests, run.skipped))
        }
        TestReport::Coverage(coverage) => {
            let percent = coverage.percent()?;
            (coverage_of, percent, format!("{percent:.1} % ({} of {} lines)", coverage.lines_hit, coverage.lines_found))
        }
        TestReport::Accessibility(accessibility) => {
            let met = if accessibility.meets_wcag_aa() { 100.0 } else { 0.0 };
            (checks, met, accessibility_sentence(accessibility))
        }
    })
}

fn accessibility_sentence(accessibility: &Accessibility) -> String {
    format!(
        "axe-core on {} pages: {} violations of level A or AA rules, {} in all",
        accessibility.pages,
        accessibility.level_aa_violations,
        accessibility.violations.total()
    )
}

fn share(part: u64, whole: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "no test run has 2^52 tests")]
    let percent = (whole > 0).then(|| part as f64 / whole as f64 * 100.0);
    percent
}
