//! Blocks of samples and of buckets, whole and without what the target puts around them, and samples as it describes them.

use std::error::Error;

use kpi::point::Origin;
use series_block::{Block, Bucket, Resolution, RolledBlock, Sample};

use crate::Seed;

const START_MS: i64 = 1_772_357_400_000;
/// Kind and version.
const FRONT_BYTES: usize = 5;
const CHECKSUM_BYTES: usize = 4;

/// The value of each sample by its place.
type Shape = fn(u32) -> f64;

pub fn seeds() -> Result<Vec<Seed>, Box<dyn Error>> {
    let shapes: [(&str, Shape); 4] = [
        ("same", |_| 7.5),
        ("decimals", |index| f64::from(index) / 4.0),
        ("thirds", |index| f64::from(index) / 3.0),
        ("wild", |index| 1.5_f64.powi(i32::try_from(index % 600).unwrap_or(0) - 300)),
    ];
    let mut seeds = Vec::new();
    for (name, value) in shapes {
        let samples: Vec<Sample> = (0_u32..40).map(|index| sample(index, value(index))).collect();
        let block = Block::encode(&samples)?;
        seeds.push(Seed::new("blocks", format!("00-{name}"), 0, block.bytes()));
        seeds.push(Seed::new("blocks", format!("01-{name}"), 1, inside(block.bytes())));
        let resolution = Resolution::Minute;
        let of_one =
            samples.chunk_by(|one, next| resolution.start_ms(one.time_ms) == resolution.start_ms(next.time_ms));
        let start_of = |own: &[Sample]| own.first().map(|sample| resolution.start_ms(sample.time_ms));
        let buckets: Vec<Bucket> = of_one.filter_map(|own| Bucket::of(start_of(own)?, own)).collect();
        let (some, rest) = buckets.split_at(buckets.len() / 2);
        let (some, rest) = (RolledBlock::encode(resolution, some)?, RolledBlock::encode(resolution, rest)?);
        seeds.push(Seed::new("blocks", format!("03-{name}"), 3, some.bytes()));
        seeds.push(Seed::new("blocks", format!("04-{name}"), 4, inside(some.bytes())));
        let both = [inside(some.bytes()), inside(rest.bytes())].concat();
        seeds.push(Seed::new("blocks", format!("06-{name}"), 6, &both));
        let described: Vec<u8> = samples.iter().flat_map(described).collect();
        seeds.push(Seed::new("blocks", format!("07-{name}"), 7, &described));
    }
    Ok(seeds)
}

fn sample(index: u32, value: f64) -> Sample {
    let time_ms = START_MS + i64::from(index) * 15_000;
    let payload = u64::from(index / 10);
    Sample { time_ms, value, payload, row: index % 10, recorded_ms: time_ms + 700, origin: Origin::Measured }
}

fn inside(block: &[u8]) -> &[u8] {
    block.get(FRONT_BYTES..block.len() - CHECKSUM_BYTES).unwrap_or_default()
}

/// A step of 15 seconds, the value, payload, row, origin, and by how much the step is shifted.
fn described(sample: &Sample) -> Vec<u8> {
    let mut bytes = vec![0x98, 0x3a, 0];
    bytes.extend(sample.value.to_le_bytes());
    bytes.extend(sample.payload.to_le_bytes().iter().take(2));
    bytes.extend([sample.row.to_le_bytes()[0], 0, 0]);
    bytes
}
