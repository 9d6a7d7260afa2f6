//! Durations: each start with the first later end of the same entity.

use std::cell::OnceCell;

use super::Span;
use super::entities::Entities;
use super::select::Selected;

/// The starts and ends of one kind of thing, paired when they are first asked for.
pub(crate) struct Pairs<'a> {
    pub(crate) from: Selected<'a>,
    pub(crate) to: Selected<'a>,
    entities: Entities<'a>,
    finished: OnceCell<Vec<(i64, f64)>>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn new(from: Selected<'a>, to: Selected<'a>, entities: Entities<'a>) -> Self {
        Self { from, to, entities, finished: OnceCell::new() }
    }

    /// The durations that ended in a stretch of time, in seconds, in the order in which they ended.
    ///
    /// A pair is known from the instant of its end on, and no later sample changes it.
    pub(crate) fn seconds_within(&self, span: Span) -> Vec<f64> {
        let finished = self.finished.get_or_init(|| self.pair());
        let first = finished.partition_point(|(end_ms, _)| *end_ms <= span.from_ms);
        let after = finished.partition_point(|(end_ms, _)| *end_ms <= span.until_ms);
        finished.get(first..after).unwrap_or_default().iter().map(|(_, seconds)| *seconds).collect()
    }

    fn pair(&self) -> Vec<(i64, f64)> {
        // By the number of the entity: its starts that have not ended.
        let mut pending: Vec<Vec<i64>> = Vec::new();
        let mut starts = self.from.all().peekable();
        let mut finished = Vec::new();
        for end in self.to.all() {
            while let Some(start) = starts.next_if(|start| start.time_ms < end.time_ms) {
                let Some(entity) = self.entities.number(start.labels) else { continue };
                if entity >= pending.len() {
                    pending.resize_with(entity + 1, Vec::new);
                }
                if let Some(starts) = pending.get_mut(entity) {
                    starts.push(start.time_ms);
                }
            }
            let Some(entity) = self.entities.number(end.labels) else { continue };
            for start_ms in pending.get_mut(entity).into_iter().flat_map(|starts| starts.drain(..)) {
                finished.push((end.time_ms, seconds(end.time_ms.saturating_sub(start_ms))));
            }
        }
        finished
    }
}

fn seconds(milliseconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact up to 285,000 years")]
    let exact = milliseconds as f64;
    exact / 1_000.0
}
