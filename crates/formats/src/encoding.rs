//! Compressed bodies, unpacked within a limit: nothing is allocated because a sender claims a size.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::text::shorten;
use crate::{Limits, Refusal};

/// The body as its `Content-Encoding` says: `gzip`, `deflate`, `snappy` (one raw block), `identity` or none.
///
/// # Errors
/// Refuses an unknown encoding, bytes that are not so encoded, and more than [`Limits::body_bytes`] of content.
pub fn decode<'a>(bytes: &'a [u8], content_encoding: Option<&str>, limits: &Limits) -> Result<Cow<'a, [u8]>, Refusal> {
    match content_encoding.map(str::trim).unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "identity" if bytes.len() > limits.body_bytes => Err(Refusal::TooLarge { limit: limits.body_bytes }),
        "" | "identity" => Ok(Cow::Borrowed(bytes)),
        "gzip" | "x-gzip" => gzip(bytes, limits).map(Cow::Owned),
        "deflate" => zlib(bytes, limits).map(Cow::Owned),
        "snappy" => snappy(bytes, limits).map(Cow::Owned),
        other => Err(Refusal::Encoding { encoding: shorten(other) }),
    }
}

/// The content of one raw Snappy block, whose header says its length.
///
/// # Errors
/// Refuses bytes that are no Snappy block, and a length over [`Limits::body_bytes`] before anything is allocated.
pub fn snappy(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let refuse = |error: snap::Error| Refusal::Compression { encoding: "snappy", detail: error.to_string() };
    let length = match snap::raw::decompress_len(bytes) {
        Err(snap::Error::TooBig { .. }) => return Err(Refusal::TooLarge { limit: limits.body_bytes }),
        other => other.map_err(refuse)?,
    };
    if length > limits.body_bytes {
        return Err(Refusal::TooLarge { limit: limits.body_bytes });
    }
    // The format's densest element makes 64 bytes out of 2, after the header of at most 5.
    if length / 32 > bytes.len() {
        let detail = format!("{} bytes can't hold the {length} that the header promises", bytes.len());
        return Err(Refusal::Compression { encoding: "snappy", detail });
    }
    snap::raw::Decoder::new().decompress_vec(bytes).map_err(refuse)
}

/// The content of a gzip stream of one or more members.
///
/// # Errors
/// Refuses bytes that are no complete gzip stream, and more than [`Limits::body_bytes`] of content.
pub fn gzip(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    read_all(MultiGzDecoder::new(bytes), "gzip", limits)
}

/// The content of a zlib stream, which HTTP calls `deflate`.
///
/// # Errors
/// Refuses bytes that are no complete zlib stream, and more than [`Limits::body_bytes`] of content.
pub fn zlib(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    read_all(ZlibDecoder::new(bytes), "deflate", limits)
}

fn read_all(reader: impl Read, encoding: &'static str, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut content = Vec::new();
    let bound = u64::try_from(limits.body_bytes).unwrap_or(u64::MAX).saturating_add(1);
    reader
        .take(bound)
        .read_to_end(&mut content)
        .map_err(|error| Refusal::Compression { encoding, detail: error.to_string() })?;
    if content.len() > limits.body_bytes {
        return Err(Refusal::TooLarge { limit: limits.body_bytes });
    }
    Ok(content)
}
