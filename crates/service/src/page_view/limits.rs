//! How many page views are counted: of one network, and in all.

use std::collections::HashMap;

const HOUR_MS: f64 = 3_600_000.0;
/// What one network may report at once, and in an hour: readers behind one address share it.
const OF_NETWORK: Allowance = Allowance { at_once: 60.0, an_hour: 60.0 };
/// What all may.
const IN_ALL: Allowance = Allowance { at_once: 300.0, an_hour: 1_200.0 };
/// How many networks are remembered. What all may report keeps their number below it.
const MOST_NETWORKS: usize = 4_096;

#[derive(Clone, Copy)]
struct Allowance {
    at_once: f64,
    an_hour: f64,
}

/// What is left of an allowance.
struct Left {
    count: f64,
    at_ms: i64,
}

/// What is left for everybody and for each network that has not all of its own.
#[derive(Default)]
pub(super) struct Limits {
    in_all: Option<Left>,
    of_networks: HashMap<String, Left>,
}

impl Limits {
    /// Counts one of a network, or says after how many seconds one is counted again.
    pub(super) fn take(&mut self, network: &str, now_ms: i64) -> Result<(), u64> {
        let whole = |allowance: Allowance| Left { count: allowance.at_once, at_ms: now_ms };
        if self.of_networks.len() >= MOST_NETWORKS && !self.of_networks.contains_key(network) {
            self.of_networks.retain(|_, left| !left.is_whole(OF_NETWORK, now_ms));
            if self.of_networks.len() >= MOST_NETWORKS {
                return Err(60);
            }
        }
        let in_all = self.in_all.get_or_insert_with(|| whole(IN_ALL));
        in_all.check(IN_ALL, now_ms)?;
        let of_network = self.of_networks.entry(network.to_owned()).or_insert_with(|| whole(OF_NETWORK));
        of_network.check(OF_NETWORK, now_ms)?;
        of_network.count -= 1.0;
        in_all.count -= 1.0;
        Ok(())
    }
}

impl Left {
    /// Adds what came back since the last look. A clock that was set back brings nothing and takes nothing.
    fn refill(&mut self, allowance: Allowance, now_ms: i64) {
        let elapsed_ms = u32::try_from(now_ms.saturating_sub(self.at_ms))
            .map_or_else(|_| if now_ms > self.at_ms { f64::from(u32::MAX) } else { 0.0 }, f64::from);
        self.count = (self.count + elapsed_ms / HOUR_MS * allowance.an_hour).min(allowance.at_once);
        self.at_ms = now_ms;
    }

    fn check(&mut self, allowance: Allowance, now_ms: i64) -> Result<(), u64> {
        self.refill(allowance, now_ms);
        if self.count >= 1.0 {
            return Ok(());
        }
        let wait_s = ((1.0 - self.count) / allowance.an_hour * HOUR_MS / 1_000.0).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between one and an hour's seconds"
        )]
        Err(wait_s.clamp(1.0, 3_600.0) as u64)
    }

    fn is_whole(&mut self, allowance: Allowance, now_ms: i64) -> bool {
        self.refill(allowance, now_ms);
        self.count >= allowance.at_once
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_780_272_000_000;

    #[test]
    fn what_was_taken_comes_back_with_time_and_no_sooner_over_a_clock_that_steps() {
        let mut limits = Limits::default();
        for _ in 0..60 {
            assert_eq!(limits.take("a", NOW_MS), Ok(()));
        }
        assert_eq!(limits.take("a", NOW_MS), Err(60));
        let back_ms = NOW_MS - 864_000_000;
        assert_eq!(limits.take("a", back_ms), Err(60), "a clock that goes back gives nothing");
        assert_eq!(limits.take("a", back_ms + 61_000), Ok(()), "and waits for nothing");
        assert!(limits.take("a", NOW_MS + 864_000_000).is_ok());
    }

    #[test]
    fn invented_networks_do_not_fill_the_memory() {
        let mut limits = Limits::default();
        for number in 0..100_000_i64 {
            // Three seconds apart, so that each one is counted.
            assert_eq!(limits.take(&number.to_string(), NOW_MS + number * 3_000), Ok(()));
        }
        assert!(limits.of_networks.len() <= MOST_NETWORKS);
    }
}
