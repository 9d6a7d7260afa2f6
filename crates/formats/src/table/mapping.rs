//! Which column of a table holds what, kept per source as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rows::Layout;
use crate::Limits;
use crate::label::{expected_name, is_name};

/// How the rows of a table become observations. Columns are named as the header writes them, spaces around them left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    /// The sheet of a workbook; the first one without it.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The separator of a CSV file; seen in the header without it.
    #[serde(default)]
    pub separator: Option<char>,
    /// The row of the header, from 1; rows above it are skipped.
    #[serde(default = "first")]
    pub header_row: usize,
    /// What the observations are about.
    pub target: TargetColumn,
    /// The column of the value; without it each row is an event.
    #[serde(default)]
    pub value: Option<String>,
    /// How numbers are written in text.
    #[serde(default)]
    pub decimal: Decimal,
    #[serde(default)]
    pub unit: Option<Content>,
    #[serde(default)]
    pub time: Option<MappedTime>,
    #[serde(default)]
    pub labels: BTreeMap<String, Content>,
    /// The column of the row's own id, by which a later export of the same row is recognised.
    #[serde(default)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

fn first() -> usize {
    1
}

/// A KPI or a series, by its id or name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetColumn {
    Kpi(Content),
    Series(Content),
}

impl TargetColumn {
    fn content(&self) -> &Content {
        match self {
            Self::Kpi(content) | Self::Series(content) => content,
        }
    }
}

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The cell of that column.
    Column(String),
    /// The same for every row.
    Constant(String),
}

impl Content {
    fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) => Some(name),
            Self::Constant(_) => None,
        }
    }
}

/// Which character begins the decimals of a number that is written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decimal {
    /// `1,234.56`.
    #[default]
    Point,
    /// `1.234,56`, and spaces or apostrophes instead of the points.
    Comma,
}

/// A column of times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedTime {
    pub column: String,
    #[serde(default)]
    pub format: TimeFormat,
    /// The zone of times that say none, such as `Europe/Berlin`; UTC without it.
    #[serde(default = "utc")]
    pub time_zone: String,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// How times are written in text. Cells that a spreadsheet marks as dates are read whatever the format is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// `2026-03-01`, `2026-03-01 09:30`, `2026-03-01T09:30:00+01:00`.
    #[default]
    Iso,
    /// `1/3/2026`, `01.03.2026 09:30`, `01-03-2026 9:30 PM`.
    DayMonthYear,
    /// `3/1/2026`, `3/1/2026 9:30 PM`.
    MonthDayYear,
    UnixSeconds,
    UnixMilliseconds,
    /// A pattern of `strptime`, such as `%d %b %Y`.
    Pattern(String),
}

impl TableMapping {
    /// What is wrong with the mapping itself, as sentences; empty where nothing is.
    pub fn problems(&self, limits: &Limits) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.header_row == 0 {
            wrong.push("`header_row` is 0: rows count from 1".to_owned());
        }
        if self.separator.is_some_and(|separator| !separator.is_ascii() || separator == '"') {
            wrong.push("`separator` is no single ASCII character that can separate".to_owned());
        }
        for label in self.labels.keys().filter(|name| !is_name(name, limits.name_chars)) {
            wrong.push(format!("`{label}` is no name of a label: write {}", expected_name(limits.name_chars)));
        }
        if let TargetColumn::Series(Content::Constant(series)) = &self.target
            && !is_name(series, limits.name_chars)
        {
            wrong.push(format!("`{series}` is no name of a series: write {}", expected_name(limits.name_chars)));
        }
        if let Some(time) = &self.time
            && jiff::tz::TimeZone::get(&time.time_zone).is_err()
        {
            wrong.push(format!("`{}` is no time zone: write a name such as Europe/Berlin", time.time_zone));
        }
        wrong
    }

    /// The column that gives a field, as problems name it: `value`, `label.stage`.
    pub fn column_of(&self, field: &str) -> Option<&str> {
        self.columns().into_iter().find(|(known, _)| known == field).map(|(_, column)| column)
    }

    /// The columns that the mapping names, and the field that each gives, as problems name it.
    pub(super) fn columns(&self) -> Vec<(String, &str)> {
        let field = match self.target {
            TargetColumn::Kpi(_) => "kpi",
            TargetColumn::Series(_) => "series",
        };
        let own = [
            (field, self.target.content().column()),
            ("value", self.value.as_deref()),
            ("unit", self.unit.as_ref().and_then(Content::column)),
            ("time", self.time.as_ref().map(|time| time.column.as_str())),
            ("external_id", self.external_id.as_deref()),
            ("note", self.note.as_deref()),
        ];
        let own = own.into_iter().filter_map(|(field, column)| Some((field.to_owned(), column?)));
        let labels =
            self.labels.iter().filter_map(|(name, content)| Some((format!("label.{name}"), content.column()?)));
        own.chain(labels).collect()
    }

    pub(super) fn layout(&self) -> Layout<'_> {
        Layout { sheet: self.sheet.as_deref(), separator: self.separator, header_row: self.header_row }
    }
}
