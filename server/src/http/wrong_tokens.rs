//! Wrong tokens: counted by network, answered later and later, and told to the operator.
//!
//! A right token works at once from every network. A secret has too many random bits to be guessed; what this is about is to be
//! told that somebody tries, or that a sender has a token that holds no more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;

use super::address::Network;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Wrong tokens of a network in a minute that are answered at once.
const AT_ONCE: u32 = 5;
/// Wrong tokens of a network in a minute after which it is told to come back later.
const MOST_A_MINUTE: u32 = 30;
/// How much longer each answer takes than the one before, and the longest.
const SLOWER_BY: Duration = Duration::from_millis(100);
const SLOWEST: Duration = Duration::from_secs(2);
/// Answers to one network that wait at a time; more are given at once.
const MOST_WAITING: u32 = 8;
/// How many networks are known; a table that is full forgets those of before the last minute.
const MOST_NETWORKS: usize = 4_096;
/// From so many wrong tokens in an hour on it is said on the page.
const WORTH_SAYING: u64 = 10;

/// Counts wrong tokens.
#[derive(Debug, Default)]
pub struct WrongTokens {
    total: Counter,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    networks: HashMap<Network, Tries>,
    /// Since when the hour counts, and how many there were in it.
    hour: (i64, u64),
    last: Option<(i64, Network)>,
    /// When it was logged last, and how many there were since.
    logged: Option<i64>,
    unlogged: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tries {
    minute: i64,
    count: u32,
    waiting: u32,
}

impl WrongTokens {
    /// A wrong token came from `network`; for how many seconds that one should be silent, where there were too many.
    pub fn count(&self, network: Network, now_ms: i64) -> Option<u64> {
        self.total.inc();
        let minute = now_ms.div_euclid(MINUTE_MS);
        let mut seen = self.lock();
        seen.note(network, now_ms);
        if seen.networks.len() >= MOST_NETWORKS && !seen.networks.contains_key(&network) {
            seen.networks.retain(|_, tries| tries.minute >= minute || tries.waiting > 0);
            if seen.networks.len() >= MOST_NETWORKS {
                return None;
            }
        }
        let tries = seen.networks.entry(network).or_default();
        if tries.minute != minute {
            (tries.minute, tries.count) = (minute, 0);
        }
        tries.count = tries.count.saturating_add(1);
        let rest_ms = (minute + 1) * MINUTE_MS - now_ms;
        (tries.count > MOST_A_MINUTE).then(|| u64::try_from(rest_ms).unwrap_or_default().div_ceil(1_000).max(1))
    }

    /// Lets an answer to a wrong token wait, the longer the more there were.
    pub async fn slow_down(&self, network: Network) {
        let Some((wait, _turn)) = self.wait(network) else { return };
        tokio::time::sleep(wait).await;
    }

    fn wait(&self, network: Network) -> Option<(Duration, Waiting<'_>)> {
        let mut seen = self.lock();
        let tries = seen.networks.get_mut(&network)?;
        let beyond = tries.count.saturating_sub(AT_ONCE);
        if beyond == 0 || tries.waiting >= MOST_WAITING {
            return None;
        }
        tries.waiting += 1;
        Some(((SLOWER_BY * beyond).min(SLOWEST), Waiting { all: self, network }))
    }

    /// What the operator should know; `None` where little happened in the last hour.
    pub fn notice(&self, now_ms: i64) -> Option<String> {
        let seen = self.lock();
        let (since_ms, count) = seen.hour;
        let (last_ms, network) = seen.last?;
        let is_recent = now_ms - last_ms < HOUR_MS && count >= WORTH_SAYING;
        is_recent.then(|| {
            format!(
                "{count} requests showed a wrong token since {}; the last came from {network}, {}. A sender may have one that holds no more, or somebody tries.",
                service::instant::long(since_ms),
                service::instant::long(last_ms)
            )
        })
    }

    /// How many there were since the start.
    pub fn total(&self) -> Counter {
        self.total.clone()
    }

    // Each change is one step, so a thread that died while it held the lock left everything whole.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn note(&mut self, network: Network, now_ms: i64) {
        if now_ms - self.hour.0 >= HOUR_MS || now_ms < self.hour.0 {
            self.hour = (now_ms, 0);
        }
        self.hour.1 += 1;
        self.last = Some((now_ms, network));
        self.unlogged += 1;
        if self.logged.is_none_or(|logged_ms| now_ms - logged_ms >= MINUTE_MS || now_ms < logged_ms) {
            tracing::warn!(count = self.unlogged, last_from = %network, "requests showed a wrong token");
            (self.logged, self.unlogged) = (Some(now_ms), 0);
        }
    }
}

/// An answer that waits; counted until it is given, also where its client leaves.
struct Waiting<'a> {
    all: &'a WrongTokens,
    network: Network,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(tries) = self.all.lock().networks.get_mut(&self.network) {
            tries.waiting = tries.waiting.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: u32) -> Network {
        Network::of(std::net::Ipv4Addr::from(number).into())
    }

    #[test]
    fn the_first_ones_are_answered_at_once_and_many_are_told_to_wait() {
        let wrong = WrongTokens::default();
        for _ in 0..AT_ONCE {
            assert_eq!(wrong.count(network(1), 1_000), None);
        }
        assert!(wrong.wait(network(1)).is_none());
        wrong.count(network(1), 1_000);
        assert_eq!(wrong.wait(network(1)).map(|(wait, _)| wait), Some(SLOWER_BY));
        for _ in AT_ONCE + 1..MOST_A_MINUTE {
            assert_eq!(wrong.count(network(1), 1_000), None);
        }
        assert_eq!(wrong.count(network(1), 1_000), Some(59));
        assert_eq!(wrong.wait(network(1)).map(|(wait, _)| wait), Some(SLOWEST));
        assert_eq!(wrong.count(network(2), 1_000), None, "another network is another one");
        assert_eq!(wrong.count(network(1), MINUTE_MS), None, "the next minute begins anew");
        assert_eq!(wrong.total().get(), 33);
    }

    #[test]
    fn few_answers_wait_at_a_time() {
        let wrong = WrongTokens::default();
        for _ in 0..20 {
            wrong.count(network(1), 0);
        }
        let mut waiting: Vec<_> = (0..MOST_WAITING).map(|_| wrong.wait(network(1)).unwrap()).collect();
        assert!(wrong.wait(network(1)).is_none());
        waiting.pop();
        assert!(wrong.wait(network(1)).is_some());
    }

    #[test]
    fn invented_networks_do_not_fill_the_memory() {
        let wrong = WrongTokens::default();
        for number in 0..10_000 {
            wrong.count(network(number), 0);
        }
        assert_eq!(wrong.lock().networks.len(), MOST_NETWORKS);
        wrong.count(network(20_000), 2 * MINUTE_MS);
        assert_eq!(wrong.lock().networks.len(), 1);
    }

    #[test]
    fn the_operator_is_told_of_many_and_not_of_few() {
        let wrong = WrongTokens::default();
        for _ in 1..WORTH_SAYING {
            wrong.count(network(1), HOUR_MS);
        }
        assert_eq!(wrong.notice(HOUR_MS), None);
        wrong.count(network(0x0102_0304), HOUR_MS);
        assert!(wrong.notice(HOUR_MS).unwrap().contains("from 1.2.3.4"));
        assert_eq!(wrong.notice(3 * HOUR_MS), None);
    }
}
