//! The lines of each file of a report, so that several reports about one commit can be united: a line is hit where any of them
//! hit it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Coverage, Roots};
use crate::Problem;

/// The line coverage of a report, or of several.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileCoverage {
    /// By root (an index of `roots`) and name.
    files: BTreeMap<(usize, String), Lines>,
    /// Where the names of files begin; the first one is of names that say it themselves.
    roots: Vec<Roots>,
    /// What a report states in all.
    stated: Vec<Stated>,
    /// The shares, from 0 to 1, of reports that say nothing else.
    rates: Vec<f64>,
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

    pub(crate) fn merge(&mut self, other: Self) {
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
            let name = plain(&name);
            let root = usize::from(!is_absolute(&name));
            all.files.entry((root, name)).or_default().merge(lines);
        }
        all.stated = stated.map(|total| all.state(total)).into_iter().collect();
        all
    }

    /// A report that states a share from 0 to 1 alone.
    pub(crate) fn of_rate(rate: f64, problems: Vec<Problem>) -> Self {
        Self { rates: vec![rate], reports: 1, problems, ..Self::default() }
    }

    /// Lines hit per hundred: counted, else as the only report states it. `None` where there is no line, and where a part tells no lines,
    /// so that its weight among the others is not known.
    pub fn percent(&self) -> Option<f64> {
        match self.rates.as_slice() {
            [] => self.total().percent(),
            [rate] if self.reports == 1 => Some(rate * 100.0),
            _ => None,
        }
    }

    /// How many of its reports state a share and tell no lines.
    pub fn without_lines(&self) -> usize {
        self.rates.len()
    }

    fn state(&self, total: Coverage) -> Stated {
        Stated { total, counted: self.listed(), names: self.files.keys().map(|(_, name)| name.clone()).collect() }
    }

    /// Whether it names any file or states any total.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.stated.is_empty() && self.rates.is_empty()
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
        self.unite_absolute();
        self.rates.extend(other.rates);
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
        self.rates.clear();
    }

    /// Unites files of absolute names with those that are the same below their root.
    fn unite_absolute(&mut self) {
        let absolute: Vec<String> =
            self.files.keys().take_while(|(root, _)| *root == 0).map(|(_, name)| name.clone()).collect();
        for name in absolute {
            let below = |(at, root): (usize, &Roots)| {
                let inside = root.folders().filter_map(|folder| name.strip_prefix(folder)?.strip_prefix('/'));
                inside.map(|inside| (at, inside.to_owned())).find(|key| self.files.contains_key(key))
            };
            let Some(same) = self.roots.iter().enumerate().skip(1).find_map(below) else { continue };
            if let Some(lines) = self.files.remove(&(0, name)) {
                self.files.entry(same).or_default().merge(lines);
            }
        }
    }

    /// The number of a root, known or new; the first one of each report is of absolute names.
    fn root(&mut self, at: usize, root: Roots) -> usize {
        if at == 0 {
            return 0;
        }
        // A root of which no file is known says nothing.
        let is_used = |at: usize| self.files.keys().any(|(root, _)| *root == at);
        if let [_, only] = self.roots.as_slice()
            && only.folders().next().is_none()
            && !is_used(1)
        {
            self.roots = vec![Roots::default(), root];
            return 1;
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

/// A name with `/` alone, and without `.` among its folders.
fn plain(name: &str) -> String {
    let name = name.replace('\\', "/");
    let start = if name.starts_with("//") {
        "//"
    } else if name.starts_with('/') {
        "/"
    } else {
        ""
    };
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("{start}{}", parts.join("/"))
}

/// `/a/b`, `C:/a/b`.
fn is_absolute(name: &str) -> bool {
    name.starts_with('/') || name.as_bytes().get(1) == Some(&b':')
}
