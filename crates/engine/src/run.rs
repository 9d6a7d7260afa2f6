//! A whole benchmark: every scheme of the plan, one after the other, never two at once.
//!
//! How a scheme is measured is the caller's to say; [`crate::child_process`] is the honest way.

use serde::{Deserialize, Serialize};

use crate::clock::{MonotonicStopwatch, Stopwatch, seconds_between};
use crate::error::EngineError;
use crate::fingerprint::{Fingerprint, load_average};
use crate::headline::headline;
use crate::plan::Plan;
use crate::report::{Report, SCHEMA_VERSION, SchemeOutcome, SchemeResult};
use crate::scheme::Scheme;

/// How far a benchmark is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Schemes that are done, whether measured or not.
    pub completed_schemes: usize,
    /// Schemes of the plan.
    pub total_schemes: usize,
    /// What just happened.
    pub event: ProgressEvent,
}

/// A step of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProgressEvent {
    /// The measurement of a scheme begins.
    Started {
        /// The scheme.
        scheme: Scheme,
    },
    /// The measurement of a scheme has ended.
    Finished {
        /// What came of it.
        result: Box<SchemeOutcome>,
    },
}

/// Measures every scheme of `plan` by calling `child` for each.
///
/// A scheme that fails is part of the report, with the error's words. `is_cancelled` is asked before and after each scheme.
///
/// # Errors
/// An invalid plan, or [`EngineError::Cancelled`]; what was measured until then has been told to `on_progress`.
pub fn run(
    plan: &Plan,
    child: &dyn Fn(&Plan, Scheme) -> Result<SchemeResult, EngineError>,
    on_progress: &mut dyn FnMut(Progress),
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Report, EngineError> {
    plan.validate()?;
    let clock = MonotonicStopwatch::start();
    let load_average_before = load_average();
    let total_schemes = plan.schemes.len();
    let mut schemes: Vec<SchemeOutcome> = Vec::with_capacity(total_schemes);
    for &scheme in &plan.schemes {
        if is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let event = ProgressEvent::Started { scheme };
        on_progress(Progress { completed_schemes: schemes.len(), total_schemes, event });
        let result = match child(plan, scheme) {
            Ok(result) => SchemeOutcome::Measured(result),
            Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
            Err(error) => SchemeOutcome::NotMeasured { scheme, reason: error.to_string() },
        };
        schemes.push(result.clone());
        let event = ProgressEvent::Finished { result: Box::new(result) };
        on_progress(Progress { completed_schemes: schemes.len(), total_schemes, event });
    }
    if is_cancelled() {
        return Err(EngineError::Cancelled);
    }
    let (headline, headline_absence_reason) = match headline(&schemes, plan.error_limit) {
        Ok(headline) => (Some(headline), None),
        Err(absence) => (None, Some(absence.to_string())),
    };
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        plan: plan.clone(),
        machine: Fingerprint::of_this_machine(),
        load_average_before,
        duration_seconds: seconds_between(0, clock.elapsed_ns()),
        schemes,
        headline,
        headline_absence_reason,
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::measure::measure_scheme;

    fn plan(schemes: &[Scheme]) -> Plan {
        Plan { schemes: schemes.to_vec(), error_limit: 1.0, ..Plan::tiny() }
    }

    #[test]
    fn a_report_holds_every_scheme_in_order_and_survives_json() {
        let plan = plan(&[Scheme::F32, Scheme::Q4K, Scheme::Q8_0]);
        let measure = |plan: &Plan, scheme: Scheme| match scheme {
            Scheme::Q4K => Err(EngineError::Panicked("no kernel".to_owned())),
            scheme => measure_scheme(plan, scheme),
        };
        let mut steps = Vec::new();
        let report = run(&plan, &measure, &mut |progress| steps.push(progress), &|| false).unwrap();
        assert_eq!(report.schemes.iter().map(SchemeOutcome::scheme).collect::<Vec<_>>(), plan.schemes);
        let reason = "inference panicked: no kernel".to_owned();
        assert_eq!(report.schemes[1], SchemeOutcome::NotMeasured { scheme: Scheme::Q4K, reason });
        assert_eq!(report.headline.as_ref().unwrap().scheme, Scheme::Q8_0);
        assert_eq!(steps.len(), 6);
        assert_eq!(steps.last().unwrap().completed_schemes, 3);
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }

    #[test]
    fn a_report_without_headline_says_why() {
        let report = run(&plan(&[Scheme::Q8_0]), &measure_scheme, &mut |_| {}, &|| false).unwrap();
        assert_eq!(report.headline, None);
        assert!(report.headline_absence_reason.unwrap().contains("f32"));
    }

    #[test]
    fn a_cancelled_run_starts_no_further_scheme() {
        let started = Cell::new(0);
        let child = |_: &Plan, scheme| {
            started.set(started.get() + 1);
            Err(EngineError::NotMeasured { scheme, reason: "not of interest".to_owned() })
        };
        let outcome =
            run(&plan(&[Scheme::F32, Scheme::Q4K, Scheme::Q8_0]), &child, &mut |_| {}, &|| started.get() == 2);
        assert!(matches!(outcome, Err(EngineError::Cancelled)));
        assert_eq!(started.get(), 2);
    }

    #[test]
    fn a_child_that_was_cancelled_cancels_the_run() {
        let child = |_: &Plan, _| Err(EngineError::Cancelled);
        let outcome = run(&plan(&[Scheme::F32]), &child, &mut |_| {}, &|| false);
        assert!(matches!(outcome, Err(EngineError::Cancelled)));
    }
}
