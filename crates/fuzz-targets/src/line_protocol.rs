//! InfluxDB's line protocol, of every precision, read at once and line by line.

use formats::influx::{Lines, Precision, error_message, read};
use formats::{Limits, Received};

use crate::check;
use crate::pick::{limits, picked};

const PRECISIONS: [&str; 8] = ["", "us", "ms", "s", "m", "h", "u", "µ"];

/// Bits 0 to 2 pick the precision.
pub fn line_protocol(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let name = PRECISIONS.get(usize::from(pick & 7)).copied().unwrap_or_default();
    let precision = Precision::parse(name).unwrap_or_default();
    let Some(received) = check::received(read(bytes, precision, &limits), &limits) else { return };
    let problems = &received.samples.problems;
    let message = error_message(problems, received.samples.samples.len());
    assert_eq!(message.is_none(), problems.is_empty());
    line_by_line(bytes, precision, &received, &limits);
}

/// Both ways of reading give the same numbers.
fn line_by_line(bytes: &[u8], precision: Precision, received: &Received, limits: &Limits) {
    let Some(mut lines) = check::accepted(Lines::new(bytes, precision, limits)) else { return };
    let mut samples = received.samples.samples.iter();
    let mut problems = 0;
    while let Some(line) = lines.next_line() {
        let Ok(line) = line else {
            problems += 1;
            continue;
        };
        assert!(line.row > 0 && line.key.starts_with(line.measurement) && line.rest_ns < 1_000_000, "{line:?}");
        let Ok((labels, series)) = line.identities(limits) else {
            problems += 1;
            continue;
        };
        for ((field, value), series) in line.numbers().zip(series) {
            let sample = samples.next();
            let same = |sample: &&formats::Sample| {
                sample.series == series && sample.labels == labels && sample.value.to_bits() == value.to_bits()
            };
            assert!(sample.as_ref().is_some_and(same), "{series} {value} is not {sample:?}");
            assert_eq!(line.identity(field, limits), Ok((series, labels.clone())));
        }
    }
    assert!(samples.next().is_none() && problems <= received.samples.problems.len());
}
