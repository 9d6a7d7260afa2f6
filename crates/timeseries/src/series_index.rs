//! Which series there are. A series that appears in a payload is pending until the payload is committed, and gone again if it never
//! is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use storage::SampleSeries;

use crate::live::Live;
use crate::refusal::RowRefusal;

/// Names a series while a batch is alive that has resolved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesRef(pub(crate) u32);

/// A series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInfo {
    /// Its number, which never changes.
    pub number: i64,
    /// What is measured.
    pub name: String,
    /// Name and value, ordered by name.
    pub labels: Vec<(String, String)>,
    /// Who sent its first sample.
    pub source: String,
    /// When its first sample was recorded, in milliseconds since the Unix epoch.
    pub first_seen_ms: i64,
}

/// Which series to list; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeriesFilter {
    /// A part of the name.
    pub name_part: Option<String>,
    /// The whole name.
    pub name: Option<String>,
    /// Who sent its first sample.
    pub source: Option<String>,
    /// Labels that it must have.
    pub labels: Vec<(String, String)>,
    /// The list goes on behind this number.
    pub after_number: i64,
}

impl SeriesFilter {
    fn takes(&self, slot: &Slot) -> bool {
        slot.number > self.after_number
            && self.name_part.as_ref().is_none_or(|part| slot.identity.name.contains(part.as_str()))
            && self.name.as_ref().is_none_or(|name| slot.identity.name == *name)
            && self.source.as_ref().is_none_or(|source| *slot.source == **source)
            && self.labels.iter().all(|label| slot.identity.labels.contains(label))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) labels: Vec<(String, String)>,
}

/// One series with its state.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) identity: Arc<Identity>,
    pub(crate) number: i64,
    pub(crate) source: Arc<str>,
    pub(crate) first_seen_ms: i64,
    pub(crate) is_committed: AtomicBool,
    pub(crate) is_wanted: AtomicBool,
    /// Odd while a flush writes it.
    pub(crate) flushes: AtomicU64,
    live: Mutex<Live>,
}

impl Slot {
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_committed(&self) -> bool {
        self.is_committed.load(Ordering::Acquire)
    }

    pub(crate) fn info(&self) -> SeriesInfo {
        SeriesInfo {
            number: self.number,
            name: self.identity.name.clone(),
            labels: self.identity.labels.clone(),
            source: self.source.to_string(),
            first_seen_ms: self.first_seen_ms,
        }
    }

    pub(crate) fn record(&self) -> SampleSeries {
        let SeriesInfo { number, name, labels, source, first_seen_ms } = self.info();
        SampleSeries { number, name, labels, source, first_seen_ms }
    }
}

/// How many series there may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Of one source.
    pub(crate) most_of_source: usize,
    /// In all; the last tenth is left to sources with few.
    pub(crate) most: usize,
    /// With how many a source still has few.
    pub(crate) few: usize,
}

/// All series, committed and pending.
#[derive(Debug, Default)]
pub(crate) struct SeriesIndex {
    slots: Vec<Option<Arc<Slot>>>,
    free: Vec<u32>,
    by_identity: HashMap<Arc<Identity>, u32, RandomState>,
    by_number: HashMap<i64, u32>,
    of_source: HashMap<Arc<str>, usize>,
    /// How many batches hold a pending series.
    holders: HashMap<u32, usize>,
    latest_number: i64,
}

/// What a name with labels stands for.
pub(crate) enum Found {
    Committed(SeriesRef),
    Pending(SeriesRef),
    Nothing,
}

impl SeriesIndex {
    pub(crate) fn slot(&self, series: SeriesRef) -> Option<&Arc<Slot>> {
        self.slots.get(series.0 as usize)?.as_ref()
    }

    pub(crate) fn of_number(&self, number: i64) -> Option<&Arc<Slot>> {
        self.slot(SeriesRef(*self.by_number.get(&number)?)).filter(|slot| slot.is_committed())
    }

    /// The committed series.
    pub(crate) fn committed(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.slots.iter().flatten().filter(|slot| slot.is_committed())
    }

    pub(crate) fn count(&self) -> usize {
        self.by_number.len()
    }

    pub(crate) fn find(&self, identity: &Identity) -> Found {
        let Some(&index) = self.by_identity.get(identity) else { return Found::Nothing };
        match self.slot(SeriesRef(index)) {
            Some(slot) if slot.is_committed() => Found::Committed(SeriesRef(index)),
            Some(_) => Found::Pending(SeriesRef(index)),
            None => Found::Nothing,
        }
    }

