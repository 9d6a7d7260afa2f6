//! The benchmarks: runs of the embedded engine, the latest in full.

use super::ChartView;

/// The benchmarks page.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarksPage {
    /// The run that is under way; `None` where none is.
    pub running: Option<RunSummary>,
    /// The run that is shown in full: the one asked for, or the latest that finished.
    pub shown: Option<RunView>,
    /// Past runs, the newest first.
    pub runs: Vec<RunSummary>,
    /// What the numbers are about: "the embedded engine's reference model, not the platform".
    pub notice: String,
}

/// A run in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSummary {
    /// Its id, as in `/benchmarks?run=`.
    pub id: String,
    /// When it started, for reading.
    pub started_text: String,
    /// `running`, `done`, `failed`, `cancelled` or `interrupted`.
    pub state: String,
    /// The same in words.
    pub state_words: String,
    /// The headline or the reason of a failure.
    pub message: String,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunView {
    /// The run in one line.
    pub summary: RunSummary,
    /// The machine: names and values.
    pub machine: Vec<(String, String)>,
    /// The plan: names and values.
    pub plan: Vec<(String, String)>,
    /// What the run says, in a sentence; or why it says nothing.
    pub headline: String,
    /// The KPIs that it fed, with the value: slug, name, value.
    pub fed: Vec<(String, String, String)>,
    /// One row for each scheme.
    pub schemes: Vec<SchemeRow>,
    /// Generated tokens per second by scheme, and weight size by scheme.
    pub charts: Vec<ChartView>,
}

/// One scheme of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemeRow {
    /// Its name, `Q8_0`.
    pub scheme: String,
    /// The size of the weights.
    pub weights: String,
    /// Generated tokens per second, the median with its interval.
    pub generation: String,
    /// Prompt tokens per second, the median with its interval.
    pub prompt: String,
    /// The memory of its process.
    pub memory: String,
    /// The output's relative error against f32.
    pub error: String,
    /// How often the most likely token is the same.
    pub agreement: String,
    /// The reason where it could not run.
    pub unsupported: Option<String>,
}

use chart::{ChartKind, ChartModel, ChartPoint, Position, Series, UnitLabel};
use kpi::display;
use kpi::unit::Unit;
use storage::stored_state::UnreadableState;
use storage::{BenchmarkRun, StoreError};

use crate::benchmark::{self, BenchmarkReport, MeasuredRate, MeasuredScheme, SchemeEntry};
use crate::dashboard::Dashboard;
use crate::instant;
use crate::stored_states;

/// How many runs are listed.
const LISTED: u32 = 20;
/// From this load average on, other work shared the processor with the run.
const BUSY_LOAD: f64 = 0.5;

impl Dashboard {
    /// The benchmarks that were started by an instant; `wanted` is the id of the run to show in full, else the latest that is
    /// done.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn benchmarks_page(&self, wanted: Option<&str>, until_ms: i64) -> Result<BenchmarksPage, StoreError> {
        let mut runs = self.store().benchmark_runs(LISTED).await?;
        runs.retain(|run| run.started_ms <= until_ms);
        let shown = match wanted {
            Some(id) => self.store().benchmark_run(id).await?,
            None => runs.iter().find(|run| run.state == "done").cloned(),
        };
        let under_way = self.benchmark_under_way();
        let running = under_way.and_then(|(id, step)| {
            let run = runs.iter().find(|run| run.id == id)?;
            Some(RunSummary { message: step.text, ..summary(run) })
        });
        Ok(BenchmarksPage {
            running,
            shown: shown.as_ref().map(|run| self.run_view(run)).transpose()?.flatten(),
            runs: runs.iter().map(summary).collect(),
            notice:
                "Measured on this machine with the embedded engine's reference model: real shapes, random weights. \
                     The numbers say what number formats cost and gain here, not how fast the Inferno platform is."
                    .to_owned(),
        })
    }

    fn run_view(&self, run: &BenchmarkRun) -> Result<Option<RunView>, UnreadableState> {
        let Some(report) = stored_states::report(run)? else { return Ok(None) };
        let catalogue = self.catalogue();
        let fed = report
            .headline
            .iter()
            .flat_map(benchmark::fed)
            .filter_map(|(id, value, unit)| {
                let (_, kpi) = catalogue.kpi(id)?;
                let unit = Unit::parse(unit).ok()?;
                Some((kpi.id.clone(), kpi.name.clone(), display::value(value, &unit)))
            })
            .collect();
        Ok(Some(RunView {
            summary: summary(run),
            machine: pairs(&report.machine).into_iter().chain(load(&report)).collect(),
            plan: pairs(&report.plan),
            headline: report.headline.as_ref().map_or_else(
                || report.headline_absence_reason.clone().unwrap_or_else(|| "The run has no headline.".to_owned()),
                benchmark::sentence,
            ),
            fed,
            schemes: report.schemes.iter().map(scheme_row).collect(),
            charts: ["speed", "size"]
                .into_iter()
                .filter_map(|name| {
                    let csv_href = format!("/api/v1/benchmarks/{}/{name}.csv", run.id);
                    Some(ChartView::of(&model(&report, name)?, csv_href, usize::MAX))
                })
                .collect(),
        }))
    }
}

