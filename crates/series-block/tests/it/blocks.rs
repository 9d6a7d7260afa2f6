//! Blocks of samples: what is encoded reads back to the last bit, and no bytes do harm.

use proptest::prelude::*;
use series_block::{Block, BlockError, Digest, MOST_SAMPLES, Mark, Sample, counted};

use crate::support::{finite, ordered, sample, values};

fn round_trip(samples: &[Sample]) -> Block {
    let block = Block::encode(samples).unwrap();
    let read = Block::from_bytes(block.bytes().to_vec()).unwrap();
    assert_eq!(read, block);
    assert_eq!(read.check(), Ok(()));
    let found = read.samples().unwrap();
    assert_eq!(found, samples);
    let bits = |samples: &[Sample]| samples.iter().map(|sample| sample.value.to_bits()).collect::<Vec<u64>>();
    assert_eq!(bits(&found), bits(samples));
    block
}

#[test]
fn edges_read_back() {
    let cases = [
        vec![sample(0, 0.0, 0, 0)],
        vec![sample(i64::MIN, -0.0, 1, 0), sample(i64::MAX, f64::MAX, u64::MAX, u32::MAX)],
        vec![sample(7, 1.0, 3, 0), sample(7, 2.0, 3, 1), sample(7, 3.0, 9, 0)],
        (0..100).map(|row| sample(5, -0.0, 5, row)).collect(),
        vec![sample(-1, f64::MIN_POSITIVE, 2, 0), sample(0, 5e-324, 1, 7), sample(1, f64::MIN, 0, 0)],
        (0..MOST_SAMPLES).map(|index| sample(i64::try_from(index / 3).unwrap(), 1.5, index as u64, 0)).collect(),
    ];
    for samples in cases {
        round_trip(&samples);
    }
}

#[test]
fn what_is_no_run_of_samples_is_not_encoded() {
    let one = sample(1, 1.0, 1, 1);
    let cases = [
        (vec![], "no samples"),
        (vec![one, one], "the samples are not in order, or one stands twice"),
        (vec![one, sample(0, 1.0, 2, 0)], "the samples are not in order, or one stands twice"),
        (vec![sample(1, f64::NAN, 1, 1)], "a value is not finite"),
        (vec![sample(1, f64::INFINITY, 1, 1)], "a value is not finite"),
        (vec![one; MOST_SAMPLES + 1], "too many samples"),
    ];
    for (samples, expected) in cases {
        assert_eq!(Block::encode(&samples), Err(BlockError::Unencodable(expected)));
    }
}

#[test]
fn regular_series_take_less_than_two_bytes_a_sample() {
    let regular: Vec<Sample> = (0..4_096_u32)
        .map(|index| {
            sample(
                1_700_000_000_000 + 10_000 * i64::from(index),
                f64::from(index % 100) / 10.0,
                u64::from(index / 100),
                index % 100,
            )
        })
        .collect();
    let block = round_trip(&regular);
    assert!(block.bytes().len() < 2 * regular.len(), "{}", block.bytes().len());
}

#[test]
fn a_version_of_later_is_told() {
    let mut bytes = round_trip(&[sample(0, 0.0, 0, 0)]).bytes().to_vec();
    bytes[4] = 9;
    assert_eq!(Block::from_bytes(bytes), Err(BlockError::Version(9)));
}

/// Reads everything there is to read, and says whether it could.
fn read_all(bytes: Vec<u8>) -> Result<Vec<Sample>, BlockError> {
    let block = Block::from_bytes(bytes)?;
    let samples = block.samples();
    if let Ok(samples) = &samples {
        assert_eq!(samples.len(), block.count());
        assert!(samples.iter().all(|sample| sample.value.is_finite()));
        assert!(samples.is_sorted_by(|one, next| one.key() < next.key()));
    }
    if let Ok(marks) = block.marks_between(i64::MIN, i64::MAX) {
        assert_eq!(marks.len(), block.count());
    }
    samples
}

proptest! {
    #[test]
    fn every_run_reads_back(
        found in prop::collection::vec((any::<i64>(), finite(), any::<u64>(), any::<u32>()), 1..60),
    ) {
        let samples = found.into_iter().map(|(time_ms, value, payload, row)| sample(time_ms, value, payload, row));
        round_trip(&ordered(&[samples.collect()]));
    }

    #[test]
    fn parts_are_what_lies_inside(
        found in prop::collection::vec((0_i64..200, values(), 0_u64..5, 0_u32..4), 1..120),
        first_ms in -10_i64..210,
        length_ms in -5_i64..120,
    ) {
        let samples = found.into_iter().map(|(time_ms, value, payload, row)| sample(time_ms, value, payload, row));
        let samples = ordered(&[samples.collect()]);
        let block = round_trip(&samples);
        let last_ms = first_ms + length_ms;
        let expected: Vec<Sample> =
            samples.iter().filter(|sample| first_ms <= sample.time_ms && sample.time_ms <= last_ms).copied().collect();
        let marks: Vec<Mark> =
            expected.iter().map(|sample| Mark { time_ms: sample.time_ms, value: sample.value }).collect();
        prop_assert_eq!(block.samples_between(first_ms, last_ms).unwrap(), expected);
        prop_assert_eq!(block.marks_between(first_ms, last_ms).unwrap(), marks);
        prop_assert_eq!(Some(*block.digest()), Digest::of(counted(&samples)));
    }

    #[test]
    fn changed_bytes_are_noticed(at in any::<prop::sample::Index>(), change in 1_u8..=255, cut in any::<prop::sample::Index>()) {
        let samples: Vec<Sample> = (0..50).map(|row| sample(i64::from(row) * 10, f64::from(row) / 3.0, 7, row)).collect();
        let bytes = Block::encode(&samples).unwrap().bytes().to_vec();
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] ^= change;
        prop_assert!(Block::from_bytes(changed).is_err());
        prop_assert!(Block::from_bytes(bytes[..cut.index(bytes.len())].to_vec()).is_err());
    }

    #[test]
    fn changed_bytes_with_a_right_checksum_do_no_harm(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        thirds in any::<bool>(),
    ) {
        let divisor = if thirds { 3.0 } else { 4.0 };
        let samples: Vec<Sample> =
            (0..50_u32).map(|row| sample(i64::from(row / 2) * 10, f64::from(row) / divisor, u64::from(row % 7), row)).collect();
        let mut bytes = Block::encode(&ordered(&[samples])).unwrap().bytes().to_vec();
        let body = bytes.len() - 4;
        for (at, byte) in changes {
            bytes[5 + at.index(body - 5)] = byte;
        }
        let checksum = crc32fast::hash(&bytes[..body]).to_le_bytes();
        bytes[body..].copy_from_slice(&checksum);
        // Either is right; what must not happen is a panic or an answer that is none, which `read_all` looks for.
        drop(read_all(bytes));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut framed = b"IKPB\x01".to_vec();
        framed.extend_from_slice(&bytes);
        framed.extend_from_slice(&crc32fast::hash(&framed).to_le_bytes());
        prop_assert!(read_all(bytes).is_err());
        drop(read_all(framed));
    }
}