    /// Adds a stored series.
    pub(crate) fn load(&mut self, series: SampleSeries, is_wanted: bool) {
        let identity = Identity { name: series.name, labels: series.labels };
        let SampleSeries { number, source, first_seen_ms, .. } = series;
        self.put(identity, number, &source, first_seen_ms, (true, is_wanted));
    }

    /// Takes over a stored series: one that is pending under its number is committed then.
    pub(crate) fn take_over(&mut self, series: SampleSeries, is_wanted: bool) {
        let known = self.by_number.get(&series.number).and_then(|index| self.slot(SeriesRef(*index)));
        match known {
            Some(slot) => slot.is_committed.store(true, Ordering::Release),
            None => self.load(series, is_wanted),
        }
    }

    /// Adds a pending series that one batch holds.
    pub(crate) fn add(
        &mut self,
        identity: Identity,
        source: &str,
        first_seen_ms: i64,
        is_wanted: bool,
        limits: Limits,
    ) -> Result<SeriesRef, RowRefusal> {
        let Limits { most_of_source, most, few } = limits;
        let of_source = self.of_source.get(source).copied().unwrap_or_default();
        let limit = if of_source < few { most } else { most - most / 10 };
        if self.count() >= limit {
            return Err(RowRefusal::TooManySeries { limit, of_source: false });
        }
        if of_source >= most_of_source {
            return Err(RowRefusal::TooManySeries { limit: most_of_source, of_source: true });
        }
        let number = self.latest_number + 1;
        let series = self.put(identity, number, source, first_seen_ms, (false, is_wanted));
        self.holders.insert(series.0, 1);
        Ok(series)
    }

    /// One more batch holds a pending series.
    pub(crate) fn hold(&mut self, series: SeriesRef) {
        *self.holders.entry(series.0).or_default() += 1;
    }

    /// One batch less holds it: if it is the last one and the series was not committed, it goes.
    pub(crate) fn release(&mut self, series: SeriesRef) {
        let Some(holders) = self.holders.get_mut(&series.0) else { return };
        *holders -= 1;
        if *holders > 0 {
            return;
        }
        self.holders.remove(&series.0);
        let place = self.slots.get_mut(series.0 as usize);
        let Some(slot) = place.and_then(|place| place.take_if(|slot| !slot.is_committed())) else { return };
        self.by_identity.remove(&slot.identity);
        self.by_number.remove(&slot.number);
        if let Some(count) = self.of_source.get_mut(&slot.source) {
            *count -= 1;
            if *count == 0 {
                self.of_source.remove(&slot.source);
            }
        }
        self.free.push(series.0);
    }

    fn put(
        &mut self,
        identity: Identity,
        number: i64,
        source: &str,
        first_seen_ms: i64,
        (is_committed, is_wanted): (bool, bool),
    ) -> SeriesRef {
        let source =
            self.of_source.get_key_value(source).map_or_else(|| Arc::from(source), |(known, _)| Arc::clone(known));
        let identity = Arc::new(identity);
        let slot = Slot {
            identity: Arc::clone(&identity),
            number,
            source: Arc::clone(&source),
            first_seen_ms,
            is_committed: AtomicBool::new(is_committed),
            is_wanted: AtomicBool::new(is_wanted),
            flushes: AtomicU64::new(0),
            live: Mutex::default(),
        };
        // Limits keep the number of series far below four thousand million.
        let index = self.free.pop().unwrap_or_else(|| u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        match self.slots.get_mut(index as usize) {
            Some(place) => *place = Some(Arc::new(slot)),
            None => self.slots.push(Some(Arc::new(slot))),
        }
        self.by_identity.insert(identity, index);
        self.by_number.insert(number, index);
        *self.of_source.entry(source).or_default() += 1;
        self.latest_number = self.latest_number.max(number);
        SeriesRef(index)
    }

    /// The series that a filter takes, by number.
    pub(crate) fn list(&self, filter: &SeriesFilter, limit: usize) -> Vec<SeriesInfo> {
        let mut found: Vec<&Arc<Slot>> = self.committed().filter(|slot| filter.takes(slot)).collect();
        found.sort_unstable_by_key(|slot| slot.number);
        found.into_iter().take(limit).map(|slot| slot.info()).collect()
    }
}