/// How busy the machine was before the run; figures of a busy machine are not worth comparing.
fn load(report: &BenchmarkReport) -> Option<(String, String)> {
    let load = report.load_average_before?;
    let verdict = if load > BUSY_LOAD { "busy: figures are too low" } else { "quiet" };
    Some(("load before the run".to_owned(), format!("{load:.2} ({verdict})")))
}

fn summary(run: &BenchmarkRun) -> RunSummary {
    let words = match run.state.as_str() {
        "running" => "Running",
        "done" => "Done",
        "failed" => "Failed",
        "cancelled" => "Cancelled",
        "interrupted" => "Interrupted by a restart",
        other => other,
    };
    RunSummary {
        id: run.id.clone(),
        started_text: instant::short(run.started_ms),
        state: run.state.clone(),
        state_words: words.to_owned(),
        message: run.message.clone().unwrap_or_default(),
    }
}

fn pairs(map: &serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (key, value) in map {
        let name = key.replace('_', " ");
        match value {
            serde_json::Value::Object(inner) => pairs.extend(self::pairs(inner)),
            serde_json::Value::Array(items) => {
                let texts: Vec<String> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
                pairs.push((name, texts.join(", ")));
            }
            serde_json::Value::String(text) => pairs.push((name, text.clone())),
            other => pairs.push((name, other.to_string())),
        }
    }
    pairs
}

fn rate(rate: &MeasuredRate) -> String {
    format!(
        "{:.1} ({:.1} to {:.1}, {} runs)",
        rate.median_tokens_per_second, rate.minimum_tokens_per_second, rate.maximum_tokens_per_second, rate.repetitions
    )
}

fn scheme_row(entry: &SchemeEntry) -> SchemeRow {
    let bytes = |count: f64| Unit::parse("B").map_or_else(|_| count.to_string(), |unit| display::value(count, &unit));
    match entry {
        SchemeEntry::Measured(scheme) => SchemeRow {
            scheme: scheme.scheme.clone(),
            weights: bytes(scheme.weight_bytes),
            generation: rate(&scheme.generation),
            prompt: rate(&scheme.prompt),
            memory: scheme
                .process_memory
                .map_or_else(|| "not measured".to_owned(), |memory| bytes(memory.resident_bytes)),
            error: format!("{:.4}", scheme.logits_relative_error),
            agreement: format!("{:.0}%", scheme.first_choice_agreement_share * 100.0),
            unsupported: None,
        },
        SchemeEntry::NotMeasured { scheme, reason } => SchemeRow {
            scheme: scheme.clone(),
            weights: String::new(),
            generation: String::new(),
            prompt: String::new(),
            memory: String::new(),
            error: String::new(),
            agreement: String::new(),
            unsupported: Some(reason.clone()),
        },
    }
}

/// One of the charts of a run: `speed` or `size`; `None` for another name, or a run without a readable report.
pub fn chart_model(run: &BenchmarkRun, name: &str) -> Option<ChartModel> {
    let report = stored_states::report(run).ok()??;
    model(&report, name)
}

fn model(report: &BenchmarkReport, name: &str) -> Option<ChartModel> {
    let (title, unit, value): (_, _, fn(&MeasuredScheme) -> f64) = match name {
        "speed" => ("Generated tokens per second", "tokens/s", |scheme| scheme.generation.median_tokens_per_second),
        "size" => ("Size of the weights", "MB", |scheme| scheme.weight_bytes / 1e6),
        _ => return None,
    };
    let points = report
        .measured()
        .map(|scheme| ChartPoint { x: Position::Category(scheme.scheme.clone()), y: value(scheme), note: None })
        .collect();
    Some(ChartModel {
        id: format!("benchmark-{name}"),
        title: title.to_owned(),
        subject: title.to_owned(),
        unit: UnitLabel::with_suffix(1, format!(" {unit}")),
        kind: ChartKind::Bars,
        series: vec![Series { name: title.to_owned(), points }],
        targets: Vec::new(),
        zero_based: true,
        ..ChartModel::default()
    })
}
