//! What one report gives: values of KPIs, samples of series, and what of it is not kept.

use std::collections::BTreeMap;

use formats::audit::{Audit, Severity};
use formats::axe::{Accessibility, AccessibilityReport};
use formats::junit::TestReport;
use formats::{FileCoverage, Limits, Problem, Received, Refusal, Sample, Written};

use super::findings::Standing;
use super::format::Format;
use super::own::Own;
use super::unstable::Verdict;
use super::{Context, number};

/// A value of a KPI.
pub(super) struct Fed {
    pub(super) kpi: &'static str,
    pub(super) value: Written,
    pub(super) unit: Option<&'static str>,
    pub(super) note: String,
    pub(super) evidence: Option<String>,
}

/// A sample with its remark.
pub(super) struct Noted {
    pub(super) sample: Sample,
    pub(super) note: Option<String>,
    /// What tells it from the report's other samples.
    pub(super) key: String,
    pub(super) row: usize,
}

#[derive(Default)]
pub(super) struct Content {
    pub(super) values: Vec<Fed>,
    pub(super) samples: Vec<Noted>,
    pub(super) problems: Vec<Problem>,
    pub(super) left_out: BTreeMap<String, usize>,
    pub(super) own: Option<Own>,
    pub(super) rows: usize,
}

impl Content {
    /// A report that stands for itself.
    pub(super) fn read(format: Format, body: &[u8], context: &Context) -> Result<Self, Refusal> {
        match format.reader() {
            Some(read) => Ok(Self::of_samples(read(body, &Limits::default())?, context)),
            None => Err(Refusal::Empty),
        }
    }

    pub(super) fn of_tests(report: TestReport, verdict: &Verdict) -> Self {
        let run = report.sum();
        let tests = format!("{} tests, {} failed, {} skipped", run.tests, run.failures + run.errors, run.skipped);
        let mut content = Self { rows: usize::try_from(run.tests).unwrap_or(usize::MAX), ..Self::default() };
        content.problems = report.problems;
        if let Some(seconds) = run.duration_seconds {
            content.values.push(Fed {
                kpi: "test-execution-time",
                value: number(seconds),
                unit: Some("s"),
                note: tests.clone(),
                evidence: None,
            });
            content.add(sample("test.suite", seconds, Some("s"), &[]), Some(tests));
        } else if report.untimed > 0 {
            content.problems.push(untimed(report.untimed));
        }
        content.values.extend(verdict.flaky_percent().map(|percent| Fed {
            kpi: "test-flakiness-rate",
            value: number(percent),
            unit: Some("%"),
            note: verdict.sentence(),
            evidence: None,
        }));
        for (case, result) in &verdict.unstable {
            let labels = [("test", case.name.as_str()), ("suite", &case.suite), ("result", result)];
            content.add(sample("test.failed", 1.0, None, &labels), None);
        }
        if verdict.left_out > 0 {
            content.left_out.insert("failing test beyond those that are kept".to_owned(), verdict.left_out);
        }
        content
    }

    pub(super) fn of_coverage(files: FileCoverage) -> Self {
        let coverage = files.total();
        let note = format!("{} of {} lines", coverage.lines_hit, coverage.lines_found);
        let (percent, without_lines) = (files.percent(), files.without_lines());
        let mut content = Self { rows: 1, problems: files.problems, ..Self::default() };
        let Some(percent) = percent else {
            content.problems.extend((without_lines > 0).then(|| uncounted(without_lines)));
            return content;
        };
        let note = if without_lines > 0 { "as the report states it, which tells no lines".to_owned() } else { note };
        content.values.push(Fed {
            kpi: "code-coverage",
            value: number(percent),
            unit: Some("%"),
            note: note.clone(),
            evidence: None,
        });
        if without_lines > 0 {
            return content;
        }
        for sample in coverage.samples() {
            content.add(sample, Some(note.clone()));
        }
        content
    }

    pub(super) fn of_accessibility(report: AccessibilityReport) -> Self {
        let accessibility = &report.sum();
        let mut content = Self { rows: accessibility.checks, problems: report.problems, ..Self::default() };
        content.tell_accessibility(accessibility);
        if accessibility.rules_looked == 0 {
            return content;
        }
        let found = accessibility.violations;
        for (impact, count) in [
            ("critical", found.critical),
            ("serious", found.serious),
            ("moderate", found.moderate),
            ("minor", found.minor),
            ("unrated", found.unrated),
        ] {
            let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            content.add(sample("accessibility.violation", count, None, &[("impact", impact)]), None);
        }
        content
    }

    pub(super) fn of_findings(audit: Audit, standing: &Standing) -> Self {
        let mut content = Self::of_received(audit.received);
        for tool in &audit.tools {
            let Some(worst) = standing.of_tool(tool) else {
                let why = if tool.looks_at_style() { "no scanner for vulnerabilities" } else { "nothing certain" };
                *content.left_out.entry(format!("{}: {why}", tool.tool)).or_default() += 1;
                continue;
            };
            let mut labels = vec![("tool", tool.tool.as_str())];
            labels.extend(Some(("category", tool.category.as_str())).filter(|(_, category)| !category.is_empty()));
            content.add(sample("security.worst", worst.number(), Some("severity"), &labels), Some(standing.of(tool)));
        }
        content.values.extend(standing.worst().map(|worst: Severity| Fed {
            kpi: "security-vulnerabilities",
            value: Written::Text(worst.word().to_owned()),
            unit: None,
            note: standing.note(),
            evidence: standing.evidence(),
        }));
        content
    }

