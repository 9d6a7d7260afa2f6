//! Blocks of samples and of buckets: any bytes, bytes sealed here so that they get past the checksum, and samples that are written
//! and read back.

use kpi::point::Origin;
use series_block::{Block, Bucket, Resolution, RolledBlock, Sample};

use crate::pick::picked;

/// A sample is written as so many bytes: step of time, value, payload, row and origin.
const SAMPLE_BYTES: usize = 16;

/// Bits 0 to 2 pick what the bytes are.
pub fn blocks(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    match pick & 7 {
        0 => block(bytes.to_vec()),
        1 | 2 => block(sealed(b"IKPB\x01", bytes)),
        3 => drop(buckets(bytes.to_vec())),
        4 | 5 => drop(buckets(sealed(b"IKPR\x01", bytes))),
        6 => overlaid(bytes),
        _ => written(bytes),
    }
}

fn sealed(front: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut block = [front, bytes].concat();
    let checksum = crc32fast::hash(&block);
    block.extend_from_slice(&checksum.to_le_bytes());
    block
}

/// What is read of a block can be written, and reads back as the same.
fn block(bytes: Vec<u8>) {
    let Ok(block) = Block::from_bytes(bytes) else { return };
    let _ = block.check();
    let (first_ms, last_ms) = (block.digest().first.time_ms, block.digest().last.time_ms);
    let middle_ms = i64::midpoint(first_ms, last_ms);
    if let Ok(marks) = block.marks_between(first_ms, middle_ms) {
        assert!(marks.len() <= block.count() && marks.iter().all(|mark| mark.value.is_finite()));
    }
    let Ok(samples) = block.samples() else { return };
    assert_eq!(samples.len(), block.count());
    let again = Block::encode(&samples).and_then(|again| again.samples());
    assert!(again.is_ok_and(|again| same(&again, &samples)), "a block reads back differently");
    if let Ok(some) = block.samples_between(middle_ms, last_ms) {
        assert!(samples.ends_with(&some));
    }
}

/// What is read of buckets adds up; where it can be written it reads back as the same.
fn buckets(bytes: Vec<u8>) -> Option<(RolledBlock, Vec<Bucket>)> {
    let block = RolledBlock::from_bytes(bytes).ok()?;
    let digests = block.digests();
    let buckets = block.buckets().ok()?;
    assert_eq!(buckets.len(), block.count());
    assert_eq!(digests.map(|digests| digests.len()), Ok(buckets.len()));
    let mut all: Option<Bucket> = None;
    for bucket in &buckets {
        assert_eq!(bucket.sketch.count(), bucket.digest.count);
        for share in [0.0, 0.5, 0.99, 1.0] {
            let quantile = bucket.quantile(share);
            assert!((bucket.digest.least.value..=bucket.digest.greatest.value).contains(&quantile), "{quantile}");
        }
        match &mut all {
            Some(all) => all.merge(bucket),
            None => all = Some(bucket.clone()),
        }
    }
    if let Some(all) = all {
        let _ = (all.quantile(0.5), all.digest.mean());
    }
    if let Ok(again) = RolledBlock::encode(block.resolution(), &buckets) {
        assert_eq!(again.buckets().as_ref(), Ok(&buckets), "buckets read back differently");
    }
    Some((block, buckets))
}

/// Two blocks of buckets, their lengths alike, of which the second changes the first.
fn overlaid(bytes: &[u8]) {
    let (before, changed) = bytes.split_at(bytes.len() / 2);
    let Some((before, _)) = buckets(sealed(b"IKPR\x01", before)) else { return };
    let Some((_, changed)) = buckets(sealed(b"IKPR\x01", changed)) else { return };
    if let Ok(block) = RolledBlock::overlaid(before.resolution(), Some(&before), &changed) {
        assert!(block.count() >= before.count() && block.count() <= before.count() + changed.len());
    }
}

/// Samples that the bytes describe, written as a block and as buckets.
fn written(bytes: &[u8]) {
    let mut time_ms = 1_772_357_400_000_i64;
    let mut samples: Vec<Sample> = Vec::new();
    for chunk in bytes.as_chunks::<SAMPLE_BYTES>().0 {
        let [s0, s1, s2, v0, v1, v2, v3, v4, v5, v6, v7, p0, p1, row, origin, repeat] = *chunk;
        time_ms = time_ms.wrapping_add(i64::from(u32::from_le_bytes([s0, s1, s2, 0])) << (repeat & 31));
        let value = f64::from_le_bytes([v0, v1, v2, v3, v4, v5, v6, v7]);
        let payload = u64::from(u16::from_le_bytes([p0, p1]));
        let origin = Origin::ALL.get(usize::from(origin) % Origin::ALL.len()).copied().unwrap_or(Origin::Demo);
        let recorded_ms = time_ms.wrapping_add(i64::from(row));
        samples.push(Sample { time_ms, value, payload, row: u32::from(row), recorded_ms, origin });
    }
    samples.retain(|sample| sample.check().is_ok());
    samples.sort_by_key(Sample::key);
    samples.dedup_by_key(|sample| sample.key());
    if samples.is_empty() {
        return;
    }
    let read = Block::encode(&samples).and_then(|block| {
        let block = Block::from_bytes(block.bytes().to_vec())?;
        block.check()?;
        block.samples()
    });
    assert!(read.as_ref().is_ok_and(|read| same(read, &samples)), "{read:?}");
    for resolution in Resolution::ALL {
        let start_of = |sample: &Sample| resolution.start_ms(sample.time_ms);
        let of_one = samples.chunk_by(|one, next| start_of(one) == start_of(next));
        let buckets: Vec<Bucket> = of_one.filter_map(|own| Bucket::of(start_of(own.first()?), own)).collect();
        let block_of = |bucket: &Bucket| resolution.block_start_ms(bucket.start_ms);
        for together in buckets.chunk_by(|one, next| block_of(one) == block_of(next)) {
            let read = RolledBlock::encode(resolution, together).and_then(|block| block.buckets());
            assert_eq!(read.as_deref(), Ok(together));
        }
    }
}

/// Equal to the last bit.
fn same(one: &[Sample], other: &[Sample]) -> bool {
    let bits = |samples: &[Sample]| samples.iter().map(|sample| sample.value.to_bits()).collect::<Vec<u64>>();
    one == other && bits(one) == bits(other)
}
