//! What holds notifications back: silences that people set, and maintenance that the catalogue plans.

use serde::{Deserialize, Serialize};

use super::condition::About;
use super::key::{Key, Kind, Severity};
use crate::catalogue::Maintenance;

/// A stretch of time in which no notification is sent about some alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Its id.
    pub id: String,
    /// The alerts that it is about.
    pub matcher: Matcher,
    /// Its first millisecond since the Unix epoch.
    pub starts_ms: i64,
    /// The first millisecond after it.
    pub ends_ms: i64,
    /// Who set it.
    pub person: String,
    /// Why.
    pub reason: String,
}

/// Which alerts a silence is about: all that is given must match. Without anything it matches every alert.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matcher {
    /// The id of the KPI, or the name of the source.
    pub kpi: Option<String>,
    /// The id of the track.
    pub track: Option<String>,
    /// The role that answers for it.
    pub owner: Option<String>,
    /// The kind of alert.
    pub kind: Option<Kind>,
    /// The severity that it has.
    pub severity: Option<Severity>,
}

impl Matcher {
    /// Whether it matches an alert of that severity.
    pub fn matches(&self, key: &Key, about: &About, severity: Severity) -> bool {
        fn fits<T: PartialEq>(wanted: Option<&T>, actual: &T) -> bool {
            wanted.is_none_or(|wanted| wanted == actual)
        }
        fits(self.kpi.as_ref(), &key.kpi)
            && fits(self.track.as_ref(), &about.track)
            && fits(self.owner.as_ref(), &about.owner)
            && fits(self.kind.as_ref(), &key.kind)
            && fits(self.severity.as_ref(), &severity)
    }
}

/// Everything that can hold notifications back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet<'a> {
    /// The silences; those that are over or yet to come do no harm.
    pub silences: &'a [Silence],
    /// The catalogue's maintenance.
    pub maintenance: &'a [Maintenance],
}

/// Why an alert is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression<'a> {
    /// Somebody silenced it.
    Silence(&'a Silence),
    /// It is being maintained.
    Maintenance(&'a Maintenance),
}

impl<'a> Quiet<'a> {
    /// What holds an alert of that severity back at an instant, if anything does.
    pub fn holding(&self, key: &Key, about: &About, severity: Severity, instant_ms: i64) -> Option<Suppression<'a>> {
        let runs = |starts_ms: i64, ends_ms: i64| (starts_ms..ends_ms).contains(&instant_ms);
        let silence = self
            .silences
            .iter()
            .find(|silence| runs(silence.starts_ms, silence.ends_ms) && silence.matcher.matches(key, about, severity));
        let maintenance = || {
            self.maintenance.iter().find(|maintenance| {
                runs(maintenance.starts_ms, maintenance.ends_ms) && concerns(maintenance, key, about)
            })
        };
        silence.map(Suppression::Silence).or_else(|| maintenance().map(Suppression::Maintenance))
    }
}

fn concerns(maintenance: &Maintenance, key: &Key, about: &About) -> bool {
    let everything = maintenance.tracks.is_empty() && maintenance.kpis.is_empty();
    // A source may be called like a KPI.
    let of_kpi = !matches!(key.kind, Kind::Source | Kind::Escalation);
    everything || (of_kpi && (maintenance.kpis.contains(&key.kpi) || maintenance.tracks.contains(&about.track)))
}
