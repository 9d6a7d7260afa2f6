//! Floating-point numbers as the bits in which each differs from the one before (Pelkonen and others, "Gorilla", VLDB 2015).

use crate::block_error::BlockError;

/// Appends the bits of `values`, the last byte filled with zeros.
pub(crate) fn encode(values: &[f64], out: &mut Vec<u8>) {
    let mut bits = BitWriter { out, pending: 0, free: 64 };
    let mut before = 0_u64;
    let mut leading = 65;
    let mut length = 0;
    for value in values {
        let value = value.to_bits();
        let difference = value ^ before;
        before = value;
        if difference == 0 {
            bits.put(0, 1);
            continue;
        }
        // Five bits tell how many zeros lead.
        let zeros = difference.leading_zeros().min(31);
        let needed = 64 - zeros - difference.trailing_zeros();
        let fits = zeros >= leading && difference.trailing_zeros() >= 64 - leading - length;
        // A window that was wide once would be paid for by every later value.
        if fits && length <= needed + 11 {
            bits.put(0b10, 2);
        } else {
            (leading, length) = (zeros, needed);
            bits.put(0b11, 2);
            bits.put(u64::from(leading), 5);
            bits.put(u64::from(length - 1), 6);
        }
        bits.put(difference >> (64 - leading - length), length);
    }
    bits.finish();
}

/// Reads `count` values; the caller bounds `count`.
pub(crate) fn decode(bytes: &[u8], count: usize) -> Result<Vec<f64>, BlockError> {
    let mut bits = BitReader { bytes, pending: 0, filled: 0 };
    // Every value takes a bit at least.
    if bytes.len().saturating_mul(8) < count {
        return Err(BlockError::Short);
    }
    let mut values = Vec::with_capacity(count);
    let mut before = 0_u64;
    let (mut leading, mut length) = (0, 0);
    for _ in 0..count {
        if bits.take(1)? == 1 {
            if bits.take(1)? == 1 {
                leading = low_u32(bits.take(5)?);
                length = low_u32(bits.take(6)?) + 1;
            }
            let shift = 64_u32
                .checked_sub(leading + length)
                .filter(|_| length > 0)
                .ok_or(BlockError::Unsound("a float column is not sound"))?;
            before ^= bits.take(length)? << shift;
        }
        values.push(f64::from_bits(before));
    }
    Ok(values)
}

fn low_u32(bits: u64) -> u32 {
    u32::try_from(bits).unwrap_or(u32::MAX)
}

/// The lowest `count` bits set.
fn mask(count: u32) -> u64 {
    u64::MAX.checked_shr(64 - count).unwrap_or(0)
}

struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Bits that are not written yet, the first at the top.
    pending: u64,
    free: u32,
}

impl BitWriter<'_> {
    /// Puts the lowest `count` bits, 1 to 64, the highest first.
    fn put(&mut self, bits: u64, count: u32) {
        if count < self.free {
            self.free -= count;
            self.pending |= bits << self.free;
            return;
        }
        let over = count - self.free;
        self.out.extend_from_slice(&(self.pending | bits >> over).to_be_bytes());
        self.free = 64 - over;
        self.pending = if over == 0 { 0 } else { bits << self.free };
    }

    fn finish(self) {
        let bytes = (64 - self.free).div_ceil(8) as usize;
        self.out.extend_from_slice(&self.pending.to_be_bytes()[..bytes]);
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bits that are not read yet, the last at the bottom.
    pending: u64,
    filled: u32,
}

impl BitReader<'_> {
    /// The next `count` bits, 1 to 64.
    fn take(&mut self, count: u32) -> Result<u64, BlockError> {
        if count <= self.filled {
            self.filled -= count;
            return Ok((self.pending >> self.filled) & mask(count));
        }
        let missing = count - self.filled;
        let high = self.pending & mask(self.filled);
        self.fill()?;
        let rest = self.filled.checked_sub(missing).ok_or(BlockError::Short)?;
        self.filled = rest;
        let low = self.pending.checked_shr(rest).unwrap_or(0) & mask(missing);
        Ok(high.checked_shl(missing).unwrap_or(0) | low)
    }

    fn fill(&mut self) -> Result<(), BlockError> {
        if let Some((word, rest)) = self.bytes.split_first_chunk::<8>() {
            (self.pending, self.filled, self.bytes) = (u64::from_be_bytes(*word), 64, rest);
            return Ok(());
        }
        if self.bytes.is_empty() {
            return Err(BlockError::Short);
        }
        (self.pending, self.filled) = (0, 0);
        for byte in std::mem::take(&mut self.bytes) {
            self.pending = self.pending << 8 | u64::from(*byte);
            self.filled += 8;
        }
        Ok(())
    }
}
