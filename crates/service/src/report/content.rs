//! What one report gives: values of KPIs, samples of series, and what of it is not kept.

use std::collections::BTreeMap;

use formats::audit::{Audit, Severity};
use formats::axe::Accessibility;
use formats::junit::TestRun;
use formats::{Coverage, Limits, Problem, Received, Refusal, Sample, Written};

use super::findings::Standing;
use super::format::Format;
use super::own::Own;
use super::unstable::Verdict;
use super::{Context, number, share};

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
    /// A report whose meaning depends on nothing else.
    pub(super) fn read(format: Format, body: &[u8], context: &Context) -> Result<Self, Refusal> {
        match format {
            Format::Lcov => Ok(Self::of_coverage(formats::lcov::read(body)?)),
            Format::Cobertura => Ok(Self::of_coverage(formats::cobertura::read(body)?)),
            Format::Axe => Ok(Self::of_accessibility(&formats::axe::read(body)?)),
            _ => match format.reader() {
                Some(read) => Ok(Self::of_samples(read(body, &Limits::default())?, context)),
                None => Err(Refusal::Empty),
            },
        }
    }

    pub(super) fn of_tests(run: &TestRun, verdict: &Verdict) -> Self {
        let tests = format!("{} tests, {} failed, {} skipped", run.tests, run.failures + run.errors, run.skipped);
        let mut content = Self { rows: usize::try_from(run.tests).unwrap_or(usize::MAX), ..Self::default() };
        content.values.push(Fed {
            kpi: "test-execution-time",
            value: number(run.duration_seconds),
            unit: Some("s"),
            note: tests.clone(),
            evidence: None,
        });
        content.values.extend(share(verdict.flaky, verdict.tests).map(|percent| Fed {
            kpi: "test-flakiness-rate",
            value: number(percent),
            unit: Some("%"),
            note: verdict.sentence(),
            evidence: None,
        }));
        content.add(sample("test.suite", run.duration_seconds, Some("s"), &[]), Some(tests));
        for (case, result) in &verdict.unstable {
            let labels = [("test", case.name.as_str()), ("suite", &case.suite), ("result", result)];
            content.add(sample("test.failed", 1.0, None, &labels), None);
        }
        if verdict.left_out > 0 {
            content.left_out.insert("failing test beyond those that are kept".to_owned(), verdict.left_out);
        }
        content
    }

    fn of_coverage(coverage: Coverage) -> Self {
        let note = format!("{} of {} lines", coverage.lines_hit, coverage.lines_found);
        let mut content = Self { rows: 1, ..Self::default() };
        let Some(percent) = coverage.percent() else { return content };
        content.values.push(Fed {
            kpi: "code-coverage",
            value: number(percent),
            unit: Some("%"),
            note: note.clone(),
            evidence: None,
        });
        for sample in coverage.samples() {
            content.add(sample, Some(note.clone()));
        }
        content
    }

    pub(super) fn of_accessibility(accessibility: &Accessibility) -> Self {
        let mut content = Self { rows: accessibility.checks, ..Self::default() };
        content.values.push(accessibility_value(accessibility));
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
            let Some(worst) = tool.security else {
                *content.left_out.entry(format!("{}: no scanner for vulnerabilities", tool.tool)).or_default() += 1;
                continue;
            };
            let labels = [("tool", tool.tool.as_str())];
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

pub(super) fn accessibility_value(accessibility: &Accessibility) -> Fed {
    Fed {
        kpi: "wcag-compliance",
        value: Written::Truth(accessibility.meets_wcag_aa()),
        unit: None,
        note: super::own::accessibility_sentence(accessibility),
        evidence: None,
    }
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
