//! Thresholds and rules of a catalogue, and what counts where it writes none.

use jiff::tz::TimeZone;

/// Thresholds and rules of a catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The phase whose targets count now.
    pub current_phase: u8,
    /// Attainment under which a KPI is at risk, in percent.
    pub yellow_below_percent: f64,
    /// Attainment under which a KPI is off target, in percent.
    pub red_below_percent: f64,
    /// How many red KPIs at once escalate.
    pub escalation_red_count: usize,
    /// Whether KPIs whose single target names no phase count at gates.
    pub standing_kpis_count: bool,
    /// When alerts fire, resolve, repeat and escalate.
    pub alerts: AlertPolicy,
    /// Where days begin, for dates in the catalogue and calendar windows.
    pub time_zone: TimeZone,
}

/// When alerts fire, resolve, repeat and escalate.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertPolicy {
    /// How long a KPI must be below a threshold before its alert fires; a KPI may say otherwise.
    pub for_ms: i64,
    /// How many points of attainment above the threshold a firing alert resolves.
    pub hysteresis_points: f64,
    /// After how long a firing alert that nobody acknowledged is told again; `None` for never.
    pub repeat_ms: Option<i64>,
    /// How long reds may stay unacknowledged before they escalate.
    pub escalate_after_ms: i64,
    /// What one message is about.
    pub group_by: GroupBy,
}

/// What one message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Everything of one owner.
    Owner,
    /// Everything of one track.
    Track,
    /// One KPI.
    Kpi,
}

impl GroupBy {
    /// Every choice with its name in a catalogue.
    pub const ALL: [(&'static str, Self); 3] = [("owner", Self::Owner), ("track", Self::Track), ("kpi", Self::Kpi)];

    /// The name in a catalogue.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, choice)| *choice == self).map_or("", |(name, _)| name)
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, choice)| *choice)
    }
}

impl Default for AlertPolicy {
    fn default() -> Self {
        Self {
            for_ms: 0,
            hysteresis_points: 2.0,
            repeat_ms: Some(86_400_000),
            escalate_after_ms: 3_600_000,
            group_by: GroupBy::Owner,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            current_phase: 1,
            yellow_below_percent: 70.0,
            red_below_percent: 50.0,
            escalation_red_count: 2,
            standing_kpis_count: false,
            alerts: AlertPolicy::default(),
            time_zone: TimeZone::UTC,
        }
    }
}
