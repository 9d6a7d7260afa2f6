//! What was sent, and what was acknowledged of it.

use super::deed::{Deed, Kind};
use super::second::{Held, Second};

/// One deed and what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub deed: Deed,
    pub is_acknowledged: bool,
}

/// Every deed of a test.
#[derive(Debug, Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
}

/// What does not agree.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Differences {
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
}

impl Differences {
    pub fn must_be_none(&self, when: &str) {
        assert_eq!(*self, Self::default(), "{when}");
    }
}

impl Ledger {
    pub fn add(&mut self, deed: Deed, is_acknowledged: bool) {
        match self.entries.iter_mut().rev().find(|entry| entry.deed == deed) {
            Some(entry) => entry.is_acknowledged |= is_acknowledged,
            None => self.entries.push(Entry { deed, is_acknowledged }),
        }
    }

    /// The deeds of a kind that were acknowledged.
    pub fn acknowledged_of(&self, kind: Kind) -> Vec<&Deed> {
        let wanted = |entry: &&Entry| entry.is_acknowledged && entry.deed.kind == kind;
        self.entries.iter().filter(wanted).map(|entry| &entry.deed).collect()
    }

    /// What a sender would send again: it has an id and was not acknowledged.
    pub fn to_send_again(&self) -> Vec<Deed> {
        let open = self.entries.iter().filter(|entry| !entry.is_acknowledged && entry.deed.kind.is_keyed());
        open.map(|entry| entry.deed.clone()).collect()
    }

    /// Compares with what a second connection finds. What was not acknowledged may be there, once.
    pub fn compare(&self, second: &mut Second) -> Differences {
        let held = second.held();
        let mut differences = Differences::default();
        for entry in &self.entries {
            let count = count(&held, &entry.deed);
            if entry.is_acknowledged && count == 0 {
                differences.lost.push(entry.deed.key());
            }
            // A payload may be kept twice, its samples are held once: that is asked of the server.
            if count > 1 && !entry.deed.kind.is_sample() {
                differences.doubled.push(entry.deed.key());
            }
        }
        differences
    }
}

fn count(held: &Held, deed: &Deed) -> usize {
    if deed.kind.is_sample() {
        return deed.hashes().iter().filter_map(|hash| held.get(hash)).sum();
    }
    held.get(&deed.key()).copied().unwrap_or_default()
}
