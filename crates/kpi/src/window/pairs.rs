//! Durations: each start with the first later end of the same entity.

use std::rc::Rc;

use super::Samples;
use super::runs::RunsSource;
use crate::measure::Span;
use crate::point::{Pending, Point};

/// When each pair ended and how many seconds it took, in the order in which they ended.
pub(super) type Finished = Vec<(i64, f64)>;

/// Which pairs: starts, ends, the entity's label, and as known when.
pub(super) type PairsKey = (OwnedSamples, OwnedSamples, String, Option<i64>);
type OwnedSamples = (String, Vec<(String, Vec<String>)>);

/// Starts, ends, and the label that both carry.
#[derive(Clone, Copy)]
pub(super) struct Paired<'q> {
    pub(super) from: Samples<'q>,
    pub(super) to: Samples<'q>,
    pub(super) entity: &'q str,
}

/// The durations that ended in a stretch of time, in seconds, in the order in which they ended. A pair is known from the instant of its
/// end on, and no later sample changes it.
pub(super) fn seconds_within(
    source: &RunsSource<'_>,
    paired: Paired<'_>,
    (span, known_at_ms): (Span, Option<i64>),
) -> Result<Vec<f64>, Pending> {
    let owned = |of: Samples<'_>| (of.series.to_owned(), of.labels.to_vec());
    let key = (owned(paired.from), owned(paired.to), paired.entity.to_owned(), known_at_ms);
    let known = source.pairs.borrow().get(&key).map(Rc::clone);
    let finished = if let Some(finished) = known {
        finished
    } else {
        let finished = Rc::new(pair(source, paired, known_at_ms)?);
        source.pairs.borrow_mut().insert(key, Rc::clone(&finished));
        finished
    };
    let first = finished.partition_point(|(end_ms, _)| *end_ms <= span.from_ms);
    let after = finished.partition_point(|(end_ms, _)| *end_ms <= span.until_ms);
    Ok(finished.get(first..after).unwrap_or_default().iter().map(|(_, seconds)| *seconds).collect())
}

/// An entity that does something only once may have begun it at any time before, so everything is read.
fn pair(source: &RunsSource<'_>, paired: Paired<'_>, known_at_ms: Option<i64>) -> Result<Finished, Pending> {
    let entities = source.entities(paired.entity);
    let everything = (Span { from_ms: i64::MIN, until_ms: i64::MAX }, known_at_ms);
    let all = |of: Samples<'_>| {
        let mut found: Vec<(i64, usize)> = Vec::new();
        let mut take =
            |point: &Point| found.extend(entities.number(point.labels).map(|entity| (point.time_ms, entity)));
        source.each(of, everything, &mut take).map(|()| found)
    };
    // Both are asked for, so that what is missing of both is loaded at once.
    let (starts, ends) = (all(paired.from), all(paired.to));
    let (starts, ends) = (starts?, ends?);
    // By the number of the entity: its starts that have not ended.
    let mut pending: Vec<Vec<i64>> = Vec::new();
    let mut starts = starts.into_iter().peekable();
    let mut finished = Vec::new();
    for (end_ms, entity) in ends {
        while let Some((start_ms, entity)) = starts.next_if(|(start_ms, _)| *start_ms < end_ms) {
            if entity >= pending.len() {
                pending.resize_with(entity + 1, Vec::new);
            }
            if let Some(starts) = pending.get_mut(entity) {
                starts.push(start_ms);
            }
        }
        for start_ms in pending.get_mut(entity).into_iter().flat_map(|starts| starts.drain(..)) {
            finished.push((end_ms, seconds(end_ms.saturating_sub(start_ms))));
        }
    }
    Ok(finished)
}

fn seconds(milliseconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact up to 285,000 years")]
    let exact = milliseconds as f64;
    exact / 1_000.0
}
