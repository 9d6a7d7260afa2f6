//! Origins as they stand in blocks and segments: numbers that are never given anew.

use kpi::point::Origin;

/// The number of an origin.
pub(crate) fn number(origin: Origin) -> i64 {
    match origin {
        Origin::Measured => 0,
        Origin::EmbeddedEngine => 1,
        Origin::Dashboard => 2,
        Origin::Entered => 3,
        Origin::Demo => 4,
    }
}

/// The origin of a number; `None` where there is none.
pub(crate) fn of(wanted: i64) -> Option<Origin> {
    Origin::ALL.into_iter().find(|origin| number(*origin) == wanted)
}
