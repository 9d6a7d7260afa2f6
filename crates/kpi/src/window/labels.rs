//! Which label sets a selection accepts: each set is compared once, not once for each sample.

use std::cell::RefCell;
use std::rc::Rc;

use crate::point::{LabelSet, SeriesSource, label};

/// Label sets with a larger number are judged anew each time, so that a stray number can't ask for gigabytes.
pub(super) const REMEMBERED_SETS: usize = 1 << 22;

#[derive(Clone, Copy, PartialEq)]
enum Judged {
    Unknown,
    Accepted,
    Refused,
}

/// What was judged of the sets so far, under certain conditions.
#[derive(Clone)]
pub(super) struct Known(Rc<RefCell<Vec<Judged>>>);

impl Default for Known {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Vec::new())))
    }
}

/// The conditions of a selection.
pub(super) struct Conditions<'q, 'a> {
    wanted: &'q [(String, Vec<String>)],
    series: &'a dyn SeriesSource,
    known: Known,
}

impl<'q, 'a> Conditions<'q, 'a> {
    pub(super) fn new(wanted: &'q [(String, Vec<String>)], series: &'a dyn SeriesSource, known: Known) -> Self {
        Self { wanted, series, known }
    }

    /// Whether every set is accepted.
    pub(super) fn take_all(&self) -> bool {
        self.wanted.is_empty()
    }

    pub(super) fn accept(&self, set: LabelSet) -> bool {
        if self.wanted.is_empty() {
            return true;
        }
        let Some(index) = usize::try_from(set.0).ok().filter(|index| *index < REMEMBERED_SETS) else {
            return self.carries(set);
        };
        let mut judged = self.known.0.borrow_mut();
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
        let labels = self.series.labels(set);
        self.wanted.iter().all(|(name, accepted)| {
            // A label without text is none.
            let value = label(labels, name).unwrap_or_default();
            accepted.iter().any(|accepted| accepted == value)
        })
    }
}
