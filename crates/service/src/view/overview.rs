//! The overview: which phase, how far is the gate, what is off target, what changed.

use super::{KpiRow, StatusView};

/// The overview page.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// The gate that ends the current phase; `None` in the last phase.
    pub gate: Option<GateSummary>,
    /// How many KPIs have each status, the most urgent first, those with none left out.
    pub counts: Vec<(StatusView, usize)>,
    /// How many KPIs there are.
    pub total: usize,
    /// How many of them have a value.
    pub with_data: usize,
    /// The escalation of alerts, where there is a reason for one.
    pub escalation: Option<EscalationView>,
    /// How many alerts fire at the shown instant.
    pub firing_alerts: usize,
    /// How many KPIs have a target and no data.
    pub no_data: usize,
    /// KPIs that are red, yellow or stale, the most urgent first.
    pub attention: Vec<KpiRow>,
    /// KPIs whose status differs from a week before, the worst change first.
    pub changes: Vec<StatusChange>,
    /// Each track with its counts.
    pub tracks: Vec<TrackSummary>,
    /// KPIs that have a value, the most recently observed first, at most ten.
    pub latest: Vec<KpiRow>,
}

/// A gate in one line.
#[derive(Debug, Clone, PartialEq)]
pub struct GateSummary {
    /// "Phase 1 → Phase 2".
    pub title: String,
    /// "Passed", "Not passed", "Not computed".
    pub outcome: String,
    /// Whether it is passed.
    pub passed: bool,
    /// How many KPIs are met, counted and needed.
    pub met: usize,
    /// How many KPIs are counted.
    pub counted: usize,
    /// How many must be met.
    pub needed: usize,
    /// How many counted KPIs have no data.
    pub no_data: usize,
    /// How many counted KPIs are stale.
    pub stale: usize,
    /// "32 more KPIs must be met".
    pub sentence: String,
}

/// A KPI whose status changed.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusChange {
    /// Slug.
    pub kpi_id: String,
    /// Name.
    pub kpi_name: String,
    /// The status a week before.
    pub before: StatusView,
    /// The status now.
    pub now: StatusView,
    /// Whether it got better or worse, where statuses can be compared.
    pub direction: Direction,
}

/// What a change of status is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Farther from the target.
    Worse,
    /// Nearer to the target.
    Better,
    /// Neither: data came, stayed away, or the target is another one. What it is, in words.
    Other(&'static str),
}

impl Direction {
    /// From one status to another. Data that stays away is no worse value, and a first value is no better one.
    pub fn of(before: Status, now: Status) -> Self {
        let closeness = |status| match status {
            Status::Met => Some(3),
            Status::Near => Some(2),
            Status::Yellow => Some(1),
            Status::Red => Some(0),
            Status::Stale | Status::NoData | Status::NoTarget => None,
        };
        match (closeness(before), closeness(now)) {
            (Some(before), Some(now)) if now > before => Self::Better,
            (Some(before), Some(now)) if now < before => Self::Worse,
            (Some(_), Some(_)) => Self::Other("the same"),
            _ => Self::Other(match (before, now) {
                (_, Status::Stale) => "went stale",
                (_, Status::NoData) => "lost its data",
                (_, Status::NoTarget) => "no target now",
                (Status::NoTarget, _) => "has a target now",
                (Status::Stale, _) => "measured again",
                _ => "first value",
            }),
        }
    }

    /// What a reader sees.
    pub fn words(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Other(words) => words,
        }
    }

    /// The name in class names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Other(_) => "other",
        }
    }
}

/// The escalation of alerts as it stands: what is announced, and what its alert does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationView {
    /// "Escalation", "Escalation pending" or "Escalation held back".
    pub heading: &'static str,
    /// "firing", "acknowledged", "pending" or "held-back".
    pub name: &'static str,
    /// Whether it is announced as something that has happened.
    pub is_firing: bool,
    /// What its alert does, a sentence; empty where nothing is known of it.
    pub state: String,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
}

/// A track in the overview.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackSummary {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// How many KPIs it has.
    pub total: usize,
    /// How many of them have each status, the most urgent first, those with none left out.
    pub counts: Vec<(StatusView, usize)>,
}

