//! What a reader sees of the series: their segments as runs, with the points that are at hand; what is not is noted.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use kpi::point::{LabelSet, Labels, Pending, Point, RunExtent, RunSummary, SeriesRuns, SeriesSource, Superseded};
use series_block::Segment;

use super::index::{Bringer, PointIndex};
use super::placed::Placed;

/// The bytes of segments that one question needs, so that they stay at hand until it is answered.
pub(super) type Pinned = HashMap<i64, Arc<[u8]>>;

/// How many segments on either side of a missing one are asked for with it at most.
const MOST_AROUND: usize = 128;

/// The series as one question sees them.
pub(super) struct Seen<'a, B> {
    pub(super) index: &'a PointIndex<B>,
    pub(super) pinned: &'a Pinned,
    /// The numbers of the segments that were asked for and are not at hand.
    pub(super) missing: RefCell<Vec<i64>>,
}

impl<B: Bringer + Clone + Default> Seen<'_, B> {
    fn segment(&self, placed: &Placed) -> Option<Arc<Segment>> {
        match &placed.held {
            Some(held) => Some(Arc::clone(held)),
            None => self.index.engine.at_hand(placed.number, self.pinned),
        }
    }
}

impl<B: Bringer + Clone + Default> SeriesSource for Seen<'_, B> {
    fn series(&self, name: &str) -> Result<Option<Box<dyn SeriesRuns + '_>>, Pending> {
        let Some(state) = self.index.series.get(name) else { return Ok(None) };
        match state.merged(&|placed| self.segment(placed), &|| self.index.engine.next_segment()) {
            Ok(segments) if segments.is_empty() => Ok(None),
            Ok(segments) => {
                let read = std::iter::repeat_with(OnceCell::new).take(segments.len()).collect();
                Ok(Some(Box::new(Runs { seen: self, segments, read })))
            }
            Err(missing) => {
                self.missing.borrow_mut().extend(missing);
                Err(Pending)
            }
        }
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.index.labels(set)
    }
}

struct Runs<'a, B> {
    seen: &'a Seen<'a, B>,
    segments: &'a [Arc<Placed>],
    /// The segments that were read.
    read: Vec<OnceCell<Arc<Segment>>>,
}

impl<B: Bringer + Clone + Default> Runs<'_, B> {
    fn segment(&self, run: usize) -> Result<Option<&Segment>, Pending> {
        let (Some(placed), Some(read)) = (self.segments.get(run), self.read.get(run)) else { return Ok(None) };
        if let Some(segment) = read.get() {
            return Ok(Some(segment));
        }
        let Some(segment) = self.seen.segment(placed) else {
            self.ask_around(run);
            return Err(Pending);
        };
        Ok(Some(read.get_or_init(|| segment)))
    }
}

impl<B: Bringer + Clone + Default> Runs<'_, B> {
    /// Asks for a segment that is missing, and for ever more of those around it: who looks through a long series for something rare
    /// meets them next, and asks few times.
    fn ask_around(&self, run: usize) {
        let around = (self.seen.pinned.len() / 2).min(MOST_AROUND);
        let around = run.saturating_sub(around)..=run.saturating_add(around);
        let around = around.filter_map(|run| self.segments.get(run));
        let missing = around.filter(|placed| placed.held.is_none() && !self.seen.pinned.contains_key(&placed.number));
        self.seen.missing.borrow_mut().extend(missing.map(|placed| placed.number));
    }
}

impl<B: Bringer + Clone + Default> SeriesRuns for Runs<'_, B> {
    fn count(&self) -> usize {
        self.segments.len()
    }

    fn extent(&self, run: usize) -> RunExtent {
        let nowhere = RunExtent { first_ms: i64::MAX, last_ms: i64::MIN, points: 0, superseded: 0 };
        self.segments.get(run).map_or(nowhere, |placed| placed.extent)
    }

    fn summary(&self, run: usize) -> Option<&RunSummary> {
        self.segments.get(run).map(|placed| &placed.summary)
    }

    fn points(&self, run: usize) -> Result<Cow<'_, [Point]>, Pending> {
        Ok(Cow::Borrowed(self.segment(run)?.map_or(&[], |segment| &segment.points)))
    }

    fn superseded(&self, run: usize) -> Result<Cow<'_, [Superseded]>, Pending> {
        if self.segments.get(run).is_some_and(|placed| placed.extent.superseded == 0) {
            return Ok(Cow::Borrowed(&[]));
        }
        Ok(Cow::Borrowed(self.segment(run)?.map_or(&[], |segment| &segment.superseded)))
    }
}
