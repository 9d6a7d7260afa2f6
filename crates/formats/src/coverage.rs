//! Line coverage, as every coverage format says it.

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
}
