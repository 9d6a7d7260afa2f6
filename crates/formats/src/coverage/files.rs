//! The lines of each file of a report, so that several reports about one commit can be united: a line is hit where any of them
//! hit it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Coverage, Roots};
use crate::Problem;

/// The line coverage of a report, or of several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileCoverage {
    /// By root (an index of `roots`) and name.
    files: BTreeMap<(usize, String), Lines>,
    /// Where the names of files begin; the first one is of names that say it themselves.
    roots: Vec<Roots>,
    /// What a report states in all.
    stated: Vec<Stated>,
    /// How many reports were united here.
    reports: usize,
    /// Cells that could not be read, by line of the report. Everything else counts.
    pub problems: Vec<Problem>,
}

/// The lines of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lines {
    /// Hit or not, by line number.
    pub(crate) lines: BTreeMap<u64, bool>,
    /// As the report says it in all; counts where it lists no lines.
    pub(crate) stated: Coverage,
}

impl Lines {
    pub(crate) fn hit(&mut self, line: u64, is_hit: bool) {
        *self.lines.entry(line).or_default() |= is_hit;
    }

    fn merge(&mut self, other: Self) {
        for (line, is_hit) in other.lines {
            self.hit(line, is_hit);
        }
        self.stated.lines_found = self.stated.lines_found.max(other.stated.lines_found);
        self.stated.lines_hit = self.stated.lines_hit.max(other.stated.lines_hit);
    }

    fn total(&self) -> Coverage {
        if self.lines.is_empty() {
            let Coverage { lines_found, lines_hit } = self.stated;
            return Coverage { lines_found, lines_hit: lines_hit.min(lines_found) };
        }
        let lines_hit = self.lines.values().filter(|is_hit| **is_hit).count() as u64;
        Coverage { lines_found: self.lines.len() as u64, lines_hit }
    }
}

/// What a report states in all, and what its own lines come to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stated {
    total: Coverage,
    counted: Coverage,
    /// The files that it lists.
    names: BTreeSet<String>,
}

impl FileCoverage {
    /// A report: its files by name, where the names begin, and what it states in all.
    pub(crate) fn new(
        files: impl IntoIterator<Item = (String, Lines)>,
        roots: Roots,
        stated: Option<Coverage>,
        problems: Vec<Problem>,
    ) -> Self {
        let mut all = Self { roots: vec![Roots::default(), roots], reports: 1, problems, ..Self::default() };
        for (name, lines) in files {
            let name = name.replace('\\', "/");
            let root = usize::from(!is_absolute(&name));
            all.files.entry((root, name)).or_default().merge(lines);
        }
        all.stated = stated.map(|total| all.state(total)).into_iter().collect();
        all
    }

    fn state(&self, total: Coverage) -> Stated {
        Stated { total, counted: self.listed(), names: self.files.keys().map(|(_, name)| name.clone()).collect() }
    }

    /// Whether it names any file or states any total.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.stated.is_empty()
    }

    /// Takes in another report about the same code: lines of the same file are united.
    pub fn merge(&mut self, other: Self) {
        if self.reports == 0 {
            *self = other;
            return;
        }
        let roots: Vec<usize> = other.roots.into_iter().enumerate().map(|(at, root)| self.root(at, root)).collect();
        for ((root, name), lines) in other.files {
            let root = roots.get(root).copied().unwrap_or(0);
            self.files.entry((root, name)).or_default().merge(lines);
        }
        self.stated.extend(other.stated);
        self.reports += other.reports;
        self.problems.extend(other.problems);
    }

    /// Leaves out the files of these names, which another report says anew.
    pub fn leave_out(&mut self, names: &BTreeSet<String>) {
        let before = self.files.len();
        self.files.retain(|(_, name), _| !names.contains(name));
        if self.files.len() < before {
            self.stated.retain(|stated| stated.names.is_disjoint(names));
        }
    }

    /// Leaves out everything.
    pub fn clear(&mut self) {
        self.files.clear();
        self.stated.clear();
    }

    /// The number of a root, known or new; the first one of each report is of absolute names.
    fn root(&mut self, at: usize, root: Roots) -> usize {
        if at == 0 {
            return 0;
        }
        let known = self.roots.iter().skip(1).position(|known| known.are_those_of(&root));
        known.map_or_else(
            || {
                self.roots.push(root);
                self.roots.len() - 1
            },
            |position| position + 1,
        )
    }

    /// All lines. What a report states in all counts, as far as it is more than the lines that it lists.
    pub fn total(&self) -> Coverage {
        if let (1, [stated]) = (self.reports, self.stated.as_slice()) {
            return stated.total;
        }
        let mut beyond: Vec<(&BTreeSet<String>, Coverage)> = Vec::new();
        for stated in &self.stated {
            let rest = stated.total.beyond(stated.counted);
            // Two reports that list the same files leave out the same lines; of those that list none nothing is known.
            match beyond.iter_mut().find(|(names, _)| !names.is_empty() && **names == stated.names) {
                Some((_, known)) => {
                    known.lines_found = known.lines_found.max(rest.lines_found);
                    known.lines_hit = known.lines_hit.max(rest.lines_hit);
                }
                None => beyond.push((&stated.names, rest)),
            }
        }
        beyond.into_iter().fold(self.listed(), |sum, (_, rest)| sum.plus(rest))
    }

    fn listed(&self) -> Coverage {
        self.files.values().map(Lines::total).fold(Coverage::default(), Coverage::plus)
    }

    /// The names of its files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(|(_, name)| name.as_str())
    }
}

/// `/a/b`, `C:/a/b`.
fn is_absolute(name: &str) -> bool {
    name.starts_with('/') || name.as_bytes().get(1) == Some(&b':')
}
