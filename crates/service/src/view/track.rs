//! One track: every KPI as a row, by section and table of the framework.

use super::{KpiRow, StatusView};

/// A track's page.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackPage {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// How many KPIs have each status, the most urgent first, those with none left out.
    pub counts: Vec<(StatusView, usize)>,
    /// Its tables, in the order of the framework.
    pub groups: Vec<Group>,
}

/// One table of the framework.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The section.
    pub section: String,
    /// The table's name; equal to the section where the framework has no deeper heading.
    pub name: String,
    /// Its KPIs, the most urgent first.
    pub rows: Vec<KpiRow>,
}

use kpi::status::Status;

use super::rows;
use crate::dashboard::Dashboard;
use crate::snapshot::Snapshot;

impl Dashboard {
    /// The page of a track; `None` where the catalogue has no such track.
    pub fn track_page(&self, snapshot: &Snapshot, id: &str) -> Option<TrackPage> {
        let catalogue = &*snapshot.catalogue;
        let track = catalogue.track(id)?;
        let mut groups: Vec<(Group, Vec<(Status, KpiRow)>)> = Vec::new();
        let mut statuses = Vec::new();
        for (status, row) in snapshot.evaluation.statuses.iter().zip(&snapshot.rows) {
            let Some(kpi) = catalogue.kpis.get(status.kpi).filter(|kpi| kpi.track == id) else { continue };
            statuses.push(status.current.status);
            let entry = (status.current.status, row.clone());
            match groups.iter_mut().find(|(group, _)| group.section == kpi.section && group.name == kpi.group) {
                Some((_, rows)) => rows.push(entry),
                None => groups.push((
                    Group { section: kpi.section.clone(), name: kpi.group.clone(), rows: Vec::new() },
                    vec![entry],
                )),
            }
        }
        let groups = groups
            .into_iter()
            .map(|(group, mut entries)| {
                entries.sort_by_key(|(status, _)| *status);
                Group { rows: entries.into_iter().map(|(_, row)| row).collect(), ..group }
            })
            .collect();
        Some(TrackPage {
            id: track.id.clone(),
            name: track.name.clone(),
            counts: rows::counts(&statuses.into_iter()),
            groups,
        })
    }
}
