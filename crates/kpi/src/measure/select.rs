//! Selections, ready to be read: which samples of a series carry the wanted labels.

use std::cell::{OnceCell, RefCell};

use super::{Selection, Span};
use crate::aggregate::count;
use crate::point::{LabelSet, Observations, Point, after, label, until};

/// Label sets with a larger number are judged anew each time, so that a stray number can't ask for gigabytes.
pub(crate) const REMEMBERED_SETS: usize = 1 << 22;

#[derive(Clone, Copy, PartialEq)]
enum Judged {
    Unknown,
    Accepted,
    Refused,
}

/// A selection over the samples of its series. Each set of labels is compared once, not once for each sample.
pub(crate) struct Selected<'a> {
    points: &'a [Point],
    selection: &'a Selection,
    observations: &'a dyn Observations,
    judged: RefCell<Vec<Judged>>,
    has_weights: OnceCell<bool>,
}

impl<'a> Selected<'a> {
    pub(crate) fn new(selection: &'a Selection, observations: &'a dyn Observations) -> Self {
        let points = observations.points(&selection.series);
        Self { points, selection, observations, judged: RefCell::new(Vec::new()), has_weights: OnceCell::new() }
    }

    /// The selected samples of a stretch of time, ordered by time.
    pub(crate) fn within(&self, span: Span) -> impl DoubleEndedIterator<Item = &'a Point> + Clone {
        after(until(self.points, span.until_ms), span.from_ms).iter().filter(|point| self.accepts(point.labels))
    }

    /// How many there are in a stretch of time.
    pub(crate) fn count(&self, span: Span) -> usize {
        if self.selection.labels.is_empty() && !self.has_weights() {
            return after(until(self.points, span.until_ms), span.from_ms).len();
        }
        count(self.within(span))
    }

    /// Whether a point stands for more than one observation.
    fn has_weights(&self) -> bool {
        *self.has_weights.get_or_init(|| self.points.iter().any(|point| point.weight != 1))
    }

    /// The latest selected sample up to an instant.
    pub(crate) fn latest(&self, instant_ms: i64) -> Option<&'a Point> {
        until(self.points, instant_ms).iter().rfind(|point| self.accepts(point.labels))
    }

    /// The latest sample of the series up to an instant, whatever its labels.
    pub(crate) fn latest_of_series(&self, instant_ms: i64) -> Option<&'a Point> {
        until(self.points, instant_ms).last()
    }

    /// The time of the first selected sample.
    pub(crate) fn first_ms(&self) -> Option<i64> {
        self.points.iter().find(|point| self.accepts(point.labels)).map(|point| point.time_ms)
    }

    /// Every selected sample.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Point> {
        self.points.iter().filter(|point| self.accepts(point.labels))
    }

    fn accepts(&self, set: LabelSet) -> bool {
        if self.selection.labels.is_empty() {
            return true;
        }
        let Some(index) = usize::try_from(set.0).ok().filter(|index| *index < REMEMBERED_SETS) else {
            return self.carries(set);
        };
        let mut judged = self.judged.borrow_mut();
        if index >= judged.len() {
            judged.resize(index + 1, Judged::Unknown);
        }
        let Some(known) = judged.get_mut(index) else { return self.carries(set) };
        if *known == Judged::Unknown {
            *known = if self.carries(set) { Judged::Accepted } else { Judged::Refused };
        }
        *known == Judged::Accepted
    }

    fn carries(&self, set: LabelSet) -> bool {
        let wanted = &self.selection.labels;
        let labels = self.observations.labels(set);
        wanted.iter().all(|(name, accepted)| {
            // A label without text is none.
            let value = label(labels, name).unwrap_or_default();
            accepted.iter().any(|accepted| accepted == value)
        })
    }
}
