//! Reports that tools write in CI: tests, coverage, accessibility, findings and benchmarks.
//!
//! A report about the platform becomes samples of series, labelled with commit, branch and testbed, and values of KPIs that the
//! catalogue does not compute of those series. One about this dashboard is shown as its own.

mod content;
mod context;
mod findings;
mod format;
mod own;
mod part;
mod piece;
mod place;
mod unstable;
mod whole;

use std::collections::{BTreeMap, HashSet};

use formats::{Draft, Refusal, Target, Written};
use kpi::catalogue::Catalogue;
use kpi::evaluation::known;
use kpi::point::Origin;
use thiserror::Error;

use storage::StoreError;

use crate::dashboard::Dashboard;
use crate::read_workers::{Urgency, give_way};
use crate::reading::{Format as PayloadFormat, Reading};
use crate::receive::{Incoming, Taken};
use crate::record::{Again, Arrived, Receipt, RecordError, sha256_hex};
use crate::validate::{Times, Valid, validate};
use content::{Content, Fed, Noted};
pub use context::Context;
pub use format::{About, Format};
pub use own::OWN_TESTS;
pub use part::{Part, SaidOfPart};
use piece::Piece;
use place::Place;
use whole::Key;

/// A report that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who sends it.
    pub source: String,
    /// What wrote it.
    pub format: Format,
    /// What it is about.
    pub about: About,
    /// The commit, branch and machine that it is about.
    pub context: Context,
    /// Which part of which run it is.
    pub part: Part,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportReceipt {
    /// What was recorded, known already and refused.
    pub receipt: Receipt,
    /// Values of KPIs and samples of series that it gave, those known already included.
    pub kpi_values: usize,
    /// Samples of series that it gave, those known already included.
    pub samples: usize,
    /// The ids of the KPIs that it feeds, by a value or by its samples.
    pub feeds: Vec<String>,
    /// What was understood and is not kept, and how often.
    pub left_out: BTreeMap<String, usize>,
    /// Of how many parts the report is made up so far.
    pub parts: usize,
    /// How many values and samples of earlier parts those of this one took the place of.
    pub superseded: usize,
}

