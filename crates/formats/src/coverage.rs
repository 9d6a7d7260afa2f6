//! Line coverage, as every coverage format says it.

mod files;
mod roots;

pub use files::FileCoverage;
pub(crate) use files::Lines;
pub(crate) use roots::Roots;

use crate::Sample;

/// How many lines of code could be executed, and how many were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    pub lines_found: u64,
    /// Never more than `lines_found`.
    pub lines_hit: u64,
}

impl Coverage {
    /// Lines hit per hundred lines found; `None` where there is no line at all.
    #[expect(clippy::cast_precision_loss, reason = "no code base has 2^53 lines")]
    pub fn percent(&self) -> Option<f64> {
        (self.lines_found > 0).then(|| self.lines_hit as f64 / self.lines_found as f64 * 100.0)
    }

    /// As samples of `coverage.lines`, with `state` covered and total.
    #[expect(clippy::cast_precision_loss, reason = "no code base has 2^53 lines")]
    pub fn samples(&self) -> Vec<Sample> {
        let sample = |state: &str, lines: u64| Sample {
            series: "coverage.lines".to_owned(),
            time_ms: None,
            value: lines as f64,
            unit: None,
            labels: vec![("state".to_owned(), state.to_owned())],
            ..Sample::default()
        };
        vec![sample("covered", self.lines_hit), sample("total", self.lines_found)]
    }

    fn plus(self, other: Self) -> Self {
        Self {
            lines_found: self.lines_found.saturating_add(other.lines_found),
            lines_hit: self.lines_hit.saturating_add(other.lines_hit),
        }
    }

    /// What is here and not there.
    fn beyond(self, other: Self) -> Self {
        let lines_found = self.lines_found.saturating_sub(other.lines_found);
        Self { lines_found, lines_hit: self.lines_hit.saturating_sub(other.lines_hit).min(lines_found) }
    }
}
