//! How many series and sets of labels are held in memory because of each source's observations, and whether there is room for more.
//!
//! Whoever brought a series or a set of labels first holds it. One source can't take all the room, and the last part of it is left
//! to sources that hold little.

use std::collections::{HashMap, HashSet};

use formats::Problem;
use kpi::catalogue::Catalogue;

use crate::series::PointIndex;
use crate::validate::Valid;

/// What one source may hold.
const OF_SOURCE: Held = Held { series: 10_000, label_sets: 200_000, bytes: 64 << 20 };
/// What all sources together may hold.
const IN_ALL: Held = Held { series: 50_000, label_sets: 1_000_000, bytes: 256 << 20 };
/// Of that the part that is left to sources that hold less than their share.
const FOR_SMALL: Held = Held { series: 10_000, label_sets: 200_000, bytes: 51 << 20 };
/// The share that every source has for itself, as long as there is any room.
const SHARE: Held = Held { series: 200, label_sets: 5_000, bytes: 2 << 20 };

/// About what a series and a label take in memory beside their texts.
const SERIES_BYTES: usize = 200;
const LABEL_BYTES: usize = 64;

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Held {
    /// Series of different names.
    pub(crate) series: usize,
    /// Different sets of labels.
    pub(crate) label_sets: usize,
    /// About how many bytes their texts take.
    pub(crate) bytes: usize,
}

impl Held {
    /// A series of this name.
    pub(crate) fn of_series(name: &str) -> Self {
        Self { series: 1, label_sets: 0, bytes: SERIES_BYTES + name.len() }
    }

    /// A set of these labels.
    pub(crate) fn of_labels(labels: &[(String, String)]) -> Self {
        let bytes = |(name, value): &(String, String)| 2 * LABEL_BYTES + name.len() + value.len();
        Self { series: 0, label_sets: 1, bytes: LABEL_BYTES + labels.iter().map(bytes).sum::<usize>() }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            series: self.series + other.series,
            label_sets: self.label_sets + other.label_sets,
            bytes: self.bytes + other.bytes,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            series: self.series.saturating_sub(other.series),
            label_sets: self.label_sets.saturating_sub(other.label_sets),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    /// Whether nothing of it is more than in `most`; what is not asked for does not matter.
    fn fits(self, added: Self, most: Self) -> bool {
        let whole = self.plus(added);
        (added.series == 0 || whole.series <= most.series)
            && (added.label_sets == 0 || whole.label_sets <= most.label_sets)
            && whole.bytes <= most.bytes
    }
}

/// What each source holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holdings {
    of_source: HashMap<String, Held>,
    in_all: Held,
}

impl Holdings {
    /// Notes that a source brought something first.
    pub(crate) fn add(&mut self, source: &str, held: Held) {
        if held == Held::default() {
            return;
        }
        match self.of_source.get_mut(source) {
            Some(known) => *known = known.plus(held),
            None => {
                self.of_source.insert(source.to_owned(), held);
            }
        }
        self.in_all = self.in_all.plus(held);
    }

    /// What a source holds.
    pub(crate) fn of(&self, source: &str) -> Held {
        self.of_source.get(source).copied().unwrap_or_default()
    }

    /// Why there is no room for more; `None` where there is.
    fn refuses(&self, of_source: Held, added_in_all: Held, more: Held) -> Option<&'static str> {
        let in_all = self.in_all.plus(added_in_all);
        if !of_source.fits(more, OF_SOURCE) {
            return Some("a source");
        }
        let room = if of_source.fits(more, SHARE) { IN_ALL } else { IN_ALL.minus(FOR_SMALL) };
        if in_all.fits(more, room) { None } else { Some("all sources together") }
    }
}

