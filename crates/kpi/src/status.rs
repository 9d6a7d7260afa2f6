//! The status of one KPI: words, thresholds and the verdict against one target.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Kpi, Policy};
use crate::shape::{self, Goal, Shape};
use crate::target::{Meaning, Target};

/// What a reader is told about a KPI. The order is by urgency, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Below the red threshold.
    Red,
    /// Below the yellow threshold.
    Yellow,
    /// No observation for twice the cadence.
    Stale,
    /// Not met, but at or above the yellow threshold.
    Near,
    /// No observation, no baseline, or no judgement.
    NoData,
    /// The target is met.
    Met,
    /// The phase sets no target for this KPI.
    NoTarget,
}

impl Status {
    /// Every status, the most urgent first.
    pub const ALL: [Self; 7] =
        [Self::Red, Self::Yellow, Self::Stale, Self::Near, Self::NoData, Self::Met, Self::NoTarget];

    /// The name in the API, in class names and in file formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Stale => "stale",
            Self::Near => "near",
            Self::NoData => "no-data",
            Self::Met => "met",
            Self::NoTarget => "no-target",
        }
    }

    /// The words people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::Red => "Off target",
            Self::Yellow => "At risk",
            Self::Stale => "Stale",
            Self::Near => "Near",
            Self::NoData => "No data",
            Self::Met => "Met",
            Self::NoTarget => "No target yet",
        }
    }

    /// The sign before the words; each status has a shape of its own.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Red => "◆",
            Self::Yellow => "▲",
            Self::Stale => "⏸",
            Self::Near => "◐",
            Self::NoData => "○",
            Self::Met => "●",
            Self::NoTarget => "–",
        }
    }
}

/// How a value stands against one target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// Between 0 and [`shape::CAP`]; `None` where there is nothing to compare.
    pub attainment: Option<f64>,
}

impl Verdict {
    /// A verdict without attainment.
    pub fn without_value(status: Status) -> Self {
        Self { status, attainment: None }
    }
}

/// What a value is, before it is compared with a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Compared {
    /// Nothing to compare: never observed, no baseline.
    Nothing,
    /// A value, and whether it is too old to be trusted.
    Value {
        /// The number that the target is about: the value itself, or the improvement over the baseline.
        actual: f64,
        /// Whether the last observation is older than twice the cadence.
        stale: bool,
    },
}

/// The goal of a target for this KPI, its amounts in the base unit.
///
/// `None` where the target does not apply, or where it asks for a person's judgement of a KPI that is measured in
/// another unit (then there is no data until somebody judges).
pub fn goal(kpi: &Kpi, target: &Target) -> Option<Goal> {
    let amount = |amount: &crate::target::Amount| amount.in_base(&kpi.unit).ok();
    match &target.meaning {
        Meaning::AtLeast(low) => amount(low).map(Goal::AtLeast),
        Meaning::Below(high) => amount(high).map(Goal::Below),
        Meaning::Above(low) => amount(low).map(Goal::Above),
        Meaning::Within(low, high) => Some(Goal::Within(amount(low)?, amount(high)?)),
        Meaning::Judged(_) if kpi.unit.dimension != crate::unit::Dimension::Judged => None,
        plain => Goal::of_plain(plain),
    }
}

/// Attainment under which a KPI is at risk and off target, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Under which it is at risk.
    pub yellow_below_percent: f64,
    /// Under which it is off target.
    pub red_below_percent: f64,
}

impl Thresholds {
    /// Those of a policy.
    pub fn of(policy: &Policy) -> Self {
        Self { yellow_below_percent: policy.yellow_below_percent, red_below_percent: policy.red_below_percent }
    }
}

/// The verdict of a value against a target, under the policy's thresholds.
pub fn verdict(kpi: &Kpi, policy: &Policy, target: Option<&Target>, compared: Compared) -> Verdict {
    match target.filter(|target| target.is_applicable()) {
        None => Verdict::without_value(Status::NoTarget),
        Some(target) => match goal(kpi, target) {
            None => Verdict::without_value(Status::NoData),
            Some(goal) => judge(kpi.shape, goal, Thresholds::of(policy), compared),
        },
    }
}

/// The verdict of a value against a goal.
pub fn judge(shape: Shape, goal: Goal, thresholds: Thresholds, compared: Compared) -> Verdict {
    let Compared::Value { actual, stale } = compared else {
        return Verdict::without_value(Status::NoData);
    };
    let attainment = shape::attainment(shape, goal, actual);
    let status = if stale {
        Status::Stale
    } else if shape::met(goal, actual) {
        Status::Met
    } else if attainment * 100.0 < thresholds.red_below_percent {
        Status::Red
    } else if attainment * 100.0 < thresholds.yellow_below_percent {
        Status::Yellow
    } else {
        Status::Near
    };
    Verdict { status, attainment: Some(attainment) }
}
