//! Seeded chance for jitter: `SplitMix64` (Steele, Lea & Flood, OOPSLA 2014).

use std::time::Duration;

/// A generator; the same seed gives the same numbers.
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A length of time from zero up to `longest`, in whole milliseconds.
    pub(crate) fn up_to(&mut self, longest: Duration) -> Duration {
        let longest_ms = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.next() % longest_ms.saturating_add(1))
    }
}
