//! Since when running totals count: `NAME_created`, in seconds since 1970, beside `NAME_total` and the parts of `NAME`.

use std::collections::HashMap;

use crate::Sample;

/// The ends of names of running totals.
const TOTALS: [&str; 4] = ["_total", "_bucket", "_count", "_sum"];

type Labels = Vec<(String, String)>;

/// Says of each running total since when it counts, where the body has a sample that says so.
pub(super) fn tell(samples: &mut [Sample]) {
    let created: HashMap<(String, Labels), i64> = samples
        .iter()
        .filter_map(|sample| {
            let name = sample.series.strip_suffix("_created")?;
            #[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer that there is")]
            let start_ms = (sample.value * 1_000.0).round() as i64;
            Some(((name.to_owned(), sample.labels.clone()), start_ms)).filter(|_| start_ms > 0)
        })
        .collect();
    if created.is_empty() {
        return;
    }
    for sample in samples {
        let Some(name) = TOTALS.iter().find_map(|end| sample.series.strip_suffix(end)) else { continue };
        let labels = sample.labels.iter().filter(|(name, _)| name != "le").cloned().collect();
        sample.start_ms = created.get(&(name.to_owned(), labels)).copied();
    }
}
