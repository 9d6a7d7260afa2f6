//! SARIF 2.1.0: findings of scanners and linters, one run for each tool.
//!
//! A result is an open finding unless it is suppressed, was there before and is gone (`baselineState` absent), or says that all is
//! well (`kind` other than fail). It is about security where it or its rule has a `security-severity` or the tag `security`. Its severity is the `security-severity` of its rule (a CVSS score), else its level: error is
//! high, warning medium, note low. A run without `results`, or one whose invocation failed, found nothing *out*, which is not the same
//! as nothing: it is a problem. Rows are runs, from 1.

mod parts;
mod run;

use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::audit::{Audit, Findings, Severity};
use crate::collect::Collector;
use crate::report::wrong;
use crate::text::shorten;
use crate::{Limits, Refusal, report};
use run::{Finding, Rules, Run};

const EXPECTED: &str =
    "SARIF 2.1.0: {\"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": {\"name\"}}, \"results\": []}]}";

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    runs: &'a RawValue,
}

/// The open findings of one log.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, not SARIF, or has no run.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Audit, Refusal> {
    let text = report::text(bytes)?;
    let log: Log<'_> = report::document(text, EXPECTED)?;
    let runs = report::elements(text, log.runs, limits, EXPECTED)?;
    if runs.is_empty() {
        return Err(report::shape(text, "there is no run".to_owned(), EXPECTED));
    }
    let mut collector = Collector::new(limits);
    let mut worst: Option<Severity> = None;
    let mut tools = Vec::new();
    for raw in runs {
        let row = collector.row()?;
        let Some(run) = report::typed::<Run<'_>>(&mut collector, row, raw, EXPECTED) else { continue };
        if let Some(findings) = findings(&mut collector, row, text, &run)? {
            let time_ms = report::instant(&mut collector, run.ended_at());
            findings.add_to(&mut collector, row, &run.tool.driver.name, time_ms)?;
            worst = Some(worst.unwrap_or_default().max(findings.worst()));
            tools.push(findings.of_tool(&run.tool.driver.name));
        }
    }
    Ok(Audit { received: collector.received, worst, tools })
}

fn findings(collector: &mut Collector<'_>, row: usize, text: &str, run: &Run<'_>) -> Result<Option<Findings>, Refusal> {
    let failed = || format!("{} did not finish", shorten(&run.tool.driver.name));
    if run.has_failed() {
        collector.problem(row, wrong("invocations", "failed", failed(), "the report of a run that succeeded"));
        return Ok(None);
    }
    let Some(results) = run.results else {
        let expected = "`results`, empty where nothing was found";
        collector.problem(row, wrong("results", "missing", failed(), expected));
        return Ok(None);
    };
    let rules = Rules::of(&run.tool);
    let mut findings = Findings::default();
    let mut is_wrong = false;
    // Findings are only counted, so that their number is bounded by the body's size alone.
    report::each_element(text, results, EXPECTED, |raw| {
        match serde_json::from_str::<Finding>(raw.get()) {
            Ok(finding) if finding.is_open() => {
                findings.add(rules.severity(&finding), rules.is_about_security(&finding), || finding.name());
            }
            Ok(_) => collector.leave_out("finding that is not open"),
            Err(_) => {
                is_wrong = true;
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    if is_wrong {
        let detail = "a result is not of the shape that SARIF gives it".to_owned();
        collector.problem(row, wrong("results", "wrong-type", detail, EXPECTED));
        return Ok(None);
    }
    Ok(Some(findings))
}
