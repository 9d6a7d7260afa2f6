//! The catalogue: its versions with who, when, why and what changed, and what it expects of senders.

/// The catalogue page.
#[derive(Debug, Clone, PartialEq)]
pub struct CataloguePage {
    /// Its name and the version that its authors gave it.
    pub name: String,
    /// How many KPIs it has.
    pub kpi_count: usize,
    /// Where it is changed: "with inferno-kpi catalogue apply", "in the file that the server was started with".
    pub changed_by: String,
    /// The phases: name, dates, gate share, whether current.
    pub phases: Vec<PhaseRow>,
    /// Who reads which KPIs: name and how many.
    pub audiences: Vec<(String, String)>,
    /// Its versions, the newest first.
    pub versions: Vec<VersionRow>,
    /// Why the file was refused last, an error each; the running catalogue stayed.
    pub refusal: Vec<String>,
    /// Whether it can be changed here and with `inferno-kpi catalogue apply`.
    pub can_apply: bool,
    /// The version that a change must be made from.
    pub latest_number: i64,
}

/// A phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseRow {
    /// Its name.
    pub name: String,
    /// "1 October to 31 December 2026", "no dates".
    pub dates: String,
    /// "80%", "no gate".
    pub share: String,
    /// Whether it is the current one.
    pub current: bool,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Its number.
    pub number: i64,
    /// From when on it counts, for reading.
    pub time: String,
    /// Who made it.
    pub person: String,
    /// Why.
    pub reason: Option<String>,
    /// Where it came from.
    pub origin: String,
    /// What it changed, a line each; empty for the first.
    pub changes: Vec<String>,
    /// Whether it is in force.
    pub in_force: bool,
}

use governance::CatalogueSource;
use jiff::Timestamp;
use kpi::catalogue::{Catalogue, Phase};

use crate::dashboard::Dashboard;
use crate::instant;
use crate::snapshot::Snapshot;

/// How many versions are listed.
const LISTED: usize = 50;

impl Dashboard {
    /// The catalogue that was in force at the snapshot's instant, and its versions up to then.
    pub fn catalogue_page(&self, snapshot: &Snapshot) -> CataloguePage {
        let catalogue = &*snapshot.catalogue;
        let instant_ms = snapshot.evaluation.instant_ms;
        let in_force = self.effective_config().version_at(instant_ms).map(|version| version.number);
        let versions = self.governance.catalogues.versions();
        let latest_number = versions.first().map_or(0, |version| version.number);
        let versions = versions
            .into_iter()
            .filter(|version| version.time_ms <= instant_ms)
            .take(LISTED)
            .map(|version| VersionRow {
                number: version.number,
                time: instant::long(version.time_ms),
                person: version.person,
                reason: version.reason,
                origin: version.origin.words().to_owned(),
                changes: self
                    .governance
                    .catalogues
                    .difference(version.number)
                    .unwrap_or_default()
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                in_force: in_force == Some(version.number),
            })
            .collect();
        CataloguePage {
            name: format!("{} {}", catalogue.name, catalogue.version),
            kpi_count: catalogue.kpis.len(),
            changed_by: if self.settings().catalogue == CatalogueSource::File {
                "It is read from the file that the server was started with, and taken over when the file changes."
                    .to_owned()
            } else {
                "Change it with inferno-kpi catalogue apply FILE, or here.".to_owned()
            },
            phases: catalogue.phases.iter().map(|phase| phase_row(catalogue, phase)).collect(),
            audiences: catalogue.audiences.iter().map(|audience| audience_row(catalogue, audience)).collect(),
            versions,
            refusal: self.governance.catalogues.refusal(),
            can_apply: self.settings().catalogue != CatalogueSource::File,
            latest_number,
        }
    }
}

fn phase_row(catalogue: &Catalogue, phase: &Phase) -> PhaseRow {
    let day = |time_ms: i64| {
        Timestamp::from_millisecond(time_ms).map_or_else(
            |_| time_ms.to_string(),
            |time| time.to_zoned_datetime(catalogue.policy.time_zone.clone()).strftime("%-d %B %Y").to_string(),
        )
    };
    PhaseRow {
        name: phase.name.clone(),
        dates: phase.dates.map_or_else(
            || "no dates, so no pace".to_owned(),
            |dates| format!("{} to {}", day(dates.starts_ms), day(dates.ends_ms - 1)),
        ),
        share: phase.gate_share_percent.map_or_else(|| "no gate".to_owned(), |share| format!("{share}%")),
        current: phase.number == catalogue.policy.current_phase,
    }
}

fn audience_row(catalogue: &Catalogue, audience: &kpi::catalogue::Audience) -> (String, String) {
    let count = catalogue
        .kpis
        .iter()
        .filter(|kpi| audience.tracks.contains(&kpi.track) || audience.kpis.contains(&kpi.id))
        .count();
    (audience.name.clone(), crate::store_watch::counted(count as u64, "KPI"))
}
