//! Numbers of resolutions in the store.

use series_block::Resolution;

pub(crate) fn number_of(resolution: Resolution) -> i64 {
    match resolution {
        Resolution::Minute => 0,
        Resolution::Hour => 1,
        Resolution::Day => 2,
    }
}

/// Places in memory as counts of the store.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
