//! Observations as JSON, NDJSON and CSV.

use formats::{csv, json, ndjson};

use crate::check;
use crate::pick::{limits, picked};

/// Bits 0 and 1 pick the format.
pub fn observations(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let read = match pick & 3 {
        0 => json::read,
        1 => ndjson::read,
        _ => csv::read,
    };
    check::drafts(read(bytes, &limits), &limits);
}
