//! Samples of a body as rows of a batch, with what is told of them to their sender in its own rows.

use std::collections::{BTreeMap, HashSet};

use formats::remote_write::Written;
use formats::{Problem, Received, Sample};
use kpi::feed::{DELTA, MOST_COUNTED, TEMPORALITY};
use kpi::point::Origin;
use timeseries::{Batch, Row};

use super::Filled;
use super::conversion::{Cached, Conversion, Conversions, UNIT_WRITTEN};

/// How long ago a running total may have begun for its beginning to be kept as well: so the first value of a new process counts,
/// and that of one that has run for long, and is seen for the first time, does not.
const MOST_SINCE_START_MS: i64 = 10 * 60_000;

/// What became of one row of the body.
#[derive(Default)]
struct OfRow {
    samples: usize,
    /// Samples that are the only ones of their series and time in this body.
    fresh: usize,
    is_refused: bool,
}

/// Puts what was read into a batch. Of a row of which one sample is refused nothing is taken: a histogram without some of its parts
/// says nothing that is right.
pub(super) fn received(
    batch: &mut Batch,
    received: Received,
    written: Option<Written>,
    origin: Origin,
    conversions: &Conversions,
) -> Filled {
    let Received { samples, left_out } = received;
    let mut filled = Filled { rows: samples.rows, problems: samples.problems, left_out, written, starts: 0 };
    let mut factors = conversions.cached();
    let (mut starts, mut rows) = (Vec::new(), Vec::with_capacity(samples.samples.len()));
    let mut seen = HashSet::new();
    let mut by_row: BTreeMap<usize, OfRow> = BTreeMap::new();
    let mut numbered = samples.samples.into_iter().zip(0_u32..).peekable();
    let mut of_one: Vec<(Sample, u32)> = Vec::new();
    while let Some((sample, number)) = numbered.next() {
        let row = sample.row;
        let place = if row == 0 { number as usize + 1 } else { row };
        of_one.clear();
        of_one.push((sample, number));
        while let Some(next) = numbered.next_if(|(sample, _)| row != 0 && sample.row == row) {
            of_one.push(next);
        }
        let of_row = by_row.entry(place).or_default();
        of_row.samples += of_one.len();
        let before = rows.len();
        if let Err(problem) = take_row(batch, &mut of_one, origin, &mut factors, &mut rows) {
            of_row.is_refused = true;
            filled.problems.push(Problem { row: place, ..problem });
            continue;
        }
        for ((sample, _), row) in of_one.iter().zip(&rows[before..]) {
            of_row.fresh += usize::from(seen.insert((row.series, row.time_ms)));
            let start_ms = sample.start_ms.filter(|start_ms| {
                let is_recent = (1..=MOST_SINCE_START_MS).contains(&row.time_ms.saturating_sub(*start_ms));
                is_recent && batch.check_time(*start_ms).is_ok() && conversions.feeds(&sample.series)
            });
            starts.extend(start_ms.map(|time_ms| Row { time_ms, value: 0.0, ..*row }));
        }
    }
    filled.starts = starts.len();
    for row in starts.into_iter().chain(rows) {
        // Its time and value were looked at already.
        if let Err(refusal) = batch.push(row) {
            filled.problems.push(refusal.problem(row.row as usize + 1));
        }
    }
    filled.problems.sort_by_key(|problem| problem.row);
    if let Some(written) = &mut filled.written {
        take_off(written, &by_row);
    }
    filled
}

/// The samples of one row of the body as rows of the batch, all or none. Samples that are not taken make no series.
fn take_row(
    batch: &mut Batch,
    samples: &mut [(Sample, u32)],
    origin: Origin,
    factors: &mut Cached<'_>,
    rows: &mut Vec<Row>,
) -> Result<(), Problem> {
    for (sample, _) in samples.iter_mut() {
        convert(batch, sample, factors)?;
    }
    let before = rows.len();
    for (sample, number) in samples {
        match batch.resolve(&sample.series, &sample.labels) {
            Ok(series) => {
                let time_ms = sample.time_ms.unwrap_or(batch.recorded_ms());
                rows.push(Row { series, time_ms, value: sample.value, row: *number, origin });
            }
            Err(refusal) => {
                rows.truncate(before);
                return Err(refusal.problem(0));
            }
        }
    }
    Ok(())
}

/// Puts a sample into the units in which it is kept, with its time.
fn convert(batch: &Batch, sample: &mut Sample, factors: &mut Cached<'_>) -> Result<(), Problem> {
    if sample.unit.is_none() && sample.series.ends_with("_bucket") {
        sample.unit = factors.unit_of_bounds(&sample.series);
    }
    let conversion = factors.of(&sample.series, sample.unit.as_deref());
    let conversion = conversion.map_err(|(field, code, detail, expected)| Problem {
        row: 0,
        field: field.to_owned(),
        code,
        detail,
        expected,
    })?;
    let factor = match conversion {
        Conversion::Times(factor) => factor,
        Conversion::Unknown => {
            let unit = sample.unit.take().unwrap_or_default().trim().to_owned();
            sample.labels.retain(|(name, _)| name != UNIT_WRITTEN);
            sample.labels.push((UNIT_WRITTEN.to_owned(), unit));
            sample.labels.sort();
            1.0
        }
    };
    if sample.is_increment
        && factors.counts(&sample.series)
        && !sample.labels.iter().any(|(name, _)| name == TEMPORALITY)
    {
        sample.labels.push((TEMPORALITY.to_owned(), DELTA.to_owned()));
        sample.labels.sort();
    }
    let factor = if scale_bound(sample, factor) { 1.0 } else { factor };
    let time_ms = sample.time_ms.unwrap_or(batch.recorded_ms());
    (sample.time_ms, sample.value) = (Some(time_ms), sample.value * factor);
    batch.check_time(time_ms).map_err(|refusal| refusal.problem(0))?;
    if !sample.value.is_finite() {
        return Err(timeseries::RowRefusal::NotFinite.problem(0));
    }
    if factors.is_fed_bucket(sample) && !(0.0..=MOST_COUNTED).contains(&sample.value) {
        return Err(Problem {
            row: 0,
            field: "value".to_owned(),
            code: "bad-buckets",
            detail: format!("the bucket holds {} observations", sample.value),
            expected: "a count from 0 to 9,007,199,254,740,992".to_owned(),
        });
    }
    Ok(())
}

/// A bucket counts, and its unit is that of its upper bound: the bound is told in the base unit then. Says whether it is one.
fn scale_bound(sample: &mut Sample, factor: f64) -> bool {
    if sample.unit.is_none() || !sample.series.ends_with("_bucket") {
        return false;
    }
    let Some((_, bound)) = sample.labels.iter_mut().find(|(name, _)| name == "le") else { return false };
    let Ok(number) = bound.parse::<f64>() else { return false };
    if number.is_finite() && factor.total_cmp(&1.0).is_ne() {
        // 35 ms are 0.035 s, not 0.035000000000000003.
        let digits = format!("{:.12e}", number * factor);
        *bound = formats::bound_text(digits.parse().unwrap_or(number * factor)).into_owned();
    }
    true
}

/// What the reader took in and is not kept: what is refused here, and what another row of the body says again. A histogram is a row
/// of several samples.
fn take_off(written: &mut Written, by_row: &BTreeMap<usize, OfRow>) {
    for of_row in by_row.values().filter(|of_row| of_row.is_refused || of_row.fresh == 0) {
        let count = if of_row.samples == 1 { &mut written.samples } else { &mut written.histograms };
        *count = count.saturating_sub(1);
    }
}
