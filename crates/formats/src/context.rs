//! What the sender of a report says beside it: the commit, branch and machine that all its samples are about.

use crate::collect::Identity;
use crate::{Limits, Sample};

/// Gives every sample the labels that it lacks, and the time where it has none.
///
/// # Errors
/// A sentence about a label that is wrong: its name, its length, or that there are too many then. The samples are left as
/// they were.
pub fn complete(
    samples: &mut [Sample],
    labels: &[(&str, &str)],
    time_ms: Option<i64>,
    limits: &Limits,
) -> Result<(), String> {
    let mut completed = Vec::with_capacity(samples.len());
    for sample in samples.iter() {
        let own = sample.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let lacking = labels.iter().copied().filter(|(name, _)| sample.labels.iter().all(|(known, _)| known != name));
        let identity = Identity::new(&sample.series, own.chain(lacking), limits).map_err(|wrong| {
            let sentences = wrong.into_iter().map(|(_, _, detail, expected)| format!("{detail}: {expected}"));
            sentences.collect::<Vec<_>>().join("; ")
        })?;
        completed.push(identity.labels);
    }
    for (sample, labels) in samples.iter_mut().zip(completed) {
        sample.labels = labels;
        sample.time_ms = sample.time_ms.or(time_ms);
    }
    Ok(())
}