use kpi::alert::{Escalation, Key, Machine, State};
use kpi::catalogue::Catalogue;
use kpi::gate::{Gate, Outcome};
use kpi::status::Status;
use storage::StoreError;

use super::rows;
use crate::dashboard::Dashboard;
use crate::instant;
use crate::snapshot::Snapshot;

/// How many KPIs with data are shown as the latest.
const LATEST: usize = 10;

impl Dashboard {
    /// The overview of a snapshot; of a past instant the alerts are those that their history tells of then.
    ///
    /// # Errors
    /// [`StoreError`] where that history can't be read.
    pub async fn overview(&self, snapshot: &Snapshot, is_past: bool) -> Result<Overview, StoreError> {
        let machine =
            if is_past { self.alerts_then(snapshot, |_| true).await?.machine } else { self.alerting.state.machine() };
        Ok(overview(snapshot, &machine))
    }
}

fn overview(snapshot: &Snapshot, machine: &Machine) -> Overview {
    let catalogue = &*snapshot.catalogue;
    let statuses = || snapshot.evaluation.statuses.iter().map(|status| status.current.status);
    let mut attention: Vec<(Status, f64, &KpiRow)> = snapshot
        .evaluation
        .statuses
        .iter()
        .zip(&snapshot.rows)
        .filter(|(status, _)| matches!(status.current.status, Status::Red | Status::Yellow | Status::Stale))
        .map(|(status, row)| (status.current.status, status.current.attainment.unwrap_or_default(), row))
        .collect();
    attention.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let mut latest: Vec<(i64, &KpiRow)> = snapshot
        .evaluation
        .statuses
        .iter()
        .zip(&snapshot.rows)
        .filter_map(|(status, row)| Some((status.known?.latest_ms, row)))
        .collect();
    latest.sort_by_key(|(time_ms, _)| std::cmp::Reverse(*time_ms));
    Overview {
        gate: snapshot
            .gates
            .iter()
            .find(|gate| gate.phase == catalogue.policy.current_phase)
            .map(|gate| gate_summary(catalogue, gate)),
        counts: rows::counts(&statuses()),
        total: catalogue.kpis.len(),
        with_data: latest.len(),
        escalation: escalation(snapshot, machine),
        firing_alerts: machine.all_firing().count(),
        no_data: statuses().filter(|status| *status == Status::NoData).count(),
        attention: attention.into_iter().map(|(_, _, row)| row.clone()).collect(),
        changes: changes(catalogue, snapshot),
        tracks: catalogue.tracks.iter().map(|track| track_summary(catalogue, snapshot, track)).collect(),
        latest: latest.into_iter().take(LATEST).map(|(_, row)| row.clone()).collect(),
    }
}

/// A gate in one line.
pub fn gate_summary(catalogue: &Catalogue, gate: &Gate) -> GateSummary {
    let name =
        |number: u8| catalogue.phase(number).map_or_else(|| format!("phase {number}"), |phase| phase.name.clone());
    let sentence = match (gate.outcome, gate.missing()) {
        (Outcome::Passed, _) => {
            format!("{} of {} counted KPIs are met; {} are needed.", gate.met, gate.counted, gate.needed)
        }
        (Outcome::NotComputed, _) => "No KPI counts at this gate.".to_owned(),
        (Outcome::NotPassed, 1) => "1 more KPI must be met.".to_owned(),
        (Outcome::NotPassed, missing) => format!("{missing} more KPIs must be met."),
    };
    GateSummary {
        title: format!("{} → {}", name(gate.phase), name(gate.phase + 1)),
        outcome: gate.outcome.words().to_owned(),
        passed: gate.outcome == Outcome::Passed,
        met: gate.met,
        counted: gate.counted,
        needed: gate.needed,
        no_data: gate.no_data,
        stale: gate.stale,
        sentence,
    }
}

