//! Cells of a report that can't be read, while the rest of it can: named, and bounded in number.

use crate::Problem;
use crate::text::quote;

/// How many cells are named; the others are counted.
const NAMED: usize = 100;

/// The cells that were refused so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cells {
    problems: Vec<Problem>,
    /// Those beyond the named ones, and the line of the last of them.
    unnamed: usize,
    last_row: usize,
}

impl Cells {
    /// Refuses the cell in this line.
    pub(crate) fn refuse(&mut self, row: usize, field: &str, code: &'static str, detail: String, expected: &str) {
        if self.problems.len() < NAMED {
            let (field, expected) = (field.to_owned(), expected.to_owned());
            self.problems.push(Problem { row, field, code, detail, expected });
        } else {
            self.unnamed += 1;
            self.last_row = row;
        }
    }

    /// Refuses an attribute of an element, or says that it lacks one.
    pub(crate) fn refuse_attribute(
        &mut self,
        row: usize,
        (element, name): (&str, &str),
        written: Option<&str>,
        expected: &str,
    ) {
        let (code, detail) = match written {
            Some(text) => ("syntax", format!("`{name}` of <{element}> is {}", quote(text))),
            None => ("missing", format!("<{element}> has no `{name}`")),
        };
        self.refuse(row, name, code, detail, expected);
    }

    /// What is told of them.
    pub(crate) fn told(self) -> Vec<Problem> {
        let mut problems = self.problems;
        if self.unnamed > 0 {
            problems.push(Problem {
                row: self.last_row,
                field: "row".to_owned(),
                code: "syntax",
                detail: format!("{} more cells can't be read", self.unnamed),
                expected: "as of those before".to_owned(),
            });
        }
        problems
    }
}
