//! Which part of a row is what, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::label::Wrong;
use crate::report::wrong;
use crate::text::quote;
use crate::{Naming, WrittenTime, time};

/// What a number as a time counts since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TimeUnit {
    #[serde(rename = "s")]
    Seconds,
    #[default]
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "us")]
    Microseconds,
    #[serde(rename = "ns")]
    Nanoseconds,
}

impl TimeUnit {
    /// The unit of that name: `s`, `ms`, `us` or `ns`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "s" => Self::Seconds,
            "ms" => Self::Milliseconds,
            "us" => Self::Microseconds,
            "ns" => Self::Nanoseconds,
            _ => return None,
        })
    }

    fn milliseconds(self, written: f64) -> f64 {
        match self {
            Self::Seconds => written * 1e3,
            Self::Milliseconds => written,
            Self::Microseconds => written / 1e3,
            Self::Nanoseconds => written / 1e6,
        }
    }
}

/// What becomes of a row. Every pointer but `rows` begins at the row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowMapping {
    /// Series, unit and constant labels; its `labels` count where [`Self::labels`] is none.
    pub naming: Naming,
    /// Where the rows are in the document.
    pub rows: Option<String>,
    /// The value; without it every row is an event, whose value is 1.
    pub value: Option<String>,
    /// The time: RFC 3339, a date, or a number. A time without a zone is UTC.
    pub time: Option<String>,
    /// Whether a row may have no time; it is about the moment of the answer then.
    pub time_may_lack: bool,
    pub time_unit: TimeUnit,
    /// Labels, and where each is; without it all other members of the row that are no objects or lists.
    pub labels: Option<BTreeMap<String, String>>,
    /// The row's own id, by which it is recognised when it comes again.
    pub id: Option<String>,
    /// The name of the series, before that of `naming`.
    pub series_at: Option<String>,
    /// The unit or currency of the value, before that of `naming`.
    pub unit_at: Option<String>,
}

impl RowMapping {
    /// Whether a member of the row becomes a label by itself.
    pub(super) fn is_label(&self, name: &str) -> bool {
        let taken = [&self.value, &self.time, &self.id, &self.series_at, &self.unit_at];
        let is_taken = taken.into_iter().flatten().any(|pointer| super::pointer::is_member(pointer, name));
        !is_taken && self.naming.keeps(name)
    }

    /// The time of a row.
    pub(super) fn instant(&self, row: &Value) -> Result<Option<i64>, Wrong> {
        let Some(pointer) = &self.time else { return Ok(None) };
        let told = |code, detail| wrong("time", code, detail, "RFC 3339, a date or a number");
        let read = match row.pointer(pointer) {
            None if self.time_may_lack => return Ok(None),
            None | Some(Value::Null) => return Err(told("missing", format!("there is no time at {}", quote(pointer)))),
            Some(Value::Number(number)) => {
                let time_ms = self.time_unit.milliseconds(number.as_f64().unwrap_or(f64::NAN)).round();
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a float becomes the nearest integer that there is"
                )]
                time::parse(&WrittenTime::Milliseconds(time_ms as i64))
            }
            Some(Value::String(text)) => {
                let text = text.trim();
                let in_utc = || time::parse(&WrittenTime::Text(format!("{text}Z")));
                time::parse(&WrittenTime::Text(text.to_owned())).or_else(|error| in_utc().map_err(|_| error))
            }
            Some(_) => Err(format!("what is at {} is no time", quote(pointer))),
        };
        read.map(Some).map_err(|detail| told("bad-time", detail))
    }
}
