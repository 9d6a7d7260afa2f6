//! The fixed part at the front of a block: how many samples, what they come to, how long the columns are.

use crate::block::MOST_SAMPLES;
use crate::block_error::BlockError;
use crate::bytes::Reader;
use crate::digest::{Digest, Mark};
use crate::sum::Sum;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Header {
    pub(super) count: usize,
    pub(super) digest: Digest,
    pub(super) times_len: usize,
    pub(super) values_len: usize,
}

impl Header {
    /// Bytes of an encoded header.
    pub(super) const LEN: usize = 4 * 4 + 4 * 16 + 3 * 8;

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let digest = &self.digest;
        for number in [self.count, usize::try_from(digest.count).unwrap_or(usize::MAX), self.times_len, self.values_len]
        {
            out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        for mark in [digest.first, digest.least, digest.greatest, digest.last] {
            out.extend_from_slice(&mark.time_ms.to_le_bytes());
            out.extend_from_slice(&mark.value.to_le_bytes());
        }
        let (high, low) = digest.sum.parts();
        out.extend_from_slice(&high.to_le_bytes());
        out.extend_from_slice(&low.to_le_bytes());
        out.extend_from_slice(&digest.recorded_ms.to_le_bytes());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, BlockError> {
        let count = size(reader)?;
        let counted = reader.u32()?;
        let times_len = size(reader)?;
        let values_len = size(reader)?;
        let mut mark = || -> Result<Mark, BlockError> {
            let mark = Mark { time_ms: reader.i64()?, value: reader.f64()? };
            if mark.value.is_finite() { Ok(mark) } else { Err(BlockError::Unsound("a value is not finite")) }
        };
        let [first, least, greatest, latest] = [mark()?, mark()?, mark()?, mark()?];
        let sum = Sum::from_parts(reader.f64()?, reader.f64()?).ok_or(BlockError::Unsound("the sum is none"))?;
        let recorded_ms = reader.i64()?;
        if count == 0
            || count > MOST_SAMPLES
            || counted == 0
            || usize::try_from(counted).is_ok_and(|counted| counted > count)
        {
            return Err(BlockError::Unsound("the number of samples can't be"));
        }
        let inside = first.time_ms..=latest.time_ms;
        if !inside.contains(&least.time_ms) || !inside.contains(&greatest.time_ms) || least.value > greatest.value {
            return Err(BlockError::Unsound("the header contradicts itself"));
        }
        let digest = Digest { count: u64::from(counted), sum, first, least, greatest, last: latest, recorded_ms };
        Ok(Self { count, digest, times_len, values_len })
    }
}

fn size(reader: &mut Reader<'_>) -> Result<usize, BlockError> {
    usize::try_from(reader.u32()?).map_err(|_| BlockError::Unsound("a length is too great"))
}
