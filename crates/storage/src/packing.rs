//! How a payload's bytes are packed on disk: LZ4 where that is shorter. Callers of the port never see it.

use std::borrow::Cow;

use crate::Cause;

/// As it arrived.
const RAW: i64 = 0;
/// LZ4 behind the length of what was packed.
const LZ4: i64 = 1;
/// Shorter bodies gain nothing.
const LEAST_BYTES: usize = 64;
/// LZ4 does not pack more than this many bytes into one.
const GREATEST_RATIO: usize = 256;
const LENGTH_BYTES: usize = 4;

/// Bytes as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed<'a> {
    /// How they are packed, as the column `packing` says it.
    pub packing: i64,
    pub bytes: Cow<'a, [u8]>,
}

/// The bytes, packed where that makes them shorter.
pub fn pack(body: &[u8]) -> Packed<'_> {
    let raw = Packed { packing: RAW, bytes: Cow::Borrowed(body) };
    if body.len() < LEAST_BYTES || u32::try_from(body.len()).is_err() {
        return raw;
    }
    let packed = lz4_flex::block::compress_prepend_size(body);
    if packed.len() < body.len() { Packed { packing: LZ4, bytes: Cow::Owned(packed) } } else { raw }
}

/// The bytes as they arrived.
///
/// # Errors
/// What is wrong with bytes that [`pack`] did not write.
pub fn unpack(packing: i64, bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    match packing {
        RAW => Ok(bytes.to_vec()),
        LZ4 => {
            let length = bytes.first_chunk::<LENGTH_BYTES>().ok_or("the length of a packed body is missing")?;
            let length = usize::try_from(u32::from_le_bytes(*length))?;
            // The length is believed only as far as that many bytes can be packed, so that damage costs no memory.
            if length > bytes.len().saturating_mul(GREATEST_RATIO) {
                return Err("a packed body is shorter than its length allows".into());
            }
            Ok(lz4_flex::block::decompress(&bytes[LENGTH_BYTES..], length)?)
        }
        other => Err(format!("there is no packing {other}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize) -> Vec<u8> {
        let mut state = 1_u64;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        })
        .take(count)
        .collect()
    }

    #[test]
    fn every_body_comes_back() {
        for body in
            [Vec::new(), vec![7; 63], vec![7; 64], vec![7; 5_000_000], noise(100_000), b"cpu value=1\n".repeat(99)]
        {
            let packed = pack(&body);
            assert_eq!(unpack(packed.packing, &packed.bytes).expect("a body"), body);
        }
    }

    #[test]
    fn what_repeats_is_packed_and_what_does_not_is_left_alone() {
        let lines = b"cpu,host=a usage=0.5 1700000000000000000\n".repeat(1000);
        let packed = pack(&lines);
        assert_eq!(packed.packing, LZ4);
        assert!(packed.bytes.len() * 50 < lines.len());
        let noise = noise(10_000);
        assert_eq!(pack(&noise), Packed { packing: RAW, bytes: Cow::Borrowed(&noise) });
    }

    #[test]
    fn damaged_bytes_are_an_error_and_take_no_memory() {
        let good = pack(&[7; 1000]).bytes.into_owned();
        assert!(unpack(LZ4, &good[..3]).is_err());
        assert!(unpack(LZ4, &good[..good.len() - 1]).is_err());
        let huge = [&u32::MAX.to_le_bytes()[..], &good[LENGTH_BYTES..]].concat();
        assert!(unpack(LZ4, &huge).is_err());
        let wrong = [&999_u32.to_le_bytes()[..], &good[LENGTH_BYTES..]].concat();
        assert!(unpack(LZ4, &wrong).is_err());
        assert!(unpack(2, &good).is_err());
    }
}