/// Why nothing of a report was recorded.
#[derive(Debug, Error)]
pub enum ReportError {
    /// It can't be read.
    #[error(transparent)]
    Unreadable(#[from] Refusal),
    /// Nobody shows such a report as the dashboard's own.
    #[error("a report of {0} is about the platform")]
    NotOfDashboard(&'static str),
    /// What the sender says beside it can't be kept.
    #[error("{0}")]
    Context(String),
    /// The report has so many or such large parts that they can't be counted together.
    #[error("{0}")]
    TooManyParts(String),
    /// Everything in it was refused, or the store failed.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Report {
    /// A report that was kept with what its sender said beside it.
    fn kept(incoming: Incoming) -> Result<Self, Refusal> {
        let word = |name: &str| Some(incoming.reading.word(name)).filter(|word| !word.is_empty());
        let unknown = |detail: String| Refusal::Shape {
            row: 1,
            column: 1,
            detail,
            expected: "a report as the server took it before".to_owned(),
        };
        let name = incoming.reading.word("report");
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        let format = format.ok_or_else(|| unknown(format!("the format of reports {name} is not known")))?;
        let about = if word("about") == Some("dashboard") { About::Dashboard } else { About::Platform };
        let context = Context::new(word("commit"), word("branch"), word("testbed"));
        let context = context.map_err(|(name, detail)| unknown(format!("{name}: {detail}")))?;
        let part = Part::new(SaidOfPart {
            run: word("run"),
            attempt: word("attempt"),
            job: word("job"),
            path: word("path"),
            category: word("category"),
        });
        let part = part.map_err(|(name, detail)| unknown(format!("{name}: {detail}")))?;
        Ok(Self { format, about, context, part, source: incoming.source, body: incoming.body })
    }

    fn arrived(self, again: Option<Again>) -> Arrived {
        let about = if self.about == About::Dashboard { "dashboard" } else { "platform" };
        let reading = Reading::of(PayloadFormat::Report).with("report", self.format.name()).with("about", about);
        let reading =
            self.context.labels().into_iter().fold(reading, |reading, (name, value)| reading.with(name, value));
        let reading = self.part.words().iter().fold(reading, |reading, (name, value)| reading.with(name, value));
        let content_type = self.format.content_type().to_owned();
        let (source, body) = (self.source, self.body);
        Arrived { source, content_type, body, reading: Some(reading), problems: Vec::new(), again }
    }
}

impl Dashboard {
    /// Records a report with its bytes. The same report about the same commit is recorded once a day.
    ///
    /// # Errors
    /// [`ReportError`] where nothing could be recorded.
    pub async fn record_report(&self, report: Report) -> Result<ReportReceipt, ReportError> {
        self.record_or_repeat(report, None).await
    }

    /// A report that came before and is read again.
    pub(crate) async fn take_report(&self, incoming: Incoming, again: Option<Again>) -> Result<Taken, RecordError> {
        let report = Report::kept(incoming)?;
        match self.record_or_repeat(report, again).await {
            Ok(done) => Ok(Taken::of(done.receipt)),
            Err(ReportError::Unreadable(refusal)) => Err(refusal.into()),
            Err(ReportError::Record(error)) => Err(error),
            Err(error @ (ReportError::NotOfDashboard(_) | ReportError::Context(_) | ReportError::TooManyParts(_))) => {
                Err(Refusal::Shape {
                    row: 1,
                    column: 1,
                    detail: error.to_string(),
                    expected: "a report as the server took it before".to_owned(),
                }
                .into())
            }
        }
    }

    async fn record_or_repeat(&self, report: Report, again: Option<Again>) -> Result<ReportReceipt, ReportError> {
        let ((report, read), turn) = self
            .readers
            .run(report.body.len(), move || {
                let read = read(&report);
                (report, read)
            })
            .await
            .map_err(RecordError::from)?;
        // Parts that come at the same time find each other one after the other.
        let order = match Key::of(&report) {
            Some(_) => Some(self.report_order.lock().await),
            None => None,
        };
        let stated = match self.stated(&report, read).await {
            Err(ReportError::Unreadable(refusal)) => {
                let told = self.keep_unreadable(report.arrived(again), refusal).await?;
                return Err(match told {
                    RecordError::Unreadable(refusal) => refusal.into(),
                    other => other.into(),
                });
            }
            stated => stated?,
        };
        let now_ms = again.as_ref().map_or_else(|| self.now_ms(), |again| again.received_ms);
        let times = Times { came_ms: now_ms, now_ms: self.now_ms() };
        let mut made = Made::default();
        for (at, stated) in stated.into_iter().enumerate() {
            let more = self.made(&report, stated, times, now_ms);
            if at == 0 { made = more } else { made.valid.extend(more.valid) }
        }
        let Made { valid, problems, feeds, kpi_values, samples, rows, left_out, parts } = made;
        let superseded = valid.iter().filter(|valid| valid.supersedes.is_some()).count();
        let guard = self.write_guard().await;
        let (valid, problems) = self.with_room(&report.source, valid, problems);
        let without_room = problems.iter().filter(|problem| problem.code == "too-many-series").count();
        let samples = samples.saturating_sub(without_room);
        if valid.is_empty() && !problems.is_empty() {
            drop(guard);
            self.keep_dead(report.arrived(again), &problems).await.map_err(RecordError::from)?;
            return Err(RecordError::Refused { problems, rows: rows.max(1) }.into());
        }
        self.source_health.accepted(&report.source);
        let waiting = problems.iter().filter(|problem| may_end_otherwise(problem)).cloned().collect();
        let arrived = Arrived { problems: waiting, ..report.arrived(again) };
        let receipt = self.keep(guard, arrived, valid).await.map_err(RecordError::from)?;
        drop(order);
        let superseded = if receipt.accepted == 0 { 0 } else { superseded };
        let receipt = Receipt { refused: problems, ..receipt };
        // It is kept by now: that nobody can tell which KPIs have a value is no reason to refuse it.
        let feeds = self.with_value(feeds).await.unwrap_or_else(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "what a report feeds could not be computed");
            Vec::new()
        });
        drop(turn);
        Ok(ReportReceipt { receipt, kpi_values, samples, feeds, left_out, parts, superseded })
    }

