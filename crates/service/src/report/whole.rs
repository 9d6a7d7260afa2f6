//! The whole report that a part belongs to: what all parts of one run say together, the latest of each where one was repeated.
//!
//! With a run, all parts of its try are united, and what an earlier try said of suites, files, pages or analyses counts as long as the
//! later one has not said it again. Without one, a report of the same commit is another part until it says again what one of the
//! parts before it says: then it begins a repetition, for which what was not repeated stands.

use std::collections::BTreeSet;

use super::part::Part;
use super::piece::Piece;
use super::{About, Report};
use crate::record::sha256_hex;

/// What the parts of one report have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Under which its values are found.
    pub(super) name: String,
    has_run: bool,
}

impl Key {
    /// `None` where nothing is said that could tell which reports belong together.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let kind = report.format.united_as()?;
        let about = if report.about == About::Dashboard { "dashboard" } else { "platform" };
        // What is measured differs from machine to machine; which lines were run and what was found does not.
        let testbed = if kind == "tests" { report.context.testbed().unwrap_or_default() } else { "" };
        let mut said = vec![report.source.as_str(), kind, about, testbed];
        match report.part.run() {
            Some(run) => said.extend(["run", run]),
            None => said.extend(["commit", report.context.commit()?, report.context.branch().unwrap_or_default()]),
        }
        let digest = sha256_hex(said.join("\n").as_bytes());
        let name = format!("{kind} {}", digest.get(..32).unwrap_or(&digest));
        Some(Self { name, has_run: report.part.run().is_some() })
    }

    /// Whether it is said again on another day that what was measured still holds: a run is over, a commit is not.
    pub(super) fn is_said_anew_each_day(&self) -> bool {
        !self.has_run
    }
}

/// One part as it arrived.
#[derive(Debug)]
pub(super) struct Arrival {
    /// SHA-256 of its bytes.
    pub(super) sha256_hex: String,
    pub(super) part: Part,
    /// The payload that brought it; `None` for the one that is being taken.
    pub(super) payload_id: Option<String>,
    pub(super) piece: Piece,
}

impl Arrival {
    /// Whether another one is this one, sent again.
    fn is(&self, other: &Self, key: &Key) -> bool {
        let same_place = || self.part.attempt() == other.part.attempt() && self.part.same_file(&other.part);
        self.sha256_hex == other.sha256_hex && (!key.has_run || same_place())
    }
}

/// What the parts come to.
pub(super) struct Whole {
    /// What counts of each part, in the order in which they arrived.
    pub(super) pieces: Vec<Piece>,
    /// How many parts say something that counts.
    pub(super) parts: usize,
    /// SHA-256 of the bytes of each part that counts, in order.
    pub(super) hashes: Vec<String>,
    /// The payload with which the try or repetition began; `None` where the new part begins it, and what it says supersedes nothing.
    pub(super) begun_by: Option<String>,
    /// The new part had come before.
    pub(super) is_known: bool,
}

impl Whole {
    /// A report that stands for itself.
    pub(super) fn alone(new: Arrival) -> Self {
        whole(vec![new], None, false)
    }
}

/// Unites a part with those that came before it, the first one first.
pub(super) fn unite(key: &Key, mut arrivals: Vec<Arrival>, new: Arrival) -> Whole {
    let is_known = arrivals.iter().any(|known| known.is(&new, key));
    let attempt = new.part.attempt();
    if !is_known {
        arrivals.push(new);
    }
    if key.has_run { of_run(arrivals, attempt, is_known) } else { of_commit(arrivals, is_known) }
}

fn of_run(arrivals: Vec<Arrival>, attempt: u32, is_known: bool) -> Whole {
    let latest = arrivals.iter().map(|it| it.part.attempt()).max().unwrap_or(attempt);
    let of_latest = |it: &&Arrival| it.part.attempt() == latest;
    let begun_by = arrivals.iter().find(of_latest).and_then(|first| first.payload_id.clone());
    let mut kept: Vec<Arrival> = Vec::with_capacity(arrivals.len());
    let mut order: Vec<Arrival> = arrivals;
    order.sort_by_key(|it| it.part.attempt());
    for arrival in order {
        // Within a try only a repeated job takes the place of what it said before; of an earlier try, whatever is said again.
        kept.retain(|known| {
            known.part.attempt() != arrival.part.attempt()
                || known.part.file_of_job().is_none()
                || known.part.file_of_job() != arrival.part.file_of_job()
        });
        let said = arrival.piece.identities();
        for known in kept.iter_mut().filter(|known| known.part.attempt() < arrival.part.attempt()) {
            known.piece.leave_out(&said);
        }
        kept.push(arrival);
    }
    whole(kept, begun_by, is_known)
}

