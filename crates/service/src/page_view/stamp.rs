//! Stamps: which page, when it was drawn, a random name, sealed. And which of them were taken back.

use std::collections::{HashSet, VecDeque};

use crate::record::hex;
use access::server_key::{Random, ServerKey};

/// How long a page may be open before its report counts no more: four hours.
const LIFE_MS: i64 = 4 * 3_600_000;
/// How far ahead of now a stamp may seem to be: the clock may have been set back a little.
const AHEAD_MS: i64 = 60_000;
/// How many bytes of the random ones name a page view.
const NAME_BYTES: usize = 12;
/// How many hexadecimal digits tell the key of one start of the server from that of another.
const KEY_DIGITS: usize = 8;
/// How many stamps that were taken are remembered. Limits keep their number far below.
const MOST_SPENT: usize = 20_000;
/// The longest text that is looked at.
const MOST_BYTES: usize = 200;

/// Makes stamps and knows its own.
pub(super) struct Stamps {
    key: ServerKey,
    id: String,
}

/// What a stamp is worth.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// It counts.
    Good {
        /// What names the page view.
        name: String,
        /// When the page was drawn.
        issued_ms: i64,
    },
    /// It is old, or of an earlier start of the server.
    Over,
    /// It is none.
    Forged,
}

impl Stamps {
    pub(super) fn new(key: ServerKey) -> Self {
        let id = key.name(&["the key of stamps"], KEY_DIGITS);
        Self { key, id }
    }

    pub(super) fn stamp(&self, page: &str, random: Random, now_ms: i64) -> String {
        let name = hex(random.get(..NAME_BYTES).unwrap_or_default());
        let issued = now_ms.to_string();
        let seal = self.key.seal(&[page, &issued, &name]);
        format!("{}.{issued}.{name}.{seal}", self.id)
    }

    pub(super) fn check(&self, page: &str, stamp: &str, now_ms: i64) -> Checked {
        if stamp.len() > MOST_BYTES {
            return Checked::Forged;
        }
        let parts: Vec<&str> = stamp.split('.').collect();
        let [id, issued, name, seal] = parts.as_slice() else { return Checked::Forged };
        if *id != self.id {
            let could_be_of_an_earlier_start = id.len() == KEY_DIGITS && issued.parse::<i64>().is_ok();
            return if could_be_of_an_earlier_start { Checked::Over } else { Checked::Forged };
        }
        let Some(issued_ms) = issued.parse().ok().filter(|_| self.key.is_seal_of(&[page, issued, name], seal)) else {
            return Checked::Forged;
        };
        let age_ms = now_ms.saturating_sub(issued_ms);
        if (-AHEAD_MS..LIFE_MS).contains(&age_ms) {
            Checked::Good { name: format!("{id}-{name}"), issued_ms }
        } else {
            Checked::Over
        }
    }
}

/// Which stamps were taken, for as long as they would count.
#[derive(Default)]
pub(super) struct Spent {
    names: HashSet<String>,
    /// The same by when they were issued, the one taken first in front.
    order: VecDeque<(i64, String)>,
}

impl Spent {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn add(&mut self, name: &str, issued_ms: i64, now_ms: i64) {
        while let Some((first_ms, _)) = self.order.front()
            && (now_ms.saturating_sub(*first_ms) >= LIFE_MS || self.order.len() >= MOST_SPENT)
        {
            if let Some((_, gone)) = self.order.pop_front() {
                self.names.remove(&gone);
            }
        }
        if self.names.insert(name.to_owned()) {
            self.order.push_back((issued_ms, name.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_780_272_000_000;

    fn stamps(key: u8) -> Stamps {
        Stamps::new(ServerKey::new([key; 32], 0))
    }

    #[test]
    fn a_stamp_is_good_for_its_page_and_for_four_hours() {
        let stamps = stamps(1);
        let stamp = stamps.stamp("/gates", [7; 32], NOW_MS);
        for (page, now_ms, good) in [
            ("/gates", NOW_MS, true),
            ("/gates", NOW_MS - AHEAD_MS, true),
            ("/gates", NOW_MS - AHEAD_MS - 1, false),
            ("/gates", NOW_MS + LIFE_MS - 1, true),
            ("/gates", NOW_MS + LIFE_MS, false),
            ("/", NOW_MS, false),
        ] {
            let checked = stamps.check(page, &stamp, now_ms);
            assert_eq!(matches!(checked, Checked::Good { .. }), good, "{page} {now_ms}: {checked:?}");
        }
    }

    #[test]
    fn whatever_is_changed_is_forged_and_one_of_another_start_is_over() {
        let stamp = stamps(1).stamp("/", [7; 32], NOW_MS);
        for place in 0..stamp.len() {
            let mut changed = stamp.clone().into_bytes();
            changed[place] = if changed[place] == b'1' { b'2' } else { b'1' };
            let checked = stamps(1).check("/", &String::from_utf8(changed).unwrap(), NOW_MS);
            assert!(!matches!(checked, Checked::Good { .. }), "{place}");
        }
        for wrong in ["", "....", "a.b.c", &stamp[1..], &stamp.replace('.', ""), &"x".repeat(5_000)] {
            assert_eq!(stamps(1).check("/", wrong, NOW_MS), Checked::Forged, "{wrong}");
        }
        assert_eq!(stamps(2).check("/", &stamp, NOW_MS), Checked::Over);
    }

    #[test]
    fn what_was_spent_is_forgotten_when_it_would_not_count_any_more() {
        let mut spent = Spent::default();
        spent.add("a", NOW_MS, NOW_MS);
        spent.add("b", NOW_MS + 1, NOW_MS + LIFE_MS - 1);
        assert!(spent.contains("a") && spent.contains("b"));
        spent.add("c", NOW_MS + LIFE_MS, NOW_MS + LIFE_MS);
        assert!(!spent.contains("a") && spent.contains("b") && spent.contains("c"));
        for number in 0..2 * MOST_SPENT {
            spent.add(&number.to_string(), NOW_MS, NOW_MS);
        }
        assert!(spent.names.len() <= MOST_SPENT && spent.order.len() <= MOST_SPENT);
    }
}
