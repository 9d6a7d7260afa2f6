//! From a benchmark's headline to observations of the KPIs that it can speak for.

use formats::{Draft, Drafts, Target, Written};
use kpi::point::Origin;

use super::report::{BenchmarkReport, Headline};
use crate::dashboard::Dashboard;
use crate::record::Submission;

/// The source of these observations.
const SOURCE: &str = "embedded-engine";

impl Dashboard {
    /// Records what the report says of the KPIs and returns a sentence about it.
    pub(super) async fn record_benchmark(&self, run_id: &str, report_json: &str) -> Result<String, String> {
        let report = BenchmarkReport::parse(report_json)?;
        let Some(headline) = &report.headline else {
            return Ok(report.headline_absence_reason.unwrap_or_else(|| "The run has no headline.".to_owned()));
        };
        let parameters = report.measured().next().map_or(0.0, |scheme| scheme.parameters);
        let note = format!(
            "{} on the embedded engine's reference model of {:.1} million parameters",
            headline.scheme,
            parameters / 1e6
        );
        let catalogue = self.catalogue();
        let drafts: Vec<Draft> = (1..)
            .zip(fed(headline).into_iter().filter(|(kpi, ..)| catalogue.kpi(kpi).is_some()))
            .map(|(row, (kpi, value, unit))| Draft {
                row,
                target: Target::Kpi(kpi.to_owned()),
                value: Written::Number(value, value.to_string()),
                unit: Some(unit.to_owned()),
                time: None,
                external_id: Some(format!("{run_id}:{kpi}")),
                note: Some(note.clone()),
                evidence: Some(format!("/benchmarks?run={run_id}")),
                person: None,
                origin: None,
                labels: Vec::new(),
            })
            .collect();
        if !drafts.is_empty() {
            let rows = drafts.len();
            let submission = Submission {
                source: SOURCE.to_owned(),
                content_type: "application/json".to_owned(),
                body: report_json.as_bytes().to_vec(),
                drafts: Drafts { drafts, problems: Vec::new(), rows },
                partial: false,
                origin: Origin::EmbeddedEngine,
                reading: None,
            };
            self.record(submission).await.map_err(|error| error.to_string())?;
        }
        Ok(sentence(headline))
    }
}

/// The KPIs that a headline speaks for: id, value, unit.
pub(crate) fn fed(headline: &Headline) -> Vec<(&'static str, f64, &'static str)> {
    #[expect(clippy::cast_precision_loss, reason = "there are a dozen schemes")]
    let schemes = headline.supported_schemes as f64;
    let mut fed = vec![
        ("model-size-reduction", headline.size_reduction_percent, "%"),
        ("inference-speed-improvement", headline.speedup_factor, "x"),
        ("supported-quantization-types", schemes, "count"),
    ];
    if let Some(reduction) = headline.memory_reduction_percent {
        fed.insert(2, ("memory-footprint", reduction, "%"));
    }
    fed
}

/// What a headline says, as a sentence.
pub(crate) fn sentence(headline: &Headline) -> String {
    let memory = headline
        .memory_reduction_percent
        .map_or_else(String::new, |reduction| format!(", in a process that holds {reduction:.1}% less memory"));
    format!(
        "{} generates {:.2} times as fast as f32 with weights {:.1}% smaller{memory}; {} quantisation schemes ran.",
        headline.scheme, headline.speedup_factor, headline.size_reduction_percent, headline.supported_schemes
    )
}