/// The rows of a source for whose series and labels there is room, and what is wrong with the others. What the catalogue names
/// counts as no further series: whoever sends values of KPIs is never refused for those that others have invented.
pub(crate) fn with_room(
    index: &PointIndex,
    catalogue: &Catalogue,
    source: &str,
    valid: Vec<Valid>,
) -> (Vec<Valid>, Vec<Problem>) {
    let mut kept: Vec<Valid> = Vec::with_capacity(valid.len());
    let mut problems = Vec::new();
    let mut named: Option<HashSet<String>> = None;
    let mut series: HashSet<String> = HashSet::new();
    let mut label_sets: HashSet<Vec<(String, String)>> = HashSet::new();
    let mut added = Held::default();
    let before = index.holdings().of(source);
    for row in valid {
        let (name, labels) = (row.measure.as_str(), row.draft.labels.as_slice());
        let mut more = Held::default();
        if !index.has_series(name) && !series.contains(name) {
            let named = named.get_or_insert_with(|| names(catalogue));
            if !named.contains(name) {
                more = more.plus(Held::of_series(name));
            }
        }
        if !labels.is_empty() && !index.has_label_set(labels) && !label_sets.contains(labels) {
            more = more.plus(Held::of_labels(labels));
        }
        if more != Held::default() {
            if let Some(whose) = index.holdings().refuses(before.plus(added), added, more) {
                problems.push(crowded(name, more, whose, row.draft.row));
                continue;
            }
            added = added.plus(more);
            if more.series > 0 {
                series.insert(name.to_owned());
            }
            if more.label_sets > 0 {
                label_sets.insert(labels.to_vec());
            }
        }
        kept.push(row);
    }
    (kept, problems)
}

fn names(catalogue: &Catalogue) -> HashSet<String> {
    let of_kpis = catalogue.kpis.iter().map(|kpi| kpi.measure.clone());
    of_kpis.chain(catalogue.series().into_iter().map(|series| series.name)).collect()
}

/// What is wrong with a row that would be one series, or one set of labels, too many.
fn crowded(name: &str, more: Held, whose: &str, row: usize) -> Problem {
    let name: String = name.chars().take(60).collect();
    let (what, field, expected) = if more.series > 0 {
        (format!("{name} would be one series more"), "series", "fewer series; tell things apart by labels")
    } else {
        (format!("{name} has labels that would be one set more"), "labels", "labels with fewer different values")
    };
    Problem {
        row,
        field: field.to_owned(),
        code: "too-many-series",
        detail: format!("{what} than {whose} may have"),
        expected: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Held = Held { series: 1, label_sets: 0, bytes: 300 };

    fn series(count: usize) -> Held {
        Held { series: count, label_sets: 0, bytes: 300 * count }
    }

    #[test]
    fn one_source_can_not_take_all_the_room() {
        let mut holdings = Holdings::default();
        holdings.add("greedy", series(OF_SOURCE.series));
        assert_eq!(holdings.refuses(holdings.of("greedy"), Held::default(), ONE), Some("a source"));
        assert_eq!(holdings.refuses(holdings.of("other"), Held::default(), ONE), None);
    }

    #[test]
    fn the_last_part_is_left_to_sources_that_hold_little() {
        let mut holdings = Holdings::default();
        for number in 0..4 {
            holdings.add(&format!("greedy {number}"), series(OF_SOURCE.series));
        }
        holdings.add("middle", series(SHARE.series - 1));
        let refuses = |holdings: &Holdings, source: &str| holdings.refuses(holdings.of(source), Held::default(), ONE);
        assert_eq!(refuses(&holdings, "middle"), None);
        holdings.add("middle", ONE);
        assert_eq!(refuses(&holdings, "middle"), Some("all sources together"), "its share is used up");
        assert_eq!(refuses(&holdings, "new"), None);
        holdings.add("many small ones", series(IN_ALL.series));
        assert_eq!(refuses(&holdings, "new"), Some("all sources together"), "nothing grows without end");
    }

    #[test]
    fn long_labels_count_by_their_length() {
        let long = Held::of_labels(&[("user".to_owned(), "x".repeat(1 << 20))]);
        let mut holdings = Holdings::default();
        let mut taken = 0;
        while holdings.refuses(holdings.of("a"), Held::default(), long).is_none() {
            holdings.add("a", long);
            taken += 1;
        }
        assert_eq!(taken, 63);
    }
}
