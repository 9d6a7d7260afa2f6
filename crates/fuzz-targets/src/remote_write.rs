//! Prometheus remote write, versions 1 and 2: the message itself, packed here, or the Snappy block as it came.

use formats::remote_write::{Version, read};

use crate::check;
use crate::pick::{limits, picked};

/// Bit 0 picks the version, bit 1 a block as it came.
pub fn remote_write(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let version = if pick & 1 == 0 { Version::One } else { Version::Two };
    let packed;
    let block = if pick & 2 == 0 {
        packed = snap::raw::Encoder::new().compress_vec(bytes).unwrap_or_default();
        packed.as_slice()
    } else {
        bytes
    };
    let Some(request) = check::accepted(read(block, version, &limits)) else { return };
    let written = request.written;
    let _ = written.headers();
    if let Some(received) = check::received(Ok(request.received), &limits) {
        assert!(written.samples + written.histograms <= received.samples.rows, "{written:?}");
    }
}
