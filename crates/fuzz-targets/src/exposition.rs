//! What targets show when they are scraped, in both dialects.

use formats::exposition::{Dialect, read};

use crate::check;
use crate::pick::{limits, picked};

/// Bit 0 picks the dialect.
pub fn exposition(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let content_type = if pick & 1 == 0 { "text/plain; version=0.0.4" } else { "application/openmetrics-text" };
    check::received(read(bytes, Dialect::of(content_type), &limits), &limits);
}
