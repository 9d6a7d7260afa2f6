//! What the readers of observations give: drafts as written, and problems by row. Nothing here is checked against a
//! catalogue.

/// One observation as a sender wrote it, not yet checked against the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Where it stood, from 1: the line number in CSV and NDJSON, the place in the array in JSON.
    pub row: usize,
    pub target: Target,
    /// What was measured; the number 1 where an event of a series was sent without a value.
    pub value: Written,
    pub unit: Option<String>,
    pub time: Option<WrittenTime>,
    /// The sender's own id of the observation, by which a repeated delivery is recognised.
    pub external_id: Option<String>,
    pub note: Option<String>,
    /// A link or reference that backs the value.
    pub evidence: Option<String>,
    pub person: Option<String>,
    pub origin: Option<String>,
    /// Name and value, ordered by name, each name once; no value is empty.
    pub labels: Vec<(String, String)>,
}

/// What an observation is about, as a sender named it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The id of a KPI; never empty.
    Kpi(String),
    /// The name of a series of samples or events: visible characters of any script, with spaces between them.
    Series(String),
}

impl Target {
    /// The id or name.
    pub fn name(&self) -> &str {
        match self {
            Self::Kpi(name) | Self::Series(name) => name,
        }
    }
}

/// A value as a sender wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// A finite number, and its text as written.
    Number(f64, String),
    /// Anything in words: `90 min`, `met`.
    Text(String),
    Truth(bool),
}

/// A time as a sender wrote it; [`crate::time::parse`] reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenTime {
    /// A whole number, meant as milliseconds since the Unix epoch.
    Milliseconds(i64),
    /// RFC 3339 or a date.
    Text(String),
}

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted as [`Draft::row`] is.
    pub row: usize,
    /// The field's name, such as `value`; `row` where the whole row is concerned.
    pub field: String,
    /// A stable word for programs: `missing`, `unknown-field`, `duplicate-field`, `wrong-type`, `not-finite`, `too-long`,
    /// `control-character`, `syntax`, `ragged-row`, `too-deep`, `two-targets`, `bad-name`, `too-many-labels`,
    /// `bad-time`, `failed`, `number-format`, `out-of-range`, `undecided`.
    pub code: &'static str,
    /// What is wrong, quoting at most 60 characters of the input.
    pub detail: String,
    /// What would be right.
    pub expected: String,
}

/// All that one body held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drafts {
    /// The rows without a problem, in the order of the body.
    pub drafts: Vec<Draft>,
    /// In the order of the body; one row may have several, of which only the first is told after 1,000 problems.
    pub problems: Vec<Problem>,
    /// How many rows were read, good and bad; blank ones are not counted.
    pub rows: usize,
}
