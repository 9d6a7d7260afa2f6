//! Attainment: how far along a value is, by the shape that the catalogue declares for its KPI.
//!
//! Attainment is for alerts and charts. Whether a target is met is decided by its comparator alone, on unrounded
//! numbers, in [`met`]. Source of every formula: the table of shapes in `docs/status.md`.

use serde::{Deserialize, Serialize};

use crate::target::{Meaning, Severity};

/// The highest attainment that is told apart: ten times the target. A "lower" KPI at zero would be infinite.
pub const CAP: f64 = 10.0;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// How attainment is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// actual / target.
    Higher,
    /// target / actual.
    Lower,
    /// Share of improvement over a baseline: actual / target.
    Reduction,
    /// Factor of improvement over a baseline: actual / target.
    Multiple,
    /// The error budget: (100 - target) / (100 - actual).
    #[serde(rename = "near-100")]
    NearHundred,
    /// Reached or not.
    Level,
    /// 1 inside, else the ratio to the nearer end.
    Band,
    /// 1 with no open finding of the severity or worse, else 0.
    ZeroTolerance,
    /// Done in time or not.
    Recurrence,
}

impl Shape {
    /// Every shape with its name in a catalogue.
    pub const ALL: [(&'static str, Self); 9] = [
        ("higher", Self::Higher),
        ("lower", Self::Lower),
        ("reduction", Self::Reduction),
        ("multiple", Self::Multiple),
        ("near-100", Self::NearHundred),
        ("level", Self::Level),
        ("band", Self::Band),
        ("zero-tolerance", Self::ZeroTolerance),
        ("recurrence", Self::Recurrence),
    ];

    /// The name in a catalogue.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, shape)| *shape == self).map_or("", |(name, _)| name)
    }

    /// The shape of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
    }

    /// Whether values are compared with a baseline.
    pub fn is_relative(self) -> bool {
        matches!(self, Self::Reduction | Self::Multiple)
    }
}

/// A target whose amounts are already in the base unit of the KPI's dimension.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// At least.
    AtLeast(f64),
    /// Strictly below.
    Below(f64),
    /// Strictly above.
    Above(f64),
    /// Inside, ends included.
    Within(f64, f64),
    /// The worst open finding is less severe than this.
    NoFinding(Severity),
    /// The verdict is "met".
    Reached,
}

impl Goal {
    /// The number that a chart draws as the target; the nearer end of a band is its lower one.
    pub fn line(self) -> Option<f64> {
        match self {
            Self::AtLeast(value) | Self::Below(value) | Self::Above(value) | Self::Within(value, _) => Some(value),
            Self::NoFinding(severity) => Some(severity.rank()),
            Self::Reached => None,
        }
    }

    /// Every number that a chart draws as the target: both ends of a band.
    pub fn lines(self) -> Vec<f64> {
        match self {
            Self::Within(low, high) => vec![low, high],
            other => other.line().into_iter().collect(),
        }
    }

    /// The goal that a meaning without units stands for; `None` where the meaning needs a unit or sets no goal.
    pub fn of_plain(meaning: &Meaning) -> Option<Self> {
        match meaning {
            Meaning::Factor(value) | Meaning::Share(value) | Meaning::ShareOfCeiling(value) => {
                Some(Self::AtLeast(*value))
            }
            Meaning::NoFinding(severity) => Some(Self::NoFinding(*severity)),
            Meaning::Judged(_) | Meaning::Every(_) => Some(Self::Reached),
            Meaning::NotApplicable
            | Meaning::AtLeast(_)
            | Meaning::Below(_)
            | Meaning::Above(_)
            | Meaning::Within(..) => None,
        }
    }
}

/// Whether `actual` meets the goal, on unrounded numbers.
pub fn met(goal: Goal, actual: f64) -> bool {
    match goal {
        Goal::AtLeast(target) => actual >= target,
        Goal::Below(target) => actual < target,
        Goal::Above(target) => actual > target,
        Goal::Within(low, high) => (low..=high).contains(&actual),
        Goal::NoFinding(severity) => actual < severity.rank(),
        Goal::Reached => actual >= 1.0,
    }
}

/// The attainment of `actual`, between 0 and [`CAP`], in the unit of the goal; never NaN, whatever is put in.
///
/// What is met attains at least 1, also where a target is zero or negative.
pub fn attainment(shape: Shape, goal: Goal, actual: f64) -> f64 {
    let attained = quotient(shape, goal, actual).clamp(0.0, CAP);
    if met(goal, actual) { attained.max(1.0) } else { attained }
}

fn quotient(shape: Shape, goal: Goal, actual: f64) -> f64 {
    match (shape, goal) {
        (_, Goal::Reached | Goal::NoFinding(_)) => f64::from(u8::from(met(goal, actual))),
        (_, Goal::Within(low, high)) => {
            if actual < low {
                ratio(actual, low)
            } else if actual > high {
                ratio(high, actual)
            } else {
                1.0
            }
        }
        (Shape::NearHundred, Goal::AtLeast(target) | Goal::Above(target) | Goal::Below(target)) => {
            ratio(100.0 - target, 100.0 - actual)
        }
        (Shape::Lower, Goal::AtLeast(target) | Goal::Above(target) | Goal::Below(target)) => ratio(target, actual),
        (_, Goal::AtLeast(target) | Goal::Above(target) | Goal::Below(target)) => ratio(actual, target),
    }
}

/// `part / whole` where nothing left to divide by counts as fully reached, and a negative part as nothing reached.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole <= 0.0 {
        // Zero of a "higher" target of zero, or a "lower" value at or under zero, can't be improved upon; a value
        // that is itself below zero against a target of zero has not arrived.
        return if part < 0.0 { 0.0 } else { CAP };
    }
    let quotient = part / whole;
    // Infinity of infinity, and whatever was no number before, has not arrived.
    if quotient.is_nan() { 0.0 } else { quotient }
}

#[cfg(test)]
mod tests;
