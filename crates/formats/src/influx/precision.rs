//! What a line's time counts.

/// The unit of the times of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    #[default]
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
    Minutes,
    Hours,
}

impl Precision {
    /// The precision by the name it has in the addresses of version 1 (`n`, `u`, `ms`, `s`, `m`, `h`) or 2 (`ns`, `us`, `ms`,
    /// `s`); `None` for another name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "" | "n" | "ns" => Self::Nanoseconds,
            "u" | "us" | "µ" => Self::Microseconds,
            "ms" => Self::Milliseconds,
            "s" => Self::Seconds,
            "m" => Self::Minutes,
            "h" => Self::Hours,
            _ => return None,
        })
    }

    /// Whole milliseconds, and the nanoseconds beyond them; `None` where the time is too far away to be counted.
    pub(super) fn split(self, time: i64) -> Option<(i64, u32)> {
        let parts = |per_ms: i64, nanoseconds: i64| {
            let rest = time.rem_euclid(per_ms) * nanoseconds;
            Some((time.div_euclid(per_ms), u32::try_from(rest).ok()?))
        };
        match self {
            Self::Nanoseconds => parts(1_000_000, 1),
            Self::Microseconds => parts(1_000, 1_000),
            Self::Milliseconds => Some((time, 0)),
            Self::Seconds => Some((time.checked_mul(1_000)?, 0)),
            Self::Minutes => Some((time.checked_mul(60_000)?, 0)),
            Self::Hours => Some((time.checked_mul(3_600_000)?, 0)),
        }
    }
}
