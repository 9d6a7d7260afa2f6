//! Measures blocks and rollups: bytes, samples a second, and a year of samples every ten seconds.
//!
//! `cargo run --release -p samples --example speed`
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::error::Error;
use std::time::Instant;

use kpi::point::Origin;
use series_block::{Block, Head, Mark, Resolution, Rollups, Sample, Series, TARGET_SAMPLES, window};

const START_MS: i64 = 1_735_689_600_000;
const STEP_MS: i64 = 10_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const YEAR_SAMPLES: usize = 3_153_600;
const COLUMNS: usize = 500;

/// Random numbers that are the same in every run (xorshift64*, Vigna 2016).
struct Noise(u64);

impl Noise {
    /// From 0 up to 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Constant,
    Counter,
    Decimals,
    Noisy,
}

/// Samples of one series: `per_payload` in each payload, as a collector (1) or a batch (more) brings them; `jitter_ms` about the
/// regular times.
fn generate(kind: Kind, count: usize, per_payload: u64, jitter_ms: f64) -> Vec<Sample> {
    let mut noise = Noise(42);
    let mut counter = 0.0;
    (0..count as u64)
        .map(|index| {
            let payload = index / per_payload;
            let regular_ms = START_MS + STEP_MS * index.cast_signed();
            counter += (noise.next() * 40.0).floor();
            let level = 50.0 + 20.0 * (index as f64 / 1_000.0).sin();
            #[expect(clippy::cast_possible_truncation, reason = "a few milliseconds")]
            let delay_ms = (noise.next() * jitter_ms) as i64;
            Sample {
                time_ms: regular_ms + delay_ms,
                value: match kind {
                    Kind::Constant => 42.0,
                    Kind::Counter => counter,
                    Kind::Decimals => ((level + noise.next()) * 100.0).round() / 100.0,
                    Kind::Noisy => level + noise.next(),
                },
                payload,
                row: u32::try_from(index % per_payload * 50).unwrap_or(u32::MAX),
                recorded_ms: START_MS + STEP_MS * (payload * per_payload).cast_signed() + delay_ms * 3,
                origin: Origin::Measured,
            }
        })
        .collect()
}

/// Seconds that a call takes, the least of five.
fn seconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let once = |call: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        std::hint::black_box(call());
        start.elapsed().as_secs_f64()
    };
    (0..5).map(|_| once(&mut call)).fold(f64::INFINITY, f64::min)
}

fn blocks(name: &str, samples: &[Sample]) -> Result<(), Box<dyn Error>> {
    let chunks = || samples.chunks(TARGET_SAMPLES);
    let encoded: Vec<Block> = chunks().map(Block::encode).collect::<Result<_, _>>()?;
    let bytes: usize = encoded.iter().map(|block| block.bytes().len()).sum();
    let millions = samples.len() as f64 / 1e6;
    let encode = seconds(|| chunks().map(Block::encode).collect::<Vec<_>>());
    let read = seconds(|| encoded.iter().map(Block::samples).collect::<Vec<_>>());
    let marks = seconds(|| encoded.iter().map(|block| block.marks_between(i64::MIN, i64::MAX)).collect::<Vec<_>>());
    let rolled = seconds(|| {
        let mut rollups = Rollups::default();
        for sample in samples {
            rollups.push(sample);
        }
        rollups
    });
    println!(
        "{name:<44} {:>6.2} bytes  {:>6.1} M/s encoded  {:>6.1} M/s read  {:>6.1} M/s marks  {:>5.1} M/s rolled up",
        bytes as f64 / samples.len() as f64,
        millions / encode,
        millions / read,
        millions / marks,
        millions / rolled
    );
    Ok(())
}

fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1_024.0
}

