//! A column of floating-point numbers, every bit kept: one number for all, decimals as integers, differing bits, or as they are.

use crate::block_error::BlockError;
use crate::bytes::Reader;
use crate::codec::integers::{decode_integers, encode_integers};
use crate::codec::{decimal, gorilla};

const SAME: u8 = 0;
const DECIMAL: u8 = 1;
const DIFFERING_BITS: u8 = 2;
const PLAIN: u8 = 3;

/// Decimals that take more bytes than this a value are tried as differing bits too.
const LONG_DECIMAL_BYTES: usize = 4;

/// Appends the column, which [`decode_floats`] reads to the end of its bytes; nothing for no values.
pub(crate) fn encode_floats(values: &[f64], out: &mut Vec<u8>) {
    let Some(first) = values.first() else { return };
    if values.iter().all(|value| value.to_bits() == first.to_bits()) {
        out.push(SAME);
        out.extend_from_slice(&first.to_le_bytes());
        return;
    }
    let start = out.len();
    if let Some((places, units)) = decimal::as_units(values) {
        out.extend_from_slice(&[DECIMAL, places]);
        encode_integers(&units, out);
        if out.len() - start <= values.len() * LONG_DECIMAL_BYTES {
            return;
        }
    }
    let mut bits = Vec::with_capacity(values.len() * 8);
    gorilla::encode(values, &mut bits);
    let found = out.len() - start;
    if found > 0 && found <= bits.len() + 1 {
        return;
    }
    out.truncate(start);
    if bits.len() < values.len() * 8 {
        out.push(DIFFERING_BITS);
        out.append(&mut bits);
    } else {
        out.push(PLAIN);
        out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
}

/// Reads a column of `count` values; the caller bounds `count` and gives nothing but the column.
pub(crate) fn decode_floats(mut reader: Reader<'_>, count: usize) -> Result<Vec<f64>, BlockError> {
    if count == 0 {
        return reader.end().map(|()| Vec::new());
    }
    let kind = reader.byte()?;
    match kind {
        SAME => {
            let value = reader.f64()?;
            reader.end().map(|()| vec![value; count])
        }
        DECIMAL => {
            let places = reader.byte()?;
            let units = decode_integers(&mut reader, count)?;
            reader.end()?;
            decimal::from_units(places, &units).ok_or(BlockError::Unsound("a decimal column has too many places"))
        }
        DIFFERING_BITS => {
            let bytes = reader.take(reader.remaining())?;
            gorilla::decode(bytes, count)
        }
        PLAIN => {
            let bytes = reader.take(count.saturating_mul(8))?;
            reader.end()?;
            Ok(bytes.as_chunks().0.iter().map(|value| f64::from_le_bytes(*value)).collect())
        }
        _ => Err(BlockError::Unsound("a float column is of no known kind")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(values: &[f64]) -> Vec<u8> {
        let mut out = Vec::new();
        encode_floats(values, &mut out);
        out
    }

    fn round_trip(values: &[f64]) {
        let read = decode_floats(Reader::new(&encoded(values)), values.len()).expect("what was written can be read");
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
        assert_eq!(bits(&read), bits(values));
    }

    #[test]
    fn every_kind_of_column_is_chosen_where_it_is_short() {
        let thirds: Vec<f64> = (0..100).map(|index| f64::from(index) / 3.0).collect();
        let cases: [(&[f64], u8); 6] = [
            (&[0.1; 9], SAME),
            (&[-0.0, -0.0], SAME),
            (&[1.25, 1.5, 1.75], DECIMAL),
            (&[1.0, 1.0, -0.0, 1.0, 1.0], DIFFERING_BITS),
            (&[std::f64::consts::PI, -std::f64::consts::E * 1e-200, 1e300 / 3.0], PLAIN),
            (&thirds, DIFFERING_BITS),
        ];
        for (values, kind) in cases {
            assert_eq!(encoded(values).first(), Some(&kind), "{values:?}");
            round_trip(values);
        }
        round_trip(&[]);
    }

    proptest! {
        #[test]
        fn every_bit_reads_back(bits in prop::collection::vec(any::<u64>(), 0..80)) {
            round_trip(&bits.into_iter().map(f64::from_bits).collect::<Vec<f64>>());
        }

        #[test]
        fn near_numbers_read_back(
            values in prop::collection::vec(prop_oneof![Just(0.0), Just(-0.0), Just(1.5), -1.0..1.0_f64], 0..200),
        ) {
            round_trip(&values);
        }

        #[test]
        fn decimals_read_back(units in prop::collection::vec(-1_000_000..1_000_000_i32, 0..80), places in 0..11_i32) {
            let power = 10_f64.powi(places);
            round_trip(&units.into_iter().map(|unit| f64::from(unit) / power).collect::<Vec<f64>>());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), count in 0_usize..2_000) {
            for kind in SAME..=PLAIN {
                let mut column = vec![kind];
                column.extend_from_slice(&bytes);
                if let Ok(values) = decode_floats(Reader::new(&column), count) {
                    prop_assert_eq!(values.len(), count);
                }
            }
        }
    }
}