    /// What is recorded of what a report states.
    fn made(&self, report: &Report, stated: Stated, times: Times, now_ms: i64) -> Made {
        let (content, place) = (stated.content, stated.place);
        let catalogue = self.catalogue();
        let origin = if report.about == About::Dashboard { Origin::Dashboard } else { Origin::Measured };
        let series: HashSet<&str> = content.samples.iter().map(|noted| noted.sample.series.as_str()).collect();
        let computed = computed_of(&catalogue, &series);
        let mut feeds: HashSet<&str> = computed.iter().copied().collect();
        let mut drafts = Vec::new();
        for fed in content.values {
            let Some(kpi) = catalogue.kpi_or_measure(fed.kpi) else { continue };
            if !computed.contains(kpi.id.as_str()) {
                feeds.extend(catalogue.kpis.iter().filter(|it| it.measure == kpi.measure).map(|it| it.id.as_str()));
                drafts.push(value_draft(fed, &report.context, &place, now_ms));
            }
        }
        let kpi_values = drafts.len();
        drafts.extend(content.samples.into_iter().map(|noted| sample_draft(noted, &place, now_ms)));
        let samples = drafts.len() - kpi_values;
        let mut problems = content.problems;
        let mut valid: Vec<Valid> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            match validate(&catalogue, draft, times, origin, self.settings.demo) {
                Ok(checked) => valid.push(checked),
                Err(problem) => problems.push(problem),
            }
        }
        valid.extend(content.own.map(|own| own.valid(&place, now_ms)));
        let feeds = feeds.into_iter().map(str::to_owned).collect();
        let (parts, rows, left_out) = (place.parts, content.rows, content.left_out);
        let valid = place.supersede(report.format, valid);
        Made { valid, problems, feeds, kpi_values, samples, rows, left_out, parts }
    }

    /// Those of the KPIs that have a value now: what a measurement needs may not have come yet. They alone are computed, so that
    /// the receipt waits for nothing that a reader asked for.
    async fn with_value(&self, mut ids: Vec<String>) -> Result<Vec<String>, StoreError> {
        let (catalogue, series, now_ms) = (self.catalogue(), self.read_series(), self.now_ms());
        let work = async move {
            ids.sort_unstable();
            ids.dedup();
            let mut with_value = Vec::with_capacity(ids.len());
            for id in ids {
                give_way().await;
                let Some((_, kpi)) = catalogue.kpi(&id) else { continue };
                let known = series.ask(|source| known(&catalogue, kpi, source, now_ms)).await?;
                with_value.extend(known.map(|_| id));
            }
            Ok(with_value)
        };
        self.read_workers.run(Urgency::Duty, work).await
    }

    /// What a report states together with the other parts that it belongs to, first of the try that it is of.
    async fn stated(&self, report: &Report, read: Result<Read, ReportError>) -> Result<Vec<Stated>, ReportError> {
        let mut all = match read? {
            Read::Content(content) => vec![Stated { content: *content, place: Place::alone(identity(report)) }],
            Read::Piece(piece) => {
                let mut all = Vec::new();
                for (whole, place) in self.placed(report, *piece).await? {
                    let piece = Piece::unite(whole.pieces)?;
                    all.push(Stated { content: self.content_of(report, piece, &whole.hashes).await?, place });
                }
                all
            }
        };
        for Stated { content, place } in &mut all {
            content.complete(&report.context).map_err(ReportError::Context)?;
            content.tell_parts(place.parts);
        }
        Ok(all)
    }

    async fn content_of(&self, report: &Report, piece: Piece, hashes: &[String]) -> Result<Content, ReportError> {
        if report.about == About::Dashboard {
            return own::of(piece, report.format);
        }
        Ok(match piece {
            Piece::Tests(tests) => {
                let earlier = self.earlier_runs(report, hashes).await?;
                let cases: Vec<_> = tests.cases().cloned().collect();
                Content::of_tests(tests, &unstable::judge(&cases, &earlier))
            }
            Piece::Coverage(files) => Content::of_coverage(files),
            Piece::Pages(pages) => Content::of_accessibility(pages),
            Piece::Findings(audit) => {
                let standing =
                    self.standing_findings(&audit, report.context.branch()).await.map_err(RecordError::Store)?;
                Content::of_findings(audit, &standing)
            }
        })
    }
}

