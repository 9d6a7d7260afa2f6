//! Compressed bodies: bombs stay within the limit, and what was packed is unpacked.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use formats::Limits;
use formats::encoding::decode;

use crate::check;
use crate::pick::{first_line, limits, picked};

/// Bits 0 and 1 pick the encoding, bit 2 that the bytes are packed first; with bit 3 the first line names the encoding.
pub fn encoding(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    if pick & 8 != 0 {
        let Some((name, bytes)) = first_line(bytes) else { return };
        unpacked(bytes, name, &limits);
        return;
    }
    let name = ["gzip", "deflate", "snappy", "identity"].get(usize::from(pick & 3)).copied().unwrap_or_default();
    if pick & 4 == 0 {
        unpacked(bytes, name, &limits);
        return;
    }
    let Some(packed) = packed(bytes, name) else { return };
    let content = unpacked(&packed, name, &limits);
    assert!(content.map_or(bytes.len() > limits.body_bytes, |content| content == bytes), "{name} reads back");
}

fn unpacked(bytes: &[u8], name: &str, limits: &Limits) -> Option<Vec<u8>> {
    let content = check::accepted(decode(bytes, Some(name), limits))?;
    assert!(content.len() <= limits.body_bytes, "{} bytes of {name}", content.len());
    Some(content.into_owned())
}

fn packed(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    match name {
        "gzip" => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(bytes).ok()?;
            packer.finish().ok()
        }
        "deflate" => {
            let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(bytes).ok()?;
            packer.finish().ok()
        }
        "snappy" => snap::raw::Encoder::new().compress_vec(bytes).ok(),
        _ => Some(bytes.to_vec()),
    }
}
