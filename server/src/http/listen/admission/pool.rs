//! Connections that share a limit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::time::Instant;

use super::Full;
use crate::http::address::Network;
use crate::http::listen::entry::Entry;

/// Connections that share a limit.
#[derive(Debug, Default)]
pub(super) struct Pool {
    count: usize,
    networks: HashMap<Network, BTreeMap<u64, Arc<Entry>>>,
}

impl Pool {
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn add(&mut self, entry: &Arc<Entry>) {
        self.networks.entry(entry.network).or_default().insert(entry.number, Arc::clone(entry));
        self.count += 1;
    }

    /// Takes a connection out, where it is in.
    pub(super) fn remove(&mut self, entry: &Entry) {
        let Some(entries) = self.networks.get_mut(&entry.network) else { return };
        if entries.remove(&entry.number).is_some() {
            self.count -= 1;
        }
        if entries.is_empty() {
            self.networks.remove(&entry.network);
        }
    }

    /// Sees to it that one more fits.
    ///
    /// # Errors
    /// [`Full`] where nobody makes room.
    pub(super) fn make_room(
        &mut self,
        network: Network,
        most: usize,
        most_of_one: usize,
        now: Instant,
    ) -> Result<(), Full> {
        if self.networks.get(&network).is_some_and(|entries| entries.len() >= most_of_one) {
            return if self.displace_of(network, now) { Ok(()) } else { Err(Full::Network) };
        }
        if self.count < most || self.displace_one(now) { Ok(()) } else { Err(Full::All) }
    }

    /// Ends a connection that asks nothing: one of the client with the most of them, or of any.
    pub(super) fn displace_one(&mut self, now: Instant) -> bool {
        let greatest = self.networks.iter().max_by_key(|(_, entries)| entries.len()).map(|(network, _)| *network);
        if greatest.is_some_and(|network| self.displace_of(network, now)) {
            return true;
        }
        let any = self.networks.values().flat_map(BTreeMap::values);
        let chosen = first_to_go(any, now);
        self.displace(chosen)
    }

    fn displace_of(&mut self, network: Network, now: Instant) -> bool {
        let chosen = self.networks.get(&network).and_then(|entries| first_to_go(entries.values(), now));
        self.displace(chosen)
    }

    fn displace(&mut self, chosen: Option<Arc<Entry>>) -> bool {
        let Some(entry) = chosen else { return false };
        self.remove(&entry);
        entry.displace();
        true
    }
}

fn first_to_go<'a>(entries: impl Iterator<Item = &'a Arc<Entry>>, now: Instant) -> Option<Arc<Entry>> {
    entries
        .filter_map(|entry| Some((entry.note(|activity, _| activity.makes_room(now))?, entry)))
        .min_by_key(|(turn, entry)| (*turn, entry.number))
        .map(|(_, entry)| Arc::clone(entry))
}