/// Whether reading the report again may come to another end: what it does not say, and what a person has to decide, it says never.
fn may_end_otherwise(problem: &formats::Problem) -> bool {
    !matches!((problem.field.as_str(), problem.code), (_, "undecided") | ("time", "missing"))
}

/// What a report states, and where it stands among the others.
struct Stated {
    content: Content,
    place: Place,
}

/// What is recorded of it.
#[derive(Default)]
struct Made {
    valid: Vec<Valid>,
    problems: Vec<formats::Problem>,
    feeds: Vec<String>,
    kpi_values: usize,
    samples: usize,
    rows: usize,
    left_out: BTreeMap<String, usize>,
    parts: usize,
}

/// What was read of a report's bytes.
enum Read {
    /// It stands for itself.
    Content(Box<Content>),
    /// It may be one of several parts.
    Piece(Box<Piece>),
}

fn read(report: &Report) -> Result<Read, ReportError> {
    if report.about == About::Dashboard && !own::takes(report.format) {
        return Err(ReportError::NotOfDashboard(report.format.name()));
    }
    Ok(match Piece::read(report)? {
        Some(piece) => Read::Piece(Box::new(piece)),
        None => Read::Content(Box::new(Content::read(report.format, &report.body, &report.context)?)),
    })
}

/// The KPIs that the catalogue computes of these series and of no other one.
fn computed_of<'catalogue>(catalogue: &'catalogue Catalogue, series: &HashSet<&str>) -> HashSet<&'catalogue str> {
    let (mut here, mut elsewhere) = (HashSet::new(), HashSet::new());
    for need in catalogue.series().into_iter().filter(|need| !need.measures.is_empty()) {
        if series.contains(need.name.as_str()) { &mut here } else { &mut elsewhere }.extend(need.kpis);
    }
    let is_computed = |id: &&str| here.contains(*id) && !elsewhere.contains(*id);
    catalogue.kpis.iter().map(|kpi| kpi.id.as_str()).filter(is_computed).collect()
}

/// What makes two reports the same: their bytes, and what they are about.
fn identity(report: &Report) -> String {
    let about = if report.about == About::Dashboard { "dashboard" } else { "platform" };
    let labels = report.context.labels().into_iter().map(|(name, value)| format!(" {name}={value}"));
    let said = format!("{} {about}{}", report.format.name(), labels.collect::<Vec<_>>().concat());
    let digest = sha256_hex(format!("{said}\n{}", sha256_hex(&report.body)).as_bytes());
    digest.get(..16).unwrap_or(&digest).to_owned()
}

/// The same report on the same day is the same observation; on a later day it says that the value still holds, unless it is about a run,
/// which is over.
fn value_draft(fed: Fed, context: &Context, place: &Place, now_ms: i64) -> Draft {
    Draft {
        row: 0,
        external_id: Some(format!("{}:{}:{}", place.identity, place.day(now_ms), fed.kpi)),
        target: Target::Kpi(fed.kpi.to_owned()),
        value: fed.value,
        unit: fed.unit.map(str::to_owned),
        time: None,
        note: Some(fed.note),
        evidence: fed.evidence,
        person: None,
        origin: None,
        labels: context.labels().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }
}

/// A sample that says its own time is the same on every day.
fn sample_draft(noted: Noted, place: &Place, now_ms: i64) -> Draft {
    let Noted { sample, note, key, row } = noted;
    let when = sample.time_ms.map_or_else(|| place.day(now_ms), |time_ms| time_ms.to_string());
    let draft = crate::receive::draft(sample, row);
    Draft { external_id: Some(format!("{}:{when}:{key}", place.identity)), note, ..draft }
}

fn number(value: f64) -> Written {
    Written::Number(value, value.to_string())
}

fn share(part: u64, whole: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "no test run has 2^52 tests")]
    let percent = (whole > 0).then(|| part as f64 / whole as f64 * 100.0);
    percent
}
