//! How many bodies of strangers are read at a time: a few of one network, and not many in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Exhausted;
use crate::http::address::Network;

/// Bodies of strangers at a time.
const MOST: usize = 32;
/// Those of one network.
const MOST_OF_NETWORK: usize = 8;
/// How long one waits for its turn.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(2) };
/// After so many networks those that do nothing are forgotten.
const MANY_NETWORKS: usize = 1_024;

/// The turns of strangers.
#[derive(Debug)]
pub struct Strangers {
    all: Arc<Semaphore>,
    by_network: Mutex<HashMap<Network, Arc<Semaphore>>>,
}

/// A stranger's turn; the next one's when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    #[expect(dead_code, reason = "held until it is dropped")]
    permits: [OwnedSemaphorePermit; 2],
}

impl Default for Strangers {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(MOST)), by_network: Mutex::default() }
    }
}

impl Strangers {
    /// Waits a little for a turn.
    pub(super) async fn enter(&self, network: Network) -> Result<Slot, Exhausted> {
        let own = self.of_network(network);
        let turn = async {
            // First the network's own: who waits for that one keeps nobody else waiting.
            let own = own.acquire_owned().await.map_err(|_| Exhausted)?;
            let any = Arc::clone(&self.all).acquire_owned().await.map_err(|_| Exhausted)?;
            Ok(Slot { permits: [own, any] })
        };
        tokio::time::timeout(PATIENCE, turn).await.map_err(|_| Exhausted)?
    }

    fn of_network(&self, network: Network) -> Arc<Semaphore> {
        let mut known = self.lock();
        if known.len() >= MANY_NETWORKS {
            // One that somebody holds or waits for has more owners than this table.
            known.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        Arc::clone(known.entry(network).or_insert_with(|| Arc::new(Semaphore::new(MOST_OF_NETWORK))))
    }

    // Each change is one step, so a thread that died while it held the lock left everything whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<Network, Arc<Semaphore>>> {
        self.by_network.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: u32) -> Network {
        Network::of(std::net::Ipv4Addr::from(number).into())
    }

    #[tokio::test]
    async fn one_network_leaves_turns_to_others_and_all_of_them_have_an_end() {
        let strangers = Strangers::default();
        let mut held = Vec::new();
        for number in 0..4 {
            for _ in 0..MOST_OF_NETWORK {
                held.push(strangers.enter(network(number)).await.unwrap());
            }
            assert!(strangers.enter(network(number)).await.is_err());
        }
        assert!(strangers.enter(network(9)).await.is_err());
        held.pop();
        assert!(strangers.enter(network(9)).await.is_ok());
    }

    #[tokio::test]
    async fn networks_that_do_nothing_are_forgotten() {
        let strangers = Strangers::default();
        let kept = strangers.enter(network(u32::MAX)).await.unwrap();
        for number in 0..10_000 {
            strangers.enter(network(number)).await.unwrap();
        }
        assert!(strangers.lock().len() <= MANY_NETWORKS && strangers.lock().contains_key(&network(u32::MAX)));
        drop(kept);
    }
}
