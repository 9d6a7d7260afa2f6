//! A column of integers: offsets from the first, divided by their greatest common divisor, as they are or as differences or as
//! differences of differences, whichever is shortest; each a variable-length integer, and zeros by their number.
//!
//! Regular times, rows that ascend by a fixed step and counters that grow evenly become a few bytes, whatever their number.

use crate::block_error::BlockError;
use crate::bytes::{Reader, put_varint, unzigzag, varint_len, zigzag};

/// Appends the column; nothing for no values.
pub(crate) fn encode_integers(values: &[i64], out: &mut Vec<u8>) {
    let Some(&base) = values.first() else { return };
    let mut divisor = 1;
    let mut costs = costs_of(values, base, divisor);
    if shortest(costs).1 > values.len() / 4 {
        divisor = common_divisor(values, base);
        if divisor > 1 {
            costs = costs_of(values, base, divisor);
        }
    }
    let order = shortest(costs).0;
    out.push(order);
    put_varint(out, zigzag(base));
    put_varint(out, divisor.cast_unsigned());
    let mut zeros: u64 = 0;
    let mut state = Differences::default();
    for &value in values {
        let residual = state.next(offset(value, base, divisor))[usize::from(order)];
        if residual == 0 {
            zeros += 1;
            continue;
        }
        put_zeros(out, zeros);
        zeros = 0;
        put_varint(out, zigzag(residual));
    }
    put_zeros(out, zeros);
}

/// Reads a column of `count` values; the caller bounds `count`.
pub(crate) fn decode_integers(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, BlockError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let order = reader.byte()?;
    if order > 2 {
        return Err(BlockError::Unsound("an integer column has no such order"));
    }
    let base = unzigzag(reader.varint()?);
    let divisor = reader.varint()?.cast_signed();
    let mut values = Vec::with_capacity(count);
    let (mut quotient, mut difference) = (0_i64, 0_i64);
    let mut step = |residual: i64| {
        match order {
            0 => quotient = residual,
            1 => quotient = quotient.wrapping_add(residual),
            _ => {
                difference = difference.wrapping_add(residual);
                quotient = quotient.wrapping_add(difference);
            }
        }
        base.wrapping_add(quotient.wrapping_mul(divisor))
    };
    while values.len() < count {
        let token = reader.varint()?;
        if token != 0 {
            values.push(step(unzigzag(token)));
            continue;
        }
        let more = reader.varint()?;
        if more >= (count - values.len()) as u64 {
            return Err(BlockError::Unsound("an integer column is too long"));
        }
        for _ in 0..=more {
            values.push(step(0));
        }
    }
    Ok(values)
}

fn put_zeros(out: &mut Vec<u8>, zeros: u64) {
    if zeros > 0 {
        out.push(0);
        put_varint(out, zeros - 1);
    }
}

fn offset(value: i64, base: i64, divisor: i64) -> i64 {
    let offset = value.wrapping_sub(base);
    if divisor == 1 { offset } else { offset / divisor }
}

/// The value itself, its difference and the difference of its differences, value after value.
#[derive(Default)]
struct Differences {
    before: i64,
    difference: i64,
}

impl Differences {
    fn next(&mut self, value: i64) -> [i64; 3] {
        let difference = value.wrapping_sub(self.before);
        let second = difference.wrapping_sub(self.difference);
        *self = Self { before: value, difference };
        [value, difference, second]
    }
}

/// How many bytes each order takes.
fn costs_of(values: &[i64], base: i64, divisor: i64) -> [usize; 3] {
    let mut costs = [0; 3];
    let mut in_zeros = [false; 3];
    let mut state = Differences::default();
    for &value in values {
        let residuals = state.next(offset(value, base, divisor));
        for ((cost, in_zeros), residual) in costs.iter_mut().zip(&mut in_zeros).zip(residuals) {
            let zero = residual == 0;
            *cost += match (zero, *in_zeros) {
                (false, _) => varint_len(zigzag(residual)),
                (true, false) => 2,
                (true, true) => 0,
            };
            *in_zeros = zero;
        }
    }
    costs
}

/// The cheapest order and its cost.
fn shortest(costs: [usize; 3]) -> (u8, usize) {
    let [plain, first, second] = costs;
    if second < plain && second < first {
        (2, second)
    } else if first < plain {
        (1, first)
    } else {
        (0, plain)
    }
}

/// The greatest number that divides every offset; 1 where there is none, or all are zero.
fn common_divisor(values: &[i64], base: i64) -> i64 {
    let mut divisor: u64 = 0;
    for &value in values {
        let mut rest = value.wrapping_sub(base).unsigned_abs();
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        if divisor == 1 {
            return 1;
        }
    }
    i64::try_from(divisor).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(values: &[i64]) -> Vec<u8> {
        let mut out = Vec::new();
        encode_integers(values, &mut out);
        out
    }

    fn round_trip(values: &[i64]) {
        let bytes = encoded(values);
        let mut reader = Reader::new(&bytes);
        assert_eq!(decode_integers(&mut reader, values.len()), Ok(values.to_vec()));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn extremes_read_back() {
        let cases: [&[i64]; 7] = [
            &[],
            &[7],
            &[i64::MIN],
            &[i64::MIN, i64::MAX, i64::MIN, 0],
            &[i64::MAX, i64::MIN],
            &[0, i64::MIN, 0, i64::MIN],
            &[-3, -3, -3],
        ];
        for values in cases {
            round_trip(values);
        }
    }

    #[test]
    fn regular_columns_take_a_few_bytes() {
        let regular: Vec<i64> = (0..4_096).map(|index| 1_700_000_000_000 + 10_000 * index).collect();
        assert!(encoded(&regular).len() < 20, "{}", encoded(&regular).len());
        let whole_seconds: Vec<i64> = (0..4_096_i64).map(|index| 1_000 * (index * index % 50)).collect();
        assert!(encoded(&whole_seconds).len() < 4_300, "{}", encoded(&whole_seconds).len());
    }

    proptest! {
        #[test]
        fn every_column_reads_back(values in prop::collection::vec(any::<i64>(), 0..50)) {
            round_trip(&values);
        }

        #[test]
        fn columns_of_small_numbers_read_back(values in prop::collection::vec(-3_i64..3, 0..300), step in 1_i64..1_000) {
            round_trip(&values.iter().map(|value| value * step).collect::<Vec<i64>>());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), count in 0_usize..2_000) {
            if let Ok(values) = decode_integers(&mut Reader::new(&bytes), count) {
                prop_assert_eq!(values.len(), count);
            }
        }
    }
}
