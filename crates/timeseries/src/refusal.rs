//! Why a sample is not taken, and how its sender is told.

use formats::Problem;

/// Why a sample is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowRefusal {
    /// Not a number, or infinite.
    #[error("the value is not a finite number")]
    NotFinite,
    /// Samples of this time are not kept any more, or it lies before the year 2000.
    #[error("the time {time_ms} ms since 1970 is too long ago")]
    TooOld {
        /// Its time.
        time_ms: i64,
        /// The earliest time that is taken.
        earliest_ms: i64,
    },
    /// More than five minutes ahead.
    #[error("the time {time_ms} ms since 1970 lies in the future")]
    Future {
        /// Its time.
        time_ms: i64,
        /// The latest time that is taken.
        latest_ms: i64,
    },
    /// One series more than a source, or all together, may have.
    #[error("this would be one series more than the {limit} that {} may have", if *.of_source { "a source" } else { "all sources together" })]
    TooManySeries {
        /// How many there may be.
        limit: usize,
        /// Whether it is the limit of one source.
        of_source: bool,
    },
}

impl RowRefusal {
    /// As the problem of a row.
    pub fn problem(&self, row: usize) -> Problem {
        let (field, code, expected) = match self {
            Self::NotFinite => {
                ("value", "not-finite", "a finite number; nothing where nothing was measured".to_owned())
            }
            Self::TooOld { earliest_ms, .. } => ("time", "too-old", format!("a time from {earliest_ms} ms on")),
            Self::Future { latest_ms, .. } => ("time", "future", format!("a time up to {latest_ms} ms")),
            Self::TooManySeries { .. } => {
                ("series", "too-many-series", "fewer series: labels with fewer different values".to_owned())
            }
        };
        Problem { row, field: field.to_owned(), code, detail: self.to_string(), expected }
    }
}
