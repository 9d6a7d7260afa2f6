//! What stands around every page: navigation, the instant it shows, and whether the data is a demonstration.

use super::StatusView;

/// What every page knows.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Frame {
    /// The name of the catalogue.
    pub catalogue_name: String,
    /// "Phase 1".
    pub phase_name: String,
    /// The instant that the page shows, `2026-11-23T22:43:10Z`.
    pub instant: String,
    /// The same for reading, `23 November 2026, 22:43:10 UTC`.
    pub instant_text: String,
    /// The instant in milliseconds since the Unix epoch.
    pub instant_ms: i64,
    /// Whether a past instant was asked for; such a page does not change by itself.
    pub is_as_of: bool,
    /// The value that links carry on as `?as_of=` so that a reader stays at the instant; empty for now.
    pub as_of: String,
    /// Whether every number is generated.
    pub demo: bool,
    /// Whether forms must ask for the server's token.
    pub needs_token: bool,
    /// Whether the bytes of payloads are for others than whoever reads the page: links to them say so.
    pub payloads_need_token: bool,
    /// When the page was made, `2026-11-23T22:43:10Z`; not the instant that it shows.
    pub rendered_at: String,
    /// The tracks, in order.
    pub tracks: Vec<TrackLink>,
    /// What everybody who looks has to know of the server itself, as sentences; empty while all is well.
    pub notices: Vec<String>,
    /// The id of the latest recorded observation, from which a live page goes on; empty without one.
    pub latest_change: String,
    /// With which stamp a browser may report the page view; `None` where none is wanted.
    pub page_view_stamp: Option<String>,
}

/// A track in the navigation.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackLink {
    /// Slug, as in `/tracks/track-3`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its most urgent status and how many KPIs have it; `None` where nothing is off target.
    pub worst: Option<(StatusView, usize)>,
}

use crate::dashboard::{Dashboard, NeedsToken};
use crate::instant;
use crate::snapshot::Snapshot;
use kpi::status::Status;

impl Dashboard {
    /// The frame of a page that shows `snapshot`; `as_of` is the instant as it was asked for.
    pub fn frame(&self, snapshot: &Snapshot, as_of: Option<&str>) -> Frame {
        let catalogue = &*snapshot.catalogue;
        let instant_ms = snapshot.evaluation.instant_ms;
        let tracks = catalogue
            .tracks
            .iter()
            .map(|track| TrackLink {
                id: track.id.clone(),
                name: track.name.clone(),
                worst: worst(snapshot, &track.id),
            })
            .collect();
        Frame {
            catalogue_name: catalogue.name.clone(),
            phase_name: catalogue
                .phase(catalogue.policy.current_phase)
                .map_or_else(String::new, |phase| phase.name.clone()),
            instant: instant::iso(instant_ms),
            instant_text: instant::long(instant_ms),
            instant_ms,
            is_as_of: as_of.is_some(),
            as_of: as_of.unwrap_or_default().to_owned(),
            demo: self.is_demo(snapshot),
            needs_token: self.settings().needs_token != NeedsToken::Nothing,
            payloads_need_token: false,
            rendered_at: instant::iso(self.now_ms()),
            tracks,
            notices: self.server_notices(),
            latest_change: self.latest_change(),
            page_view_stamp: None,
        }
    }

    /// What everybody who looks has to know of the server itself.
    fn server_notices(&self) -> Vec<String> {
        let read_only = self.read_only().map(|read_only| read_only.sentence());
        read_only.into_iter().chain(self.alerting.clock_watch.sentence()).chain(self.store_watch.notices()).collect()
    }

    /// Whether what is shown must be marked as demo data: the server serves a demonstration, or its data hold one.
    pub fn is_demo(&self, snapshot: &Snapshot) -> bool {
        self.settings().demo || snapshot.has_demo_data
    }
}

fn worst(snapshot: &Snapshot, track: &str) -> Option<(StatusView, usize)> {
    let kpis = &snapshot.catalogue.kpis;
    let statuses: Vec<Status> = snapshot
        .evaluation
        .statuses
        .iter()
        .filter(|status| kpis.get(status.kpi).is_some_and(|kpi| kpi.track == track))
        .map(|status| status.current.status)
        .collect();
    let worst = *statuses.iter().min()?;
    matches!(worst, Status::Red | Status::Yellow)
        .then(|| (worst.into(), statuses.iter().filter(|status| **status == worst).count()))
}
