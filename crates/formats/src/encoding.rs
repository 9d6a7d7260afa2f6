//! Compressed bodies, unpacked within a limit: nothing is allocated because a sender claims a size.

use std::borrow::Cow;
use std::io::{Read, Write as _};

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::MultiGzDecoder as MultiGzWriter;
use flate2::{Decompress, FlushDecompress, Status};

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

/// How many packed bytes are unpacked in one step: deflate makes at most 1,032 bytes of one, so that a step makes at most a mebibyte.
pub const STEP_BYTES: usize = 1 << 10;

/// A body that is unpacked while it arrives, so that its receiver counts what it becomes.
pub struct Unpacker {
    packed: Packed,
    limit: usize,
    arrived: usize,
}

enum Packed {
    Plain(Vec<u8>),
    Gzip(Box<MultiGzWriter<Vec<u8>>>),
    Deflate { state: Box<Decompress>, content: Vec<u8>, is_ended: bool },
    Snappy(Vec<u8>),
}

impl Unpacker {
    /// For a body of that `Content-Encoding`.
    ///
    /// # Errors
    /// Refuses an unknown encoding.
    pub fn new(content_encoding: Option<&str>, limits: &Limits) -> Result<Self, Refusal> {
        let packed = match content_encoding.map(str::trim).unwrap_or_default().to_ascii_lowercase().as_str() {
            "" | "identity" => Packed::Plain(Vec::new()),
            "gzip" | "x-gzip" => Packed::Gzip(Box::new(MultiGzWriter::new(Vec::new()))),
            "deflate" => {
                Packed::Deflate { state: Box::new(Decompress::new(true)), content: Vec::new(), is_ended: false }
            }
            "snappy" => Packed::Snappy(Vec::new()),
            other => return Err(Refusal::Encoding { encoding: shorten(other) }),
        };
        Ok(Self { packed, limit: limits.body_bytes, arrived: 0 })
    }

    /// Takes the next bytes, at most [`Unpacker::step_bytes`] at once.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.arrived += bytes.len();
        match &mut self.packed {
            Packed::Plain(content) | Packed::Snappy(content) => content.extend_from_slice(bytes),
            Packed::Gzip(writer) => writer.write_all(bytes).map_err(|error| broken("gzip", &error))?,
            Packed::Deflate { state, content, is_ended } => {
                *is_ended = *is_ended || inflate(state, bytes, content)?;
            }
        }
        if self.content().len() > self.limit { Err(Refusal::TooLarge { limit: self.limit }) } else { Ok(()) }
    }

    /// How many bytes the next push of that many may add at most.
    pub fn most_added(&self, bytes: usize) -> usize {
        match self.packed {
            Packed::Plain(_) | Packed::Snappy(_) => bytes,
            Packed::Gzip(_) | Packed::Deflate { .. } => bytes.saturating_mul(1_032).saturating_add(64 << 10),
        }
    }

    /// How many bytes are pushed at once: all of what is not packed.
    pub fn step_bytes(&self) -> usize {
        match self.packed {
            Packed::Plain(_) | Packed::Snappy(_) => usize::MAX,
            Packed::Gzip(_) | Packed::Deflate { .. } => STEP_BYTES,
        }
    }

    /// What is unpacked so far; of a snappy block nothing is known before its end.
    pub fn content(&self) -> &[u8] {
        match &self.packed {
            Packed::Plain(content) | Packed::Snappy(content) | Packed::Deflate { content, .. } => content,
            Packed::Gzip(writer) => writer.get_ref(),
        }
    }

    /// Whether [`Unpacker::content`] is what the sender packed, and not still packed.
    pub fn is_readable(&self) -> bool {
        !matches!(self.packed, Packed::Snappy(_))
    }

    /// How many bytes the end still adds: those of a snappy block.
    pub fn added_by_end(&self) -> usize {
        match &self.packed {
            Packed::Snappy(block) => snappy_bytes(block).min(self.limit),
            _ => 0,
        }
    }

    /// How many bytes have arrived.
    pub fn arrived(&self) -> usize {
        self.arrived
    }

    /// The whole content.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn finish(self) -> Result<Vec<u8>, Refusal> {
        match self.packed {
            Packed::Plain(content) | Packed::Deflate { content, is_ended: true, .. } => Ok(content),
            Packed::Gzip(writer) => (*writer).finish().map_err(|error| broken("gzip", &error)),
            Packed::Deflate { .. } => {
                Err(Refusal::Compression { encoding: "deflate", detail: "it is cut off".to_owned() })
            }
            Packed::Snappy(block) => snappy(&block, &Limits { body_bytes: self.limit, ..Limits::default() }),
        }
    }
}

/// How many bytes a snappy block says that it holds; 0 where it says nothing.
pub fn snappy_bytes(block: &[u8]) -> usize {
    snap::raw::decompress_len(block).unwrap_or_default()
}

fn broken(encoding: &'static str, error: &std::io::Error) -> Refusal {
    Refusal::Compression { encoding, detail: error.to_string() }
}

/// Unpacks the next bytes of a zlib stream; says whether it has ended.
fn inflate(state: &mut Decompress, mut bytes: &[u8], content: &mut Vec<u8>) -> Result<bool, Refusal> {
    const ROOM: usize = 32 << 10;
    loop {
        content.reserve(ROOM);
        let (read_before, made_before) = (state.total_in(), content.len());
        let status = state
            .decompress_vec(bytes, content, FlushDecompress::None)
            .map_err(|error| Refusal::Compression { encoding: "deflate", detail: error.to_string() })?;
        let read = usize::try_from(state.total_in() - read_before).unwrap_or(bytes.len());
        bytes = bytes.get(read..).unwrap_or_default();
        if status == Status::StreamEnd {
            return Ok(true);
        }
        if bytes.is_empty() && content.len() == made_before || (read == 0 && content.len() == made_before) {
            return Ok(false);
        }
    }
}
