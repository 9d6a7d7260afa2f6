//! SARIF 2.1.0: findings of scanners and linters, one run for each tool.
//!
//! A result is an open finding unless it is suppressed (section 3.27.23: all its suppressions are accepted), was there before and is
//! gone (`baselineState` absent), or says that all is well (`kind` pass, informational or notApplicable). One of which that can't be read is open, and named. It is about security where it or its rule has a
//! `security-severity` or the tag `security`. Its severity is the `security-severity` of itself or its rule (a CVSS score or vector, or a
//! word), else its level: error is high, warning medium, note low.
//!
//! Of a run that did not finish, or of which a result can't be read or waits for a person, the findings count; that it found no more
//! says nothing. Runs of the same tool and category are one analysis. Rows are runs, from 1.

mod parts;
mod run;
mod severity;

use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::audit::{Audit, ToolFindings};
use crate::collect::Collector;
use crate::report::{message, wrong};
use crate::text::shorten;
use crate::{Limits, Refusal, report};
use run::{Finding, Rules, Run, Standing, Told};

const EXPECTED: &str =
    "SARIF 2.1.0: {\"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": {\"name\"}}, \"results\": []}]}";
/// Results of one run that are named because they can't be read.
const NAMED: usize = 20;

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    runs: &'a RawValue,
}

/// What one tool found in one category, the row of its first run, and when its last run ended.
struct Analysis {
    findings: ToolFindings,
    row: usize,
    time_ms: Option<i64>,
}

/// The open findings of one log.
///
/// # Errors
/// Refuses what is not UTF-8, not JSON, not SARIF, or has no run.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Audit, Refusal> {
    let text = &*report::measured_text(bytes)?;
    let log: Log<'_> = report::document(text, EXPECTED)?;
    let runs = report::elements(text, log.runs, limits, EXPECTED)?;
    if runs.is_empty() {
        return Err(report::shape(text, "there is no run".to_owned(), EXPECTED));
    }
    let mut collector = Collector::new(limits);
    let mut analyses: Vec<Analysis> = Vec::new();
    // Runs of which nobody knows what they found.
    let mut unread = 0_u32;
    for raw in runs {
        let row = collector.row()?;
        let Some(run) = report::typed::<Run<'_>>(&mut collector, row, raw, EXPECTED) else {
            unread = unread.saturating_add(1);
            continue;
        };
        let Some(findings) = findings(&mut collector, row, text, &run) else {
            unread = unread.saturating_add(1);
            continue;
        };
        let ended_at = run.ended_at();
        let time_ms = report::instant(&mut collector, ended_at.as_deref());
        let same = |known: &&mut Analysis| {
            known.findings.tool == findings.tool && known.findings.category == findings.category
        };
        match analyses.iter_mut().find(same) {
            Some(known) => {
                known.findings.merge(findings);
                known.time_ms = known.time_ms.max(time_ms);
            }
            None => analyses.push(Analysis { findings, row, time_ms }),
        }
    }
    for analysis in &mut analyses {
        analysis.findings.undecided = analysis.findings.undecided.saturating_add(unread);
    }
    for analysis in &analyses {
        analysis.findings.add_to(&mut collector, analysis.row, analysis.time_ms)?;
    }
    collector.received.samples.problems.sort_by_key(|problem| problem.row);
    let tools: Vec<ToolFindings> = analyses.into_iter().map(|analysis| analysis.findings).collect();
    Ok(Audit { received: collector.received, worst: tools.iter().filter_map(ToolFindings::worst).max(), tools })
}

/// What a run found; `None` where nothing of it can be read.
fn findings(collector: &mut Collector<'_>, row: usize, text: &str, run: &Run<'_>) -> Option<ToolFindings> {
    let failed = || format!("{} did not finish", shorten(&run.tool.driver.name));
    let has_failed = run.has_failed();
    if has_failed {
        let expected = "the report of a run that succeeded; what this one found is kept";
        collector.problem(row, wrong("invocations", "failed", failed(), expected));
    }
    let Some(results) = run.results else {
        if !has_failed {
            let expected = "`results`, empty where nothing was found";
            collector.problem(row, wrong("results", "missing", failed(), expected));
        }
        return None;
    };
    let rules = Rules::of(run);
    let (tool, category, instance) = (run.tool.driver.name.clone(), run.category(), run.instance());
    let mut findings = ToolFindings { tool, category, instance, has_failed, ..ToolFindings::default() };
    let (mut number, mut named) = (0_usize, 0_usize);
    // Findings are only counted, so that their number is bounded by the body's size alone.
    let read = report::each_element(text, results, EXPECTED, |raw| {
        number += 1;
        let mut tell = |collector: &mut Collector<'_>, field: &str, detail: String, expected: &str| {
            if named < NAMED {
                collector.problem(row, wrong(field, "syntax", detail, expected));
            } else if named == NAMED {
                collector.problem(row, wrong(field, "syntax", "further results can't be read".to_owned(), expected));
            }
            named += 1;
        };
        let finding = match serde_json::from_str::<Finding<'_>>(raw.get()) {
            Ok(finding) => finding,
            Err(error) => {
                let detail = format!("result {number} can't be read: {}", message(&error));
                tell(collector, "results", detail, EXPECTED);
                findings.undecided = findings.undecided.saturating_add(1);
                return ControlFlow::Continue(());
            }
        };
        let mut tell_all = |collector: &mut Collector<'_>, all: Vec<Told>| {
            for told in all {
                let detail = format!("result {number}, {}: {}", shorten(&finding.name()), told.detail);
                tell(collector, told.field, detail, told.expected);
            }
        };
        let (standing, told) = finding.standing();
        tell_all(collector, told.into_iter().collect());
        match standing {
            Standing::Open => {}
            Standing::Undecided => {
                collector.leave_out("result that a person has to decide about");
                findings.undecided = findings.undecided.saturating_add(1);
                return ControlFlow::Continue(());
            }
            Standing::Closed => {
                collector.leave_out("finding that is not open");
                return ControlFlow::Continue(());
            }
        }
        let judged = rules.judge(&finding);
        tell_all(collector, judged.told);
        match judged.severity {
            Some(severity) => findings.add(severity, rules.is_about_security(&finding), || finding.name()),
            None => findings.undecided = findings.undecided.saturating_add(1),
        }
        ControlFlow::Continue(())
    });
    if let Err(refusal) = read {
        collector.problem(row, wrong("results", "wrong-type", refusal.to_string(), "a list of results"));
        return None;
    }
    Some(findings)
}
