//! Sets of labels by number, each once. A copy for a reader shares them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kpi::point::{LabelSet, Labels};

/// How many sets stand together: as many are copied where one is added while somebody reads.
const TOGETHER: usize = 1_024;

/// A set and who brought it first; empty where no observation did.
type Brought = (Arc<Labels>, Arc<str>);

#[derive(Debug, Clone, Default)]
pub(super) struct LabelSets {
    sets: Vec<Arc<Vec<Brought>>>,
    count: usize,
    /// Only the latest copy adds sets, and earlier ones never look here, so all of them share it.
    numbers: Arc<Mutex<HashMap<Arc<Labels>, LabelSet>>>,
}

impl LabelSets {
    /// The number of the set of these labels, which are ordered by name; a new one was brought by this source.
    pub(super) fn number(&mut self, labels: &Labels, source: &str) -> LabelSet {
        if labels.is_empty() {
            return LabelSet::NONE;
        }
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = numbers.get(labels) {
            return *known;
        }
        let labels: Arc<Labels> = labels.into();
        let last = self.sets.last().and_then(|sets| sets.last());
        let source = match last {
            Some((_, known)) if **known == *source => Arc::clone(known),
            _ => source.into(),
        };
        let brought = (Arc::clone(&labels), source);
        match self.sets.last_mut().filter(|sets| sets.len() < TOGETHER) {
            Some(sets) => Arc::make_mut(sets).push(brought),
            None => self.sets.push(Arc::new(vec![brought])),
        }
        self.count += 1;
        // Four thousand million label sets do not fit into memory; what could not be numbered would carry no labels.
        let set = u32::try_from(self.count).map_or(LabelSet::NONE, LabelSet);
        numbers.insert(labels, set);
        set
    }

    /// Whether some point carries just these labels.
    pub(super) fn has(&self, labels: &Labels) -> bool {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).contains_key(labels)
    }

    pub(super) fn labels(&self, set: LabelSet) -> &Labels {
        let index = usize::try_from(set.0).ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| self.brought(index)).map_or(&[], |(labels, _)| &**labels)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The set at a place, from 0, and who brought it.
    pub(super) fn brought(&self, index: usize) -> Option<&Brought> {
        self.sets.get(index / TOGETHER)?.get(index % TOGETHER)
    }
}