/// With `fresh` memory is measured: no memory that was given back may be there to be used again.
fn year(name: &str, kind: Kind, fresh: bool) -> Result<(), Box<dyn Error>> {
    let samples = generate(kind, YEAR_SAMPLES, 100, 5.0);
    let before_mib = fresh.then(resident_mib);
    let start = Instant::now();
    let mut series = Series::default();
    for batch in samples.chunks(100) {
        series.append(batch)?;
        if series.head().samples().len() >= TARGET_SAMPLES {
            series.flush(false)?;
        }
    }
    let built_s = start.elapsed().as_secs_f64();
    let raw: usize = series.blocks().iter().map(|block| block.bytes().len()).sum();
    println!(
        "\n{name}: {} samples appended, rolled up and put into blocks in {built_s:.2} s ({:.1} M/s)",
        samples.len(),
        samples.len() as f64 / 1e6 / built_s
    );
    if let Some(before_mib) = before_mib {
        println!("memory of the process: {:.0} MiB more", resident_mib() - before_mib);
    }
    print!("bytes: samples {raw} in {} blocks", series.blocks().len());
    for resolution in Resolution::ALL {
        let blocks = || series.rolled(resolution);
        let bytes: usize = blocks().map(|block| block.bytes().len()).sum();
        let buckets: usize = blocks().map(series_block::RolledBlock::count).sum();
        print!(", {resolution:?} {bytes} ({:.1} a bucket)", bytes as f64 / buckets.max(1) as f64);
    }
    println!();
    let end_ms = START_MS + STEP_MS * (YEAR_SAMPLES as u64).cast_signed();
    for (span, length_ms) in
        [("year", 365 * DAY_MS), ("quarter", 91 * DAY_MS), ("month", 30 * DAY_MS), ("day", DAY_MS), ("hour", HOUR_MS)]
    {
        // Windows all over the year, none at the beginning of a bucket.
        let windows: Vec<i64> =
            (0..200).map(|place| START_MS + 12_345 + (end_ms - START_MS - length_ms) / 200 * place).collect();
        let mut points = 0;
        let mut chart_ms = Vec::new();
        let mut window_ms = Vec::new();
        for from_ms in windows {
            let start = Instant::now();
            let marks: Vec<Mark> = series.chart(from_ms, from_ms + length_ms, COLUMNS)?;
            chart_ms.push(start.elapsed().as_secs_f64() * 1_000.0);
            points = points.max(marks.len());
            let start = Instant::now();
            std::hint::black_box(window(&series, from_ms, from_ms + length_ms, None)?.map(|all| all.quantile(0.95)));
            window_ms.push(start.elapsed().as_secs_f64() * 1_000.0);
        }
        println!(
            "  {span:<8} chart p50 {:>6.2} ms, p95 {:>6.2} ms, {points:>4} points   mean and p95 of the window p50 {:>6.2} ms, p95 {:>6.2} ms",
            share(&mut chart_ms, 50),
            share(&mut chart_ms, 95),
            share(&mut window_ms, 50),
            share(&mut window_ms, 95)
        );
    }
    Ok(())
}

fn share(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * percent / 100]
}

/// Batches of 5,000 points over 50 series, as a line protocol client sends them: heads, rollups and blocks, one thread.
fn ingestion() -> Result<(), Box<dyn Error>> {
    let all: Vec<Vec<Sample>> = (0..50_u64)
        .map(|series| {
            let mut samples = generate(Kind::Decimals, 20_000, 100, 0.0);
            for sample in &mut samples {
                sample.value += series as f64;
            }
            samples
        })
        .collect();
    let start = Instant::now();
    let mut series = vec![Series::default(); all.len()];
    for batch in 0..200 {
        for (series, samples) in series.iter_mut().zip(&all) {
            series.append(&samples[batch * 100..(batch + 1) * 100])?;
            if series.head().samples().len() >= TARGET_SAMPLES {
                series.flush(false)?;
            }
        }
    }
    let count = 50 * 20_000;
    println!(
        "\n{count} samples of 50 series in batches of 5,000: {:.1} M/s",
        f64::from(count) / 1e6 / start.elapsed().as_secs_f64()
    );

    let start = Instant::now();
    let mut series = vec![Series::default(); 1_000];
    let samples = generate(Kind::Decimals, 1_000, 1, 5.0);
    for sample in &samples {
        for series in &mut series {
            series.append(std::slice::from_ref(sample))?;
        }
    }
    println!(
        "1000000 samples of 1,000 series, one of each in a payload: {:.1} M/s",
        1.0 / start.elapsed().as_secs_f64()
    );

    let mut head = Head::default();
    let samples = generate(Kind::Decimals, 4_000, 1, 0.0);
    let late = seconds(|| {
        head = Head::default();
        for sample in samples.iter().rev() {
            if head.append(std::slice::from_ref(sample)).is_err() {
                break;
            }
        }
    });
    println!("4,000 samples into one head, each earlier than all before: {:.1} ms", late * 1_000.0);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    year("A year of a noisy gauge of 53 bits", Kind::Noisy, true)?;
    year("A year of a gauge of two decimals", Kind::Decimals, false)?;
    println!();
    let count = 100 * TARGET_SAMPLES;
    blocks("constant, regular, batches of 100", &generate(Kind::Constant, count, 100, 0.0))?;
    blocks("counter, regular, batches of 100", &generate(Kind::Counter, count, 100, 0.0))?;
    blocks("gauge of two decimals, batches of 100", &generate(Kind::Decimals, count, 100, 0.0))?;
    blocks("noisy gauge of 53 bits, batches of 100", &generate(Kind::Noisy, count, 100, 0.0))?;
    blocks("counter, 5 ms of jitter, a payload each", &generate(Kind::Counter, count, 1, 5.0))?;
    blocks("gauge of two decimals, jitter, a payload each", &generate(Kind::Decimals, count, 1, 5.0))?;
    blocks("noisy gauge, jitter, a payload each", &generate(Kind::Noisy, count, 1, 5.0))?;
    ingestion()
}