/// The escalation as it stands: its reasons at the snapshot's instant, and what the machine of then says of its alert.
pub fn escalation(snapshot: &Snapshot, machine: &Machine) -> Option<EscalationView> {
    let reasons = escalations(&snapshot.catalogue, snapshot);
    let alerts = &snapshot.catalogue.policy.alerts;
    let (heading, name, state) = match machine.states.get(&Key::escalation()) {
        Some(State::Firing(firing)) => {
            if let Some(by) = &firing.acknowledged {
                let state = format!("Taken by {} at {}.", by.person, instant::long(by.time_ms));
                ("Escalation", "acknowledged", state)
            } else {
                let state = format!("It fires since {}: nobody acknowledged.", instant::long(firing.fired_ms));
                ("Escalation", "firing", state)
            }
        }
        Some(State::Pending(pending)) => {
            let until_ms = pending.since_ms.saturating_add(alerts.escalate_after_ms);
            let state = format!("It fires on {} unless somebody acknowledges.", instant::long(until_ms));
            ("Escalation pending", "pending", state)
        }
        None => {
            let state =
                "No escalation is on its way: what is off target is acknowledged, silenced or has only just become so.";
            ("Escalation held back", "held-back", state.to_owned())
        }
    };
    let is_firing = matches!(name, "firing" | "acknowledged");
    (is_firing || !reasons.is_empty()).then_some(EscalationView { heading, name, is_firing, state, reasons })
}

/// Why alerts escalate, a sentence each.
fn escalations(catalogue: &Catalogue, snapshot: &Snapshot) -> Vec<String> {
    snapshot
        .alerts
        .escalations
        .iter()
        .map(|escalation| match escalation {
            Escalation::ManyRed { count: 1 } => "1 KPI is off target.".to_owned(),
            Escalation::ManyRed { count } => format!("{count} KPIs are off target at once."),
            Escalation::CustomersTouched { kpis } => {
                let names: Vec<&str> =
                    kpis.iter().filter_map(|kpi| catalogue.kpis.get(*kpi)).map(|kpi| kpi.name.as_str()).collect();
                format!("Off target and touching customers: {}.", names.join(", "))
            }
        })
        .collect()
}

fn changes(catalogue: &Catalogue, snapshot: &Snapshot) -> Vec<StatusChange> {
    let mut changes: Vec<(Status, StatusChange)> = snapshot
        .evaluation
        .statuses
        .iter()
        .zip(&snapshot.before.statuses)
        .filter(|(now, before)| now.current.status != before.current.status)
        .filter_map(|(now, before)| {
            let kpi = catalogue.kpis.get(now.kpi)?;
            let (before, now) = (before.current.status, now.current.status);
            let change = StatusChange {
                kpi_id: kpi.id.clone(),
                kpi_name: kpi.name.clone(),
                before: before.into(),
                now: now.into(),
                direction: Direction::of(before, now),
            };
            Some((now, change))
        })
        .collect();
    changes.sort_by_key(|(now, change)| (change.direction != Direction::Worse, *now));
    changes.into_iter().map(|(_, change)| change).collect()
}

fn track_summary(catalogue: &Catalogue, snapshot: &Snapshot, track: &kpi::catalogue::Track) -> TrackSummary {
    let statuses = snapshot
        .evaluation
        .statuses
        .iter()
        .filter(|status| catalogue.kpis.get(status.kpi).is_some_and(|kpi| kpi.track == track.id))
        .map(|status| status.current.status);
    TrackSummary {
        id: track.id.clone(),
        name: track.name.clone(),
        total: statuses.clone().count(),
        counts: rows::counts(&statuses),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_statuses_with_a_value_are_better_or_worse() {
        // From the row's status to the column's: w worse, b better, = the same, o neither.
        let order =
            [Status::Met, Status::Near, Status::Yellow, Status::Red, Status::Stale, Status::NoData, Status::NoTarget];
        let table = ["=wwwooo", "b=wwooo", "bb=wooo", "bbb=ooo", "ooooooo", "ooooooo", "ooooooo"];
        for (before, row) in order.into_iter().zip(table) {
            for (now, expected) in order.into_iter().zip(row.chars()) {
                let told = match Direction::of(before, now) {
                    Direction::Worse => 'w',
                    Direction::Better => 'b',
                    Direction::Other("the same") => '=',
                    Direction::Other(_) => 'o',
                };
                assert_eq!(told, expected, "{before:?} to {now:?}");
            }
        }
        assert_eq!(Direction::of(Status::Met, Status::Stale).words(), "went stale");
        assert_eq!(Direction::of(Status::NoData, Status::Red).words(), "first value");
        assert_eq!(Direction::of(Status::Stale, Status::Met).words(), "measured again");
    }
}
