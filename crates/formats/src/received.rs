//! What a body of another system's protocol held, and what of it is not kept.

use std::collections::BTreeMap;

use crate::Samples;

/// The samples of one body, and what it held beside them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Received {
    pub samples: Samples,
    /// What was understood and is not kept, in words (`exemplar`, `stale marker`, `text field`), and how many there were.
    /// None of it is a problem.
    pub left_out: BTreeMap<&'static str, usize>,
}

impl Received {
    /// How many rows were refused.
    pub fn rejected(&self) -> usize {
        // Problems come in the order of their rows.
        self.samples.problems.chunk_by(|one, other| one.row == other.row).count()
    }

    /// What of histograms is not kept, as one line of text for a sender's log; empty where all is. What else is left out no
    /// sender has to mend.
    pub fn warning(&self) -> String {
        let told: Vec<String> = self
            .left_out
            .iter()
            .filter(|(what, _)| what.contains("histogram"))
            .map(|(what, count)| format!("not kept: {what} ({count})"))
            .collect();
        told.join("; ")
    }

    /// The first problems as one line of text for a sender's log; empty without problems.
    pub fn summary(&self) -> String {
        const TOLD: usize = 3;
        let problems = &self.samples.problems;
        let mut told: Vec<String> =
            problems.iter().take(TOLD).map(|problem| format!("row {}: {}", problem.row, problem.detail)).collect();
        if problems.len() > TOLD {
            told.push(format!("and {} more", problems.len() - TOLD));
        }
        told.join("; ")
    }
}
