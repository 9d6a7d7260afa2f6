//! The observations in memory, shared by writers and readers: a reader takes what is there at one instant and keeps it as long as
//! it likes; a writer waits for nobody but other writers.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::SeriesMemory;
use crate::snapshots::PastSnapshots;

#[derive(Default)]
pub(crate) struct SharedSeries {
    latest: Mutex<Arc<SeriesMemory>>,
    /// What was computed of it about past instants.
    pub(crate) past: PastSnapshots,
}

impl SharedSeries {
    pub(crate) fn new(memory: SeriesMemory) -> Self {
        Self { latest: Mutex::new(Arc::new(memory)), past: PastSnapshots::default() }
    }

    /// The observations as they are now; what is added later is not in it.
    pub(crate) fn read(&self) -> Arc<SeriesMemory> {
        Arc::clone(&self.lock())
    }

    /// Adds observations. What was computed about instants that they are about is forgotten before anybody reads them.
    pub(crate) fn write(&self) -> Writing<'_> {
        let mut latest = self.lock();
        Arc::make_mut(&mut latest).begin_change();
        Writing { latest, past: &self.past }
    }

    // The lock is held only to take the memory or to add points, each in one step; a thread that died left it whole.
    fn lock(&self) -> MutexGuard<'_, Arc<SeriesMemory>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to add observations.
pub(crate) struct Writing<'a> {
    latest: MutexGuard<'a, Arc<SeriesMemory>>,
    past: &'a PastSnapshots,
}

impl Deref for Writing<'_> {
    type Target = SeriesMemory;

    fn deref(&self) -> &SeriesMemory {
        &self.latest
    }
}

impl DerefMut for Writing<'_> {
    fn deref_mut(&mut self) -> &mut SeriesMemory {
        Arc::make_mut(&mut self.latest)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if let Some(earliest_ms) = self.latest.earliest_change_ms() {
            self.past.forget_from(earliest_ms);
        }
    }
}
