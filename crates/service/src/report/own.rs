//! Reports about this dashboard: remembered and shown as its own. None but accessibility feeds a KPI.

use formats::axe::Accessibility;
use formats::{Draft, Target};
use kpi::point::Origin;

use super::content::Content;
use super::piece::Piece;
use super::place::Place;
use super::{Format, ReportError, number};
use crate::validate::Valid;

/// The measurements under which this dashboard's own test results are kept: no KPI reads them.
pub const OWN_TESTS: [(&str, &str); 3] =
    [("own:tests", "Tests"), ("own:line-coverage", "Line coverage"), ("own:accessibility", "Accessibility checks")];

/// A share in percent, with the sentence that is shown.
pub(super) struct Own {
    measure: &'static str,
    percent: f64,
    pub(super) sentence: String,
}

/// Whether such a report can be about the dashboard.
pub(super) fn takes(format: Format) -> bool {
    matches!(format, Format::Junit | Format::Lcov | Format::Cobertura | Format::Axe)
}

/// What a report says about the dashboard; nothing where it has nothing to take a share of.
pub(super) fn of(piece: Piece, format: Format) -> Result<Content, ReportError> {
    let [(tests, _), (line_coverage, _), (checks, _)] = OWN_TESTS;
    let mut content = Content { rows: 1, ..Content::default() };
    content.own = match piece {
        Piece::Tests(report) => {
            let run = report.sum();
            content.problems = report.problems;
            let sentence = format!("{} of {} passed, {} skipped", run.passed(), run.tests, run.skipped);
            run.pass_percent().map(|percent| Own { measure: tests, percent, sentence })
        }
        Piece::Coverage(files) => {
            let coverage = files.total();
            content.problems = files.problems;
            coverage.percent().map(|percent| {
                let sentence = format!("{percent:.1} % ({} of {} lines)", coverage.lines_hit, coverage.lines_found);
                Own { measure: line_coverage, percent, sentence }
            })
        }
        Piece::Pages(report) => {
            let accessibility = report.sum();
            content.problems = report.problems;
            content.tell_accessibility(&accessibility);
            let sentence = accessibility_sentence(&accessibility);
            // What a person has yet to decide is no failed check; the sentence says how much of that there is.
            let all_looked_at = accessibility.checks > 0
                && accessibility.checks_without_level_aa == 0
                && accessibility.unknown_violations.is_empty();
            match accessibility.level_aa_violations {
                0 if !all_looked_at => None,
                violations => {
                    Some(Own { measure: checks, percent: if violations == 0 { 100.0 } else { 0.0 }, sentence })
                }
            }
        }
        Piece::Findings(_) => return Err(ReportError::NotOfDashboard(format.name())),
    };
    Ok(content)
}

impl Own {
    pub(super) fn valid(self, place: &Place, now_ms: i64) -> Valid {
        let (identity, day) = (&place.identity, place.day(now_ms));
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
    let found = format!(
        "axe-core on {} pages: {} violations of level A or AA rules, {} in all",
        accessibility.pages,
        accessibility.level_aa_violations,
        accessibility.violations.total()
    );
    let undecided = accessibility.undecided.len();
    if undecided == 0 { found } else { format!("{found}; {undecided} such rules are left to a person to decide") }
}
