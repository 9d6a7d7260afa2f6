//! On which side of a target a value lies, and how that is said.

use std::cmp::Ordering;

use crate::model::{Goal, TargetLine};
use crate::plot::Key;

/// On which side of a target a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    Below,
    At,
    /// Between both ends of a range, the ends included.
    Inside,
}

impl Side {
    /// The side of `value` seen from `target`; both finite.
    pub(crate) fn of(value: f64, target: f64) -> Self {
        match value.partial_cmp(&target) {
            Some(Ordering::Greater) => Self::Above,
            Some(Ordering::Less) => Self::Below,
            _ => Self::At,
        }
    }

    /// The side of `value` seen from a goal.
    pub(crate) fn of_goal(value: f64, goal: Goal) -> Self {
        match goal {
            Goal::AtLeast(line) | Goal::Above(line) | Goal::Below(line) => Self::of(value, line),
            Goal::Within(low, _) if value < low => Self::Below,
            Goal::Within(_, high) if value > high => Self::Above,
            Goal::Within(..) => Self::Inside,
        }
    }

    /// The side in words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Above => "above target",
            Self::Below => "below target",
            Self::At => "exactly at target",
            Self::Inside => "inside target",
        }
    }
}

/// The side of a value in words. A value from when the target did not count is compared with it all the same, and says so.
pub(crate) fn side_text(target: &TargetLine, key: Key, value: f64) -> &'static str {
    let side = Side::of_goal(value, target.goal);
    let in_force = if let Key::Time(time_ms) = key { target.is_in_force(time_ms) } else { true };
    match side {
        _ if in_force => side.text(),
        Side::Above => "above the present target",
        Side::Below => "below the present target",
        Side::At => "exactly at the present target",
        Side::Inside => "inside the present target",
    }
}

/// A side with the verdict of the target's own comparator, as in `above target and misses it`.
pub(crate) fn verdict_text(value: f64, goal: Goal) -> String {
    let verb = if goal.is_met(value) { "meets" } else { "misses" };
    format!("{} and {verb} it", Side::of_goal(value, goal).text())
}
