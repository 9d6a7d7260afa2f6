//! Targets: what one cell of the framework asks for.
//!
//! A target keeps the parts it was written in, so that printing the parsed target gives the cell back, and its
//! [`Meaning`], which the status is computed from. Reading stands in [`parse`].

mod parse;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::number::WrittenNumber;
use crate::unit::{Unit, UnitError};

/// How bad an open finding is; a later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Low.
    Low = 1,
    /// Medium.
    Medium = 2,
    /// High.
    High = 3,
    /// Critical.
    Critical = 4,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word people write.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }

    /// The value by which an observation states that this is the worst open finding; 0 is "none".
    pub fn rank(self) -> f64 {
        f64::from(self as u8)
    }
}

/// How often something has to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurrence {
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
    /// Once a calendar month.
    Monthly,
    /// Once in three calendar months.
    Quarterly,
    /// Once a calendar year.
    Yearly,
}

impl Recurrence {
    /// Every recurrence, the most frequent first.
    pub const ALL: [Self; 5] = [Self::Daily, Self::Weekly, Self::Monthly, Self::Quarterly, Self::Yearly];

    /// The word people write.
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "Daily",
            Self::Weekly => "Weekly",
            Self::Monthly => "Monthly",
            Self::Quarterly => "Quarterly",
            Self::Yearly => "Yearly",
        }
    }
}

/// A number of a target with the unit its cell writes; without one it is in the KPI's own unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The number, in `unit` (not yet in its base unit).
    pub value: f64,
    /// The unit in the cell.
    pub unit: Option<Unit>,
}

impl Amount {
    /// This amount in the base unit of the KPI's dimension.
    ///
    /// # Errors
    /// [`UnitError::Incompatible`] where the cell's unit measures something else than the KPI's.
    pub fn in_base(&self, kpi_unit: &Unit) -> Result<f64, UnitError> {
        self.unit.as_ref().unwrap_or(kpi_unit).to_base_of(self.value, kpi_unit)
    }
}

/// What a target asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// `N/A`: no target in this phase.
    NotApplicable,
    /// At least this much.
    AtLeast(Amount),
    /// Strictly less than this.
    Below(Amount),
    /// Strictly more than this.
    Above(Amount),
    /// Between these two, both included.
    Within(Amount, Amount),
    /// At least this many times better than the baseline.
    Factor(f64),
    /// At least this many percent better than the baseline.
    Share(f64),
    /// At least this many percent of the machine's measured ceiling.
    ShareOfCeiling(f64),
    /// No open finding of this severity or worse.
    NoFinding(Severity),
    /// A person or a check judges whether this level is reached.
    Judged(String),
    /// To be done once in every such period.
    Every(Recurrence),
}

/// One parsed target cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub(crate) shape: Written,
    /// What the cell asks for.
    pub meaning: Meaning,
}

/// The parts a cell was written in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written {
    /// `AA level`, `Monthly`, `N/A`.
    Words(String),
    /// `0 Medium+`.
    Findings { severity: Severity, open_ended: bool },
    /// `<2 hours`, `$100K`, `70-80%`, `10:1 ratio`.
    Number {
        comparator: &'static str,
        prefix: &'static str,
        low: WrittenNumber,
        high: Option<WrittenNumber>,
        unit: String,
        qualifier: String,
    },
}

/// Why a cell is not a target.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{written}\" is not a target: {reason}")]
pub struct TargetError {
    /// The cell.
    pub written: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl Target {
    /// Reads a target cell as `docs/targets.md` describes it.
    ///
    /// # Errors
    /// [`TargetError`] with the cell and what would be right.
    pub fn parse(written: &str) -> Result<Self, TargetError> {
        let printing_back = |target: Self| {
            // Leading zeros, and more digits than a number holds, would print as another cell.
            let printed = target.to_string();
            if printed == written { Ok(target) } else { Err(format!("it would be read as {printed}; write it so")) }
        };
        parse::target(written)
            .and_then(printing_back)
            .map_err(|reason| TargetError { written: written.to_owned(), reason })
    }

    /// Whether this cell asks for anything.
    pub fn is_applicable(&self) -> bool {
        self.meaning != Meaning::NotApplicable
    }

    /// The short name of the meaning, as the API shows it.
    pub fn kind(&self) -> &'static str {
        match self.meaning {
            Meaning::NotApplicable => "not-applicable",
            Meaning::AtLeast(_) => "at-least",
            Meaning::Below(_) => "below",
            Meaning::Above(_) => "above",
            Meaning::Within(..) => "within",
            Meaning::Factor(_) => "factor",
            Meaning::Share(_) => "share",
            Meaning::ShareOfCeiling(_) => "share-of-ceiling",
            Meaning::NoFinding(_) => "no-finding",
            Meaning::Judged(_) => "judged",
            Meaning::Every(_) => "every",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shape {
            Written::Words(words) => formatter.write_str(words),
            Written::Findings { severity, open_ended } => {
                write!(formatter, "0 {}{}", severity.name(), if *open_ended { "+" } else { "" })
            }
            Written::Number { comparator, prefix, low, high, unit, qualifier } => {
                write!(formatter, "{comparator}{prefix}{low}")?;
                if let Some(high) = high {
                    write!(formatter, "-{high}")?;
                }
                write!(formatter, "{unit}{qualifier}")
            }
        }
    }
}
