//! What an alert is about, and how bad it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How bad it is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something its owner should know: a value is stale, a source fails.
    Notice,
    /// A KPI is at risk, or an error budget is spent too fast.
    Yellow,
    /// A KPI is off target, or an error budget is nearly gone.
    Red,
}

impl Severity {
    /// Every severity, the mildest first.
    pub const ALL: [Self; 3] = [Self::Notice, Self::Yellow, Self::Red];

    /// The name in the API and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The severity of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// What kind of alert it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A KPI is at risk or off target; its severity is the worse of the two.
    Level,
    /// A KPI spends its error budget too fast.
    Burn,
    /// A KPI has had no value for too long.
    Stale,
    /// A source of observations fails.
    Source,
    /// Red alerts that nobody took.
    Escalation,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Level, Self::Burn, Self::Stale, Self::Source, Self::Escalation];

    /// The name in the API, in addresses and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Burn => "burn",
            Self::Stale => "stale",
            Self::Source => "source",
            Self::Escalation => "escalation",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What one alert is about. There is at most one alert for each key.
///
/// Written `level:pipeline-build-time`, and `escalation` for the escalation of the whole catalogue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Key {
    /// The id of the KPI; the name of the source for [`Kind::Source`]; empty for [`Kind::Escalation`].
    pub kpi: String,
    /// What kind of alert.
    pub kind: Kind,
}

impl Key {
    /// The key of an alert of that kind about a KPI, or about a source.
    pub fn new(kind: Kind, kpi: &str) -> Self {
        Self { kpi: kpi.to_owned(), kind }
    }

    /// The key of the escalation.
    pub fn escalation() -> Self {
        Self::new(Kind::Escalation, "")
    }
}

/// A text that names no alert.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" names no alert; write KIND:NAME, for example level:pipeline-build-time, or escalation")]
pub struct KeyError(pub String);

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Escalation => formatter.write_str(self.kind.name()),
            _ => write!(formatter, "{}:{}", self.kind.name(), self.kpi),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(written: &str) -> Result<Self, KeyError> {
        if written == Kind::Escalation.name() {
            return Ok(Self::escalation());
        }
        written
            .split_once(':')
            .and_then(|(kind, name)| Some((Kind::from_name(kind)?, name)))
            .filter(|(kind, name)| *kind != Kind::Escalation && !name.is_empty())
            .map(|(kind, name)| Self::new(kind, name))
            .ok_or_else(|| KeyError(written.to_owned()))
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(written: String) -> Result<Self, KeyError> {
        written.parse()
    }
}