    fn of_samples(received: Received, about: &Context) -> Self {
        let mut given = Self::of_received(received);
        if let Some(platform) = about.platform() {
            let lacks = |noted: &&mut Noted| noted.sample.labels.iter().all(|(name, _)| name != "platform");
            let benchmarks = given.samples.iter_mut().filter(|noted| noted.sample.series.starts_with("benchmark."));
            for noted in benchmarks.filter(lacks) {
                noted.sample.labels.push(("platform".to_owned(), platform.to_owned()));
            }
        }
        given
    }

    fn of_received(received: Received) -> Self {
        let mut content = Self { rows: received.samples.rows, problems: received.samples.problems, ..Self::default() };
        content.left_out = received.left_out.into_iter().map(|(what, count)| (what.to_owned(), count)).collect();
        for sample in received.samples.samples {
            content.add(sample, None);
        }
        content
    }

    fn add(&mut self, sample: Sample, note: Option<String>) {
        let row = self.samples.len() + 1;
        // What a report says of its tests may change when it comes again, so its samples are told apart by the tests.
        let key = if sample.series == "test.failed" {
            let named = sample.labels.iter().filter(|(name, _)| name != "result");
            let said: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
            let digest = crate::record::sha256_hex(said.join("\n").as_bytes());
            format!("failed:{}", digest.get(..16).unwrap_or(&digest))
        } else {
            row.to_string()
        };
        self.samples.push(Noted { sample, note, key, row });
    }

    /// Whether the pages meet the level, or why nobody can say so.
    pub(super) fn tell_accessibility(&mut self, accessibility: &Accessibility) {
        let Some(is_met) = accessibility.meets_wcag_aa() else {
            self.problems.push(undecided(accessibility));
            return;
        };
        self.values.push(Fed {
            kpi: "wcag-compliance",
            value: Written::Truth(is_met),
            unit: None,
            note: super::own::accessibility_sentence(accessibility),
            evidence: None,
        });
    }

    /// Says beside each value of how many parts it is made up.
    pub(super) fn tell_parts(&mut self, parts: usize) {
        if parts < 2 {
            return;
        }
        let told =
            |note: &str| if note.is_empty() { format!("{parts} parts") } else { format!("{note}; {parts} parts") };
        for fed in &mut self.values {
            fed.note = told(&fed.note);
        }
        for noted in &mut self.samples {
            noted.note = Some(told(noted.note.as_deref().unwrap_or_default()));
        }
        if let Some(own) = &mut self.own {
            own.sentence = told(&own.sentence);
        }
    }

    /// Gives every sample the labels of the context.
    pub(super) fn complete(&mut self, context: &Context) -> Result<(), String> {
        let mut samples: Vec<Sample> = self.samples.iter().map(|noted| noted.sample.clone()).collect();
        formats::complete(&mut samples, &context.labels(), None, &Limits::default())?;
        for (noted, sample) in self.samples.iter_mut().zip(samples) {
            noted.sample = sample;
        }
        Ok(())
    }
}

/// Why the coverage of several parts is not known.
fn uncounted(parts: usize) -> Problem {
    let detail =
        format!("{parts} parts state a share and tell no lines: what they weigh among the others is not known");
    let expected = "`lines-valid` and `lines-covered`, or <line number hits>, in every part".to_owned();
    Problem { row: 1, field: "line-rate".to_owned(), code: "undecided", detail, expected }
}

/// Why the duration of a run is not known.
fn untimed(tests: usize) -> Problem {
    let detail = format!("{tests} tests do not say how long they took, and no total is stated");
    let expected = "`time` in seconds of each test, or of their suite".to_owned();
    Problem { row: 1, field: "time".to_owned(), code: "missing", detail, expected }
}

/// Why nobody can say whether the pages meet level AA.
fn undecided(accessibility: &Accessibility) -> Problem {
    let (detail, expected) = if !accessibility.unknown_violations.is_empty() && accessibility.undecided.is_empty() {
        let rules = formats::axe::undecided_sentence(accessibility);
        let detail = format!("rules are violated whose level is not known: {rules} pages");
        (detail, "results whose rules have the tags that axe gives them")
    } else if accessibility.undecided.is_empty() {
        let checks = accessibility.checks_without_level_aa;
        let detail = format!("on {checks} of {} pages axe looked at no rule of level A or AA", accessibility.checks);
        (detail, "results of rules tagged `wcag2a`, `wcag2aa`, `wcag21a` or `wcag21aa`, on every page")
    } else {
        let rules = formats::axe::undecided_sentence(accessibility);
        let detail = format!("axe could not decide rules of level A or AA: {rules} pages");
        (detail, "a person who looks at them and enters the verdict")
    };
    let (field, expected) = ("wcag-compliance".to_owned(), expected.to_owned());
    Problem { row: accessibility.checks.max(1), field, code: "undecided", detail, expected }
}

/// A sample of this moment.
fn sample(series: &str, value: f64, unit: Option<&str>, labels: &[(&str, &str)]) -> Sample {
    Sample {
        series: series.to_owned(),
        time_ms: None,
        value,
        unit: unit.map(str::to_owned),
        labels: labels.iter().map(|(name, value)| ((*name).to_owned(), fitting(value))).collect(),
        ..Sample::default()
    }
}

/// A text that fits into a label.
fn fitting(text: &str) -> String {
    let plain = |character: char| if character.is_control() { ' ' } else { character };
    text.chars().map(plain).take(Limits::default().label_chars).collect()
}
