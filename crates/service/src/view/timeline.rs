//! What happened to a KPI: deployments, target changes, gate decisions, incidents, baselines and comments.

use chart::{Annotation, AnnotationKind, Position};
use governance::{Decision, NoteKind};
use kpi::catalogue::Kpi;
use kpi::display;

use super::kpi_page::TimelineRow;
use storage::StoreError;

use crate::dashboard::Dashboard;
use crate::instant;

/// The series of deployments and incidents, by the vocabulary of docs/catalogue.md.
const DEPLOYMENTS: &str = "deployment";
const INCIDENTS: &str = "incident";
/// How many rows of each kind are told; the newest.
const MOST_OF_A_KIND: usize = 30;
/// How many versions of the catalogue are compared for it.
const MOST_VERSIONS: usize = 100;
/// Among how many of the latest samples those with a label are looked for.
const LOOKED_AT: usize = 10_000;

/// One thing that happened, as row and as mark.
struct Happened {
    time_ms: i64,
    kind: AnnotationKind,
    text: String,
    person: Option<String>,
}

impl Dashboard {
    /// What happened to a KPI up to an instant, the newest first, and the same as marks for its chart.
    pub(super) async fn timeline(
        &self,
        kpi: &Kpi,
        instant_ms: i64,
    ) -> Result<(Vec<TimelineRow>, Vec<Annotation>), StoreError> {
        let mut happened = self.sent(DEPLOYMENTS, None, AnnotationKind::Deployment, instant_ms).await?;
        let opened = Some(("event", "opened"));
        happened.extend(self.sent(INCIDENTS, opened, AnnotationKind::Incident, instant_ms).await?);
        happened.extend(self.noted(&kpi.id, instant_ms));
        happened.extend(self.ruled(kpi, instant_ms));
        happened.sort_by_key(|one| std::cmp::Reverse(one.time_ms));
        let marks = happened
            .iter()
            .map(|one| Annotation { x: Position::Time(one.time_ms), kind: one.kind, label: one.text.clone() })
            .collect();
        let rows = happened
            .into_iter()
            .map(|one| TimelineRow {
                time: instant::short(one.time_ms),
                time_ms: one.time_ms,
                kind: words(one.kind),
                text: one.text,
                person: one.person,
            })
            .collect();
        Ok((rows, marks))
    }

    /// The samples of a series that carry a label, if one is asked for.
    async fn sent(
        &self,
        name: &str,
        wanted: Option<(&str, &str)>,
        kind: AnnotationKind,
        instant_ms: i64,
    ) -> Result<Vec<Happened>, StoreError> {
        let series = self.read_series();
        let carries = |labels: &kpi::point::Labels| {
            wanted.is_none_or(|(label, value)| labels.iter().any(|(name, it)| name == label && it == value))
        };
        let points = series.latest_points(name, instant_ms, LOOKED_AT).await?;
        let told = points.iter().rev().filter(|point| carries(series.labels(point.labels))).take(MOST_OF_A_KIND);
        let happened = told.map(|point| {
            let labels: Vec<String> =
                series.labels(point.labels).iter().map(|(label, value)| format!("{label} {value}")).collect();
            let text = if labels.is_empty() { name.to_owned() } else { labels.join(", ") };
            Happened { time_ms: point.time_ms, kind, text, person: None }
        });
        Ok(happened.collect())
    }

    fn noted(&self, kpi: &str, instant_ms: i64) -> Vec<Happened> {
        let notes = self.governance.notes.about(&format!("kpi:{kpi}"), instant_ms);
        let told = notes.into_iter().take(MOST_OF_A_KIND).map(|note| Happened {
            time_ms: note.about_ms,
            kind: match note.kind {
                NoteKind::Comment => AnnotationKind::Comment,
                NoteKind::Deployment => AnnotationKind::Deployment,
                NoteKind::Incident => AnnotationKind::Incident,
            },
            text: note.text,
            person: Some(note.person),
        });
        told.collect()
    }

    /// Baselines, decisions and changes of the catalogue that are about the KPI.
    fn ruled(&self, kpi: &Kpi, instant_ms: i64) -> Vec<Happened> {
        let mut happened = Vec::new();
        let versions: Vec<(i64, i64, String)> = {
            let effective_config = self.effective_config();
            let sets =
                effective_config.baselines.iter().rev().filter(|set| set.kpi == kpi.id && set.time_ms <= instant_ms);
            for set in sets.take(MOST_OF_A_KIND) {
                happened.push(Happened {
                    time_ms: set.time_ms,
                    kind: AnnotationKind::Baseline,
                    text: format!("Baseline {}: {}", display::value(set.value, &kpi.unit), set.reason),
                    person: Some(set.person.clone()),
                });
            }
            let concerns = |decision: &&Decision| {
                decision.kpi.as_ref() == Some(&kpi.id)
                    || (decision.kpi.is_none() && decision.evidence.kpis.iter().any(|frozen| frozen.id == kpi.id))
            };
            let made = effective_config.decisions.iter().rev().filter(|decision| decision.time_ms <= instant_ms);
            happened.extend(made.filter(concerns).take(MOST_OF_A_KIND).map(|decision| Happened {
                time_ms: decision.time_ms,
                kind: AnnotationKind::Decision,
                text: format!("Gate {}: {}: {}", decision.phase, decision.kind.words(), decision.reason),
                person: Some(decision.person.clone()),
            }));
            effective_config
                .versions
                .iter()
                .rev()
                .filter(|version| version.time_ms <= instant_ms)
                .take(MOST_VERSIONS)
                .map(|version| (version.number, version.time_ms, version.person.clone()))
                .collect()
        };
        let name = format!("KPI \"{}\"", kpi.id);
        for (number, time_ms, person) in versions {
            let changes = self.governance.catalogues.difference(number).unwrap_or_default();
            for change in changes.iter().filter(|change| change.what == name && change.before.is_some()) {
                let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
                happened.push(Happened {
                    time_ms,
                    kind: AnnotationKind::TargetChange,
                    text: format!("{}: {} → {}", change.field, side(&change.before), side(&change.after)),
                    person: Some(person.clone()),
                });
            }
        }
        happened
    }
}

fn words(kind: AnnotationKind) -> &'static str {
    match kind {
        AnnotationKind::Deployment => "Deployment",
        AnnotationKind::TargetChange => "Change of the catalogue",
        AnnotationKind::Decision => "Decision",
        AnnotationKind::Incident => "Incident",
        AnnotationKind::Comment => "Comment",
        AnnotationKind::Baseline => "Baseline",
        AnnotationKind::Correction => "Correction",
    }
}
