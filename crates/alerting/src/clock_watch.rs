//! Whether the computer's clock was moved: told at once, with what waits because of it, and over as soon as it is right again.
//!
//! The clock is looked at every few seconds. If much more time has passed than that, or less than none, it was moved, and what
//! is remembered of times is moved along. Nobody here knows which time is right: a clock that stays where it was moved to is
//! believed after a day.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kpi::alert::Condition;
use kpi::instant;

/// How much more may pass between two looks without a word: a busy computer looks late.
const AHEAD_MS: i64 = 2 * 60_000;
/// How far the clock may be set back without a word: alerts wait that long at most.
pub(crate) const BACK_MS: i64 = 30_000;
/// How far ahead of the clock an observation may be, as when it is taken.
pub const TOLERANCE_MS: i64 = 5 * 60_000;
/// After how long a clock that was moved is believed.
const BELIEVED_MS: i64 = 86_400_000;
/// What the notice is about, among the sources that fail.
const NAME: &str = "clock of this server";

/// What was seen of the clock.
#[derive(Debug, Default)]
pub struct ClockWatch {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    latest_ms: Option<i64>,
    /// By how much it was moved in all, as long as that is not believed.
    moved: Option<Moved>,
    /// How many observations are of a time that is still to come, and the latest such time.
    to_come: Option<(usize, i64)>,
    /// Before then nothing is deleted for its age.
    delete_from_ms: i64,
}

#[derive(Debug, Clone, Copy)]
struct Moved {
    by_ms: i64,
    noticed_ms: i64,
}

impl ClockWatch {
    /// At a start nobody knows how much time has passed. If it seems to be long, nothing is deleted for a day.
    pub fn started(&self, latest_recorded_ms: Option<i64>, now_ms: i64) {
        let has_jumped = latest_recorded_ms.is_some_and(|recorded_ms| now_ms.saturating_sub(recorded_ms) > BELIEVED_MS);
        if has_jumped {
            self.lock().delete_from_ms = now_ms.saturating_add(BELIEVED_MS);
        }
    }

    /// By how much the clock was moved since the last look; 0 where it was not.
    pub(crate) fn look(&self, now_ms: i64) -> i64 {
        let mut seen = self.lock();
        let Some(before_ms) = seen.latest_ms.replace(now_ms) else { return 0 };
        let passed_ms = now_ms.saturating_sub(before_ms);
        let jump_ms = if (-BACK_MS..=AHEAD_MS).contains(&passed_ms) { 0 } else { passed_ms };
        if jump_ms != 0 {
            let before_ms = seen.moved.map_or(0, |moved| moved.by_ms);
            seen.moved = Some(Moved { by_ms: before_ms.saturating_add(jump_ms), noticed_ms: now_ms });
        }
        seen.moved = seen.moved.filter(|moved| {
            let is_right_again = moved.by_ms.saturating_abs() <= AHEAD_MS;
            !is_right_again && now_ms.saturating_sub(moved.noticed_ms) < BELIEVED_MS
        });
        jump_ms
    }

    /// Whether nothing may be deleted for its age, because the clock seems to be ahead.
    pub fn holds_deletion(&self, now_ms: i64) -> bool {
        let seen = self.lock();
        now_ms < seen.delete_from_ms || seen.moved.is_some_and(|moved| moved.by_ms > 0)
    }

    /// What is to be told; `None` while all is well.
    pub fn sentence(&self) -> Option<String> {
        let seen = self.lock();
        let to_come = seen.to_come.map(|(count, latest_ms)| {
            let observations =
                if count == 1 { "One observation is".to_owned() } else { format!("{count} observations are") };
            let latest = instant::long(latest_ms);
            format!("{observations} of a time that the clock has not reached, up to {latest}, and count from then on.")
        });
        let moved = seen.moved.map(|moved| {
            let (length, since) = (length(moved.by_ms.saturating_abs()), instant::long(moved.noticed_ms));
            if moved.by_ms > 0 {
                format!(
                    "The clock of this server jumped ahead by {length}, or the computer was asleep; noticed at {since}. Nothing is \
                     deleted for its age until the clock is right or a day has passed. What comes without a time gets the clock's."
                )
            } else {
                format!(
                    "The clock of this server went back by {length}; noticed at {since}. What senders date more than five minutes \
                     ahead of it is refused, waits among the dead letters and can be read again once the clock is right."
                )
            }
        });
        let alone = || "The clock of this server was ahead for a time, or is behind.".to_owned();
        match (moved, to_come) {
            (None, None) => None,
            (Some(moved), None) => Some(moved),
            (moved, Some(to_come)) => Some(format!("{} {to_come}", moved.unwrap_or_else(alone))),
        }
    }

