//! The sketches of a block's buckets: for each the number of its bins, then the bins as distances from the one before and counts.
//! The first distance is from the bin of the bucket's least value, so it is mostly zero.

use crate::block_error::BlockError;
use crate::bucket::Bucket;
use crate::bytes::{Reader, put_len, put_varint, unzigzag, zigzag};
use crate::digest::Digest;
use crate::sketch::{MOST_BINS, Sketch, bin_of};

/// Appends the sketches of buckets.
pub(super) fn encode(buckets: &[Bucket], out: &mut Vec<u8>) {
    for bucket in buckets {
        let bins = bucket.sketch.bins();
        put_len(out, bins.len());
        let mut before = i64::from(bin_of(bucket.digest.least.value));
        for &(bin, count) in bins {
            let bin = i64::from(bin);
            put_varint(out, zigzag(bin - before));
            put_varint(out, count);
            before = bin;
        }
    }
}

/// Reads the sketches of buckets with these digests.
pub(super) fn decode(reader: &mut Reader<'_>, digests: &[(i64, Digest)]) -> Result<Vec<Sketch>, BlockError> {
    digests.iter().map(|(_, digest)| one(reader, digest)).collect()
}

fn one(reader: &mut Reader<'_>, digest: &Digest) -> Result<Sketch, BlockError> {
    let len = reader.len(MOST_BINS.min(reader.remaining()))?;
    let mut bins = Vec::with_capacity(len);
    let mut before = i64::from(bin_of(digest.least.value));
    let mut count: u64 = 0;
    for _ in 0..len {
        before = before.wrapping_add(unzigzag(reader.varint()?));
        let bin = i32::try_from(before).map_err(|_| BlockError::Unsound("a sketch has no such bin"))?;
        let here = reader.varint()?;
        count = count.checked_add(here).ok_or(BlockError::Unsound("a sketch counts too many"))?;
        bins.push((bin, here));
    }
    if count != digest.count {
        return Err(BlockError::Unsound("a sketch counts other samples than its bucket"));
    }
    Sketch::from_bins(bins).ok_or(BlockError::Unsound("a sketch is not sound"))
}
