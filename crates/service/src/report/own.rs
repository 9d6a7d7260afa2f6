//! Reports about this dashboard: remembered and shown as its own. None but accessibility feeds a KPI.

use formats::axe::Accessibility;
use formats::{Coverage, Draft, Target};
use kpi::point::Origin;

use super::content::{Content, accessibility_value};
use super::{Format, Report, ReportError, number};
use crate::validate::Valid;

/// The measurements under which this dashboard's own test results are kept: no KPI reads them.
pub const OWN_TESTS: [(&str, &str); 3] =
    [("own:tests", "Tests"), ("own:line-coverage", "Line coverage"), ("own:accessibility", "Accessibility checks")];

/// A share in percent, with the sentence that is shown.
pub(super) struct Own {
    measure: &'static str,
    percent: f64,
    sentence: String,
}

/// What a report says about the dashboard; nothing where it has nothing to take a share of.
pub(super) fn read(report: &Report) -> Result<Content, ReportError> {
    let [(tests, _), (line_coverage, _), (checks, _)] = OWN_TESTS;
    let of_coverage = |coverage: Coverage| {
        let percent = coverage.percent()?;
        let sentence = format!("{percent:.1} % ({} of {} lines)", coverage.lines_hit, coverage.lines_found);
        Some(Own { measure: line_coverage, percent, sentence })
    };
    let body = &report.body;
    let mut content = Content { rows: 1, ..Content::default() };
    content.own = match report.format {
        Format::Junit => {
            let run = formats::junit::read(body)?;
            let sentence = format!("{} of {} passed, {} skipped", run.passed(), run.tests, run.skipped);
            run.pass_percent().map(|percent| Own { measure: tests, percent, sentence })
        }
        Format::Lcov => of_coverage(formats::lcov::read(body)?),
        Format::Cobertura => of_coverage(formats::cobertura::read(body)?),
        Format::Axe => {
            let accessibility = formats::axe::read(body)?;
            content.values.push(accessibility_value(&accessibility));
            let percent = if accessibility.meets_wcag_aa() { 100.0 } else { 0.0 };
            Some(Own { measure: checks, percent, sentence: accessibility_sentence(&accessibility) })
        }
        other => return Err(ReportError::NotOfDashboard(other.name())),
    };
    Ok(content)
}

impl Own {
    pub(super) fn valid(self, identity: &str, now_ms: i64) -> Valid {
        let day = crate::instant::date(now_ms);
        Valid {
            measure: self.measure.to_owned(),
            value: self.percent,
            unit_written: "%".to_owned(),
            value_written: self.percent.to_string(),
            time_ms: now_ms,
            origin: Origin::Dashboard,
            report: None,
            supersedes: None,
            draft: Draft {
                row: 0,
                external_id: Some(format!("{identity}:{day}:{}", self.measure)),
                target: Target::Kpi(self.measure.to_owned()),
                value: number(self.percent),
                unit: Some("%".to_owned()),
                time: None,
                note: Some(self.sentence),
                evidence: None,
                person: None,
                origin: None,
                labels: Vec::new(),
            },
        }
    }
}

pub(super) fn accessibility_sentence(accessibility: &Accessibility) -> String {
    format!(
        "axe-core on {} pages: {} violations of level A or AA rules, {} in all",
        accessibility.pages,
        accessibility.level_aa_violations,
        accessibility.violations.total()
    )
}
