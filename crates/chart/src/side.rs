//! On which side of a target a value lies, and how that is said.

use std::cmp::Ordering;

use crate::model::TargetLine;
use crate::plot::Key;

/// On which side of a target a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    Below,
    At,
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

    /// The side in words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Above => "above target",
            Self::Below => "below target",
            Self::At => "exactly at target",
        }
    }
}

/// The side of a value in words. A value from when the target did not count is compared with it all the same, and says so.
pub(crate) fn side_text(target: &TargetLine, key: Key, value: f64) -> &'static str {
    let side = Side::of(value, target.value);
    let in_force = if let Key::Time(time_ms) = key { target.is_in_force(time_ms) } else { true };
    match side {
        _ if in_force => side.text(),
        Side::Above => "above the present target",
        Side::Below => "below the present target",
        Side::At => "exactly at the present target",
    }
}