fn of_commit(arrivals: Vec<Arrival>, is_known: bool) -> Whole {
    let mut kept: Vec<Arrival> = Vec::with_capacity(arrivals.len());
    let mut said_now: BTreeSet<String> = BTreeSet::new();
    let mut begun_by: Option<Option<String>> = None;
    for arrival in arrivals {
        let said = arrival.piece.identities();
        if begun_by.is_none() || said_now.intersection(&said).next().is_some() {
            begun_by = Some(arrival.payload_id.clone());
            said_now.clear();
        }
        for known in &mut kept {
            known.piece.leave_out(&said);
        }
        said_now.extend(said);
        kept.push(arrival);
    }
    whole(kept, begun_by.flatten(), is_known)
}

fn whole(kept: Vec<Arrival>, begun_by: Option<String>, is_known: bool) -> Whole {
    // The last one stays even where it says nothing, so that there is something to be told about.
    let last = kept.len().saturating_sub(1);
    let counts = |(at, it): &(usize, Arrival)| *at == last || !it.piece.is_spent();
    let kept: Vec<Arrival> = kept.into_iter().enumerate().filter(counts).map(|(_, it)| it).collect();
    let mut hashes: Vec<String> = kept.iter().map(|it| it.sha256_hex.clone()).collect();
    hashes.sort_unstable();
    Whole { parts: kept.len(), hashes, pieces: kept.into_iter().map(|it| it.piece).collect(), begun_by, is_known }
}

#[cfg(test)]
mod tests {
    use super::super::part::SaidOfPart;
    use super::*;

    fn arrival(attempt: &str, path: &str, xml: &str) -> Arrival {
        let said = SaidOfPart { run: Some("7"), attempt: Some(attempt), path: Some(path), ..SaidOfPart::default() };
        Arrival {
            sha256_hex: sha256_hex(xml.as_bytes()),
            part: Part::new(said).unwrap(),
            payload_id: Some(path.to_owned()),
            piece: Piece::Tests(formats::junit::read_report(xml.as_bytes()).unwrap()),
        }
    }

    fn suite(name: &str, seconds: u32) -> String {
        format!("<testsuite name='{name}' time='{seconds}'><testcase name='x'/></testsuite>")
    }

    fn key(has_run: bool) -> Key {
        Key { name: "tests".to_owned(), has_run }
    }

    fn seconds(whole: Whole) -> Option<f64> {
        match Piece::unite(whole.pieces).unwrap() {
            Piece::Tests(tests) => tests.seconds,
            _ => None,
        }
    }

    #[test]
    fn the_parts_of_a_run_come_to_the_same_in_every_order() {
        // The second try repeats one of three jobs; the third file of the first try ends last.
        let parts = [
            ("1", "a", suite("a", 1)),
            ("1", "b", suite("b", 2)),
            ("1", "c", suite("c", 4)),
            ("2", "a", suite("a", 8)),
        ];
        let mut orders = 0;
        for first in 0..4 {
            for second in (0..4).filter(|it| *it != first) {
                for third in (0..4).filter(|it| ![first, second].contains(it)) {
                    let last = 6 - first - second - third;
                    let arrived = |at: usize| arrival(parts[at].0, parts[at].1, &parts[at].2);
                    let whole = unite(&key(true), vec![arrived(first), arrived(second), arrived(third)], arrived(last));
                    assert_eq!((whole.parts, seconds(whole)), (3, Some(14.0)));
                    orders += 1;
                }
            }
        }
        assert_eq!(orders, 24);
    }

    #[test]
    fn the_same_part_again_is_known_and_a_copy_under_another_name_is_another_part_of_a_run() {
        let one = || arrival("1", "a", &suite("a", 1));
        let again = unite(&key(true), vec![one()], one());
        assert_eq!((again.is_known, again.parts, again.begun_by.as_deref()), (true, 1, Some("a")));
        let copy = unite(&key(true), vec![one()], arrival("1", "b", &suite("a", 1)));
        assert_eq!((copy.is_known, copy.parts, seconds(copy)), (false, 2, Some(2.0)));
        let of_commit = unite(&key(false), vec![one()], arrival("1", "b", &suite("a", 1)));
        assert!(of_commit.is_known, "without a run a copy is the same file");
    }

    #[test]
    fn of_a_commit_a_repetition_begins_anew_and_takes_along_what_it_does_not_repeat() {
        let arrived = |path: &str, name: &str, seconds: u32| arrival("1", path, &suite(name, seconds));
        let first = || vec![arrived("p1", "a", 1), arrived("p2", "b", 2)];
        let repeated = unite(&key(false), first(), arrived("p3", "a", 4));
        assert_eq!(
            (repeated.begun_by.clone(), repeated.parts, seconds(repeated)),
            (Some("p3".to_owned()), 2, Some(6.0))
        );
        let mut more = first();
        more.push(arrived("p3", "a", 4));
        let second = unite(&key(false), more, arrived("p4", "b", 8));
        assert_eq!((second.begun_by.clone(), second.parts, seconds(second)), (Some("p3".to_owned()), 2, Some(12.0)));
    }
}