    /// How many observations are of a time that is still to come, and the latest such time.
    pub fn set_to_come(&self, to_come: Option<(usize, i64)>) {
        self.lock().to_come = to_come;
    }

    /// Adds the notice of the clock to the conditions of alerts, in place of one that says that all is well.
    pub(crate) fn add_condition(&self, conditions: &mut Vec<Condition>) {
        if let Some(notice) = self.sentence() {
            let condition = Condition::notice(NAME, &notice);
            conditions.retain(|other| other.key != condition.key);
            conditions.push(condition);
        }
    }

    // Each field is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A length of time in its largest unit, rounded to it.
pub(crate) fn length(length_ms: i64) -> String {
    const UNITS_MS: [i64; 3] = [86_400_000, 3_600_000, 60_000];
    let unit_ms = UNITS_MS.into_iter().find(|unit_ms| length_ms >= *unit_ms).unwrap_or(1_000);
    instant::duration((length_ms.saturating_add(unit_ms / 2)) / unit_ms * unit_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_780_272_000_000;
    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn a_clock_that_was_moved_is_told_until_it_is_right_or_believed() {
        let watch = ClockWatch::default();
        let told = |watch: &ClockWatch, words: &str| watch.sentence().is_some_and(|told| told.contains(words));
        for (now_ms, jump_ms) in [(NOW_MS, 0), (NOW_MS + 5_000, 0), (NOW_MS + 60_000, 0), (NOW_MS + 59_000, 0)] {
            assert_eq!((watch.look(now_ms), watch.sentence()), (jump_ms, None), "{now_ms}");
        }
        assert_eq!(watch.look(NOW_MS + 10 * DAY_MS + 60_000), 10 * DAY_MS + 1_000);
        assert!(told(&watch, "jumped ahead by 10 days") && watch.holds_deletion(NOW_MS + 10 * DAY_MS));
        assert_eq!(watch.look(NOW_MS + 65_000), 5_000 - 10 * DAY_MS);
        assert_eq!((watch.sentence(), watch.holds_deletion(NOW_MS)), (None, false), "it is right again");
        watch.look(NOW_MS - 10 * DAY_MS);
        assert!(told(&watch, "went back by 10 days") && !watch.holds_deletion(NOW_MS));
        watch.look(NOW_MS - 20 * DAY_MS);
        assert!(told(&watch, "went back by 20 days"));
        let mut now_ms = NOW_MS - 20 * DAY_MS;
        while now_ms < NOW_MS - 19 * DAY_MS {
            now_ms += 60_000;
            watch.look(now_ms);
        }
        assert_eq!(watch.sentence(), None, "it stays where it is, so it is believed");
    }

    #[test]
    fn a_server_that_starts_long_after_its_last_record_deletes_nothing_for_a_day() {
        let watch = ClockWatch::default();
        watch.started(Some(NOW_MS - DAY_MS), NOW_MS);
        assert!(!watch.holds_deletion(NOW_MS));
        watch.started(None, NOW_MS);
        assert!(!watch.holds_deletion(NOW_MS));
        watch.started(Some(NOW_MS - 10 * DAY_MS), NOW_MS);
        assert!(watch.holds_deletion(NOW_MS + DAY_MS - 1) && !watch.holds_deletion(NOW_MS + DAY_MS));
    }

    #[test]
    fn lengths_are_told_in_days_hours_or_minutes() {
        for (length_ms, told) in
            [(10 * DAY_MS - 5_000, "10 days"), (3_700_000, "1 hour"), (125_000, "2 minutes"), (31_000, "31 seconds")]
        {
            assert_eq!(length(length_ms), told);
        }
    }
}
