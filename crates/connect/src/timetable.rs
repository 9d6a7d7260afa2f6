//! When a system is asked next. Times are those of tokio's clock.

use std::time::Duration;

use tokio::time::Instant;

use crate::chance::Chance;
use crate::config::Timing;

/// The first wait after a failure, unless the system is asked more often than that.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait after failures.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// The wait between the parts of a stretch that is too long for one answer.
const BETWEEN_PARTS: Duration = Duration::from_secs(1);

/// How asking went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// It went well, but more of the past is left.
    Behind,
    Failed,
}

/// The timetable of one system.
#[derive(Debug)]
pub(crate) struct Timetable {
    timing: Timing,
    chance: Chance,
    /// The time by the interval, without jitter.
    due: Instant,
    failures: u32,
}

impl Timetable {
    pub(crate) fn new(timing: Timing, seed: u64, start: Instant) -> Self {
        Self { timing, chance: Chance::new(seed), due: start, failures: 0 }
    }

    /// When it is asked for the first time.
    pub(crate) fn first(&mut self) -> Instant {
        self.due + self.chance.up_to(self.timing.jitter)
    }

    /// When it is asked again, after asking ended at `now`. What took longer than the interval is not caught up with.
    pub(crate) fn next(&mut self, outcome: Outcome, now: Instant) -> Instant {
        let wait = match outcome {
            Outcome::Done => {
                self.failures = 0;
                self.due = (self.due + self.timing.every).max(now);
                return (self.due + self.chance.up_to(self.timing.jitter)).max(now);
            }
            Outcome::Behind => {
                self.failures = 0;
                BETWEEN_PARTS.min(self.timing.every)
            }
            Outcome::Failed => {
                self.failures = self.failures.saturating_add(1);
                let first = FIRST_WAIT.min(self.timing.every);
                let wait = first.saturating_mul(2_u32.saturating_pow(self.failures - 1)).min(LONGEST_WAIT);
                wait + self.chance.up_to(wait / 10)
            }
        };
        self.due = now + wait;
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timetable(every_s: u64, jitter_s: u64, seed: u64) -> (Timetable, Instant) {
        let [every, jitter] = [every_s, jitter_s].map(Duration::from_secs);
        let day = Duration::from_hours(24);
        let timing = Timing { every, timeout: every, jitter, look_back: day, overlap: Duration::ZERO };
        let start = Instant::now();
        (Timetable::new(timing, seed, start), start)
    }

    #[tokio::test(start_paused = true)]
    async fn times_keep_to_the_interval_and_jitter_does_not_add_up() {
        let (mut timetable, start) = timetable(60, 6, 1);
        let mut at = timetable.first();
        let mut jitters = Vec::new();
        for round in 0..100 {
            let jitter = at - (start + Duration::from_secs(60 * round));
            assert!(jitter <= Duration::from_secs(6), "{jitter:?}");
            jitters.push(jitter);
            at = timetable.next(Outcome::Done, at);
        }
        jitters.dedup();
        assert!(jitters.len() > 90, "they differ");
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_seed_gives_the_same_times() {
        let (mut one, start) = timetable(60, 6, 7);
        let (mut other, also_start) = timetable(60, 6, 7);
        assert_eq!(one.first() - start, other.first() - also_start);
        let now = start + Duration::from_secs(10);
        assert_eq!(one.next(Outcome::Done, now), other.next(Outcome::Done, now));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_waited_for_ever_longer_up_to_ten_minutes() {
        for (every_s, wanted) in [
            (60, [30, 60, 120, 240, 480, 600, 600]),
            (5, [5, 10, 20, 40, 80, 160, 320]),
            (86_400, [30, 60, 120, 240, 480, 600, 600]),
        ] {
            let (mut timetable, start) = timetable(every_s, 0, 1);
            for wanted_s in wanted {
                let wait = timetable.next(Outcome::Failed, start) - start;
                let [least, most] = [100, 110].map(|percent| Duration::from_secs(wanted_s) * percent / 100);
                assert!((least..=most).contains(&wait), "{wait:?} after {wanted_s} s");
            }
            let after = timetable.next(Outcome::Done, start) - start;
            assert!(after <= Duration::from_secs(every_s) + Duration::from_secs(700), "{after:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_took_too_long_is_asked_again_at_once_and_not_caught_up_with() {
        let (mut timetable, start) = timetable(10, 0, 1);
        let late = start + Duration::from_secs(95);
        assert_eq!(timetable.next(Outcome::Done, late), late);
        assert_eq!(timetable.next(Outcome::Done, late), late + Duration::from_secs(10));
    }
}
