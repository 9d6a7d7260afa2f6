//! Buckets of one resolution as one block: six hours of minutes, 8 days of hours or 32 days of days.

mod columns;
mod sketches;

use crate::block_error::BlockError;
use crate::bucket::Bucket;
use crate::bytes::{Reader, begin, open, put_len, put_section, seal};
use crate::digest::Digest;
use crate::resolution::Resolution;
use crate::sketch::Sketch;

/// The most buckets of a block: six hours of minutes.
pub const MOST_BUCKETS: usize = 360;

const KIND: [u8; 4] = *b"IKPR";
/// The version of the format in which rollups are written.
pub const VERSION: u8 = 1;

/// Encoded buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBlock {
    bytes: Vec<u8>,
    resolution: Resolution,
    count: usize,
}

impl RolledBlock {
    /// Encodes buckets of one block, in order of time.
    ///
    /// # Errors
    /// No buckets, buckets that are not of one block, out of order or not at the beginning of a bucket.
    pub fn encode(resolution: Resolution, buckets: &[Bucket]) -> Result<Self, BlockError> {
        let first = buckets.first().ok_or(BlockError::Unencodable("no buckets"))?;
        let block_ms = resolution.block_start_ms(first.start_ms);
        let fits = |bucket: &Bucket| {
            resolution.start_ms(bucket.start_ms) == bucket.start_ms
                && resolution.block_start_ms(bucket.start_ms) == block_ms
                && resolution.start_ms(bucket.digest.first.time_ms) == bucket.start_ms
                && resolution.start_ms(bucket.digest.last.time_ms) == bucket.start_ms
        };
        if !buckets.iter().all(fits) || !buckets.is_sorted_by(|one, next| one.start_ms < next.start_ms) {
            return Err(BlockError::Unencodable("the buckets are not those of one block in order"));
        }
        let mut bytes = Vec::new();
        begin(&mut bytes, KIND, VERSION);
        bytes.push(number_of(resolution));
        put_len(&mut bytes, buckets.len());
        let mut digests = Vec::new();
        columns::encode(buckets, &mut digests);
        put_section(&mut bytes, &digests);
        sketches::encode(buckets, &mut bytes);
        seal(&mut bytes);
        Ok(Self { bytes, resolution, count: buckets.len() })
    }

    /// A block from its bytes. Checks all but the columns, which their readers check.
    ///
    /// # Errors
    /// The bytes are not a whole, unchanged block of a known version.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, BlockError> {
        let (resolution, count, _) = parts(&bytes)?;
        Ok(Self { bytes, resolution, count })
    }

    /// The bytes to store.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The resolution of its buckets.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// How many buckets it holds; those without samples are not kept.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Every bucket.
    ///
    /// # Errors
    /// Columns that are not sound.
    pub fn buckets(&self) -> Result<Vec<Bucket>, BlockError> {
        let (resolution, count, mut reader) = parts(&self.bytes)?;
        let digests = columns::decode(reader.section()?, resolution, count)?;
        let sketches = sketches::decode(&mut reader, &digests)?;
        reader.end()?;
        let bucket = |((start_ms, digest), sketch): ((i64, Digest), Sketch)| Bucket { start_ms, digest, sketch };
        Ok(digests.into_iter().zip(sketches).map(bucket).collect())
    }

    /// Start and digest of every bucket: faster, because quantiles are left alone.
    ///
    /// # Errors
    /// Columns that are not sound.
    pub fn digests(&self) -> Result<Vec<(i64, Digest)>, BlockError> {
        let (resolution, count, mut reader) = parts(&self.bytes)?;
        columns::decode(reader.section()?, resolution, count)
    }

    /// The block after some of its buckets have changed or come anew: `changed` in order of time, all of this block.
    ///
    /// # Errors
    /// A block that is not sound, or buckets that are not of one block in order.
    pub fn overlaid(resolution: Resolution, before: Option<&Self>, changed: &[Bucket]) -> Result<Self, BlockError> {
        let mut buckets = before.map(Self::buckets).transpose()?.unwrap_or_default();
        for bucket in changed {
            match buckets.binary_search_by_key(&bucket.start_ms, |known| known.start_ms) {
                Ok(index) => buckets[index] = bucket.clone(),
                Err(index) => buckets.insert(index, bucket.clone()),
            }
        }
        Self::encode(resolution, &buckets)
    }
}

fn parts(bytes: &[u8]) -> Result<(Resolution, usize, Reader<'_>), BlockError> {
    let mut reader = open(bytes, KIND, VERSION)?;
    let number = reader.byte()?;
    let resolution = Resolution::ALL.into_iter().find(|resolution| number_of(*resolution) == number);
    let resolution = resolution.ok_or(BlockError::Unsound("the resolution is not known"))?;
    let count = reader.len(MOST_BUCKETS)?;
    Ok((resolution, count, reader))
}

/// The number of a resolution in stored blocks; never changes.
fn number_of(resolution: Resolution) -> u8 {
    match resolution {
        Resolution::Minute => 0,
        Resolution::Hour => 1,
        Resolution::Day => 2,
    }
}
