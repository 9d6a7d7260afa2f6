//! How much is admitted: so many pieces of work of each urgency, and not all of them for one network.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Busy, Urgency};

/// After how many seconds who found no place may ask again: the places are taken by work that is nearly done.
const RETRY_AFTER_S: u64 = 2;

const KINDS: usize = Urgency::ALL.len();

#[derive(Default)]
struct Taken {
    count: [usize; KINDS],
    refused: [u64; KINDS],
    by_network: HashMap<(String, Urgency), usize>,
}

pub(super) struct Places {
    most: [usize; KINDS],
    most_of_a_network: [usize; KINDS],
    taken: Mutex<Taken>,
}

impl Places {
    pub(super) fn new(most: [usize; KINDS], most_of_a_network: [usize; KINDS]) -> Self {
        Self { most, most_of_a_network, taken: Mutex::default() }
    }

    pub(super) fn take(places: &Arc<Self>, urgency: Urgency, network: Option<String>) -> Result<Place, Busy> {
        let kind = urgency.index();
        let mut taken = places.lock();
        let network = network.map(|network| (network, urgency));
        let of_network = network.as_ref().and_then(|network| taken.by_network.get(network)).copied().unwrap_or(0);
        let is_full = taken.count[kind] >= places.most[kind] || of_network >= places.most_of_a_network[kind];
        if is_full {
            taken.refused[kind] += 1;
            return Err(Busy { retry_after_s: RETRY_AFTER_S });
        }
        taken.count[kind] += 1;
        if let Some(network) = &network {
            *taken.by_network.entry(network.clone()).or_default() += 1;
        }
        drop(taken);
        Ok(Place { places: Arc::clone(places), urgency, network })
    }

    pub(super) fn taken(&self, urgency: Urgency) -> usize {
        self.lock().count[urgency.index()]
    }

    pub(super) fn refused(&self, urgency: Urgency) -> u64 {
        self.lock().refused[urgency.index()]
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let taken = self.lock();
        taken.by_network.is_empty() && taken.count == [0; KINDS]
    }

    // Counts change in one step each.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place of one piece of work; given back when dropped.
pub struct Place {
    places: Arc<Places>,
    urgency: Urgency,
    network: Option<(String, Urgency)>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.count[self.urgency.index()] -= 1;
        let Some(network) = &self.network else { return };
        let left = taken.by_network.get_mut(network).map_or(0, |count| {
            *count -= 1;
            *count
        });
        if left == 0 {
            taken.by_network.remove(network);
        }
    }
}
