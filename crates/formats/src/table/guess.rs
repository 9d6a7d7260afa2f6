//! A first mapping for a table nobody has mapped yet, by the names of its columns and a few of its cells. It is only a
//! beginning: a person looks at it before anything is recorded.

use super::cell::Cell;
use super::instants::Instants;
use super::mapping::{Content, Decimal, MappedTime, TableMapping, TargetColumn, TimeFormat};
use super::numbers::with_point;
use super::preview::Preview;

/// Beginnings of names, the likeliest first.
const VALUES: [&str; 9] =
    ["amount in company currency", "amount", "value", "arr", "mrr", "revenue", "total", "price", "count"];
const TIMES: [&str; 7] = ["close date", "closed date", "created date", "created", "date", "time", "timestamp"];
const IDS: [&str; 6] = ["id", "record id", "opportunity id", "deal id", "18-character", "key"];
const UNITS: [&str; 3] = ["currency", "amount currency", "unit"];
const LABELS: [&str; 8] =
    ["stage", "deal stage", "status", "pipeline", "type", "owner", "opportunity owner", "deal owner"];
const FORMATS: [TimeFormat; 4] =
    [TimeFormat::Iso, TimeFormat::MonthDayYear, TimeFormat::DayMonthYear, TimeFormat::UnixSeconds];

/// What a table seems to hold: each row an event of a series, with the value, time, unit, id and labels that its columns' names
/// suggest. Of two orders of day and month that both fit, dots mean that the day comes first, strokes the month.
pub fn guess(table: &Preview) -> TableMapping {
    let named = |wanted: &[&str]| {
        let by_name = |name: &&str| table.columns.iter().find(|column| simple(column) == simple(name));
        let by_beginning =
            |name: &&str| table.columns.iter().find(|column| simple(column).starts_with(&format!("{name} ")));
        wanted.iter().find_map(by_name).or_else(|| wanted.iter().find_map(by_beginning)).cloned()
    };
    let cells = |column: &str| -> Vec<&str> {
        let place = table.columns.iter().position(|known| known == column).unwrap_or(usize::MAX);
        let cells = table.rows.iter().filter_map(|row| row.cells.get(place).map(String::as_str));
        cells.filter(|cell| !cell.is_empty()).collect()
    };
    let value = named(&VALUES);
    let value_cells = value.as_deref().map(cells).unwrap_or_default();
    let time = named(&TIMES).and_then(|column| {
        let format = time_format(&cells(&column))?;
        Some(MappedTime { column, format, time_zone: "UTC".to_owned() })
    });
    let labels = LABELS.iter().filter_map(|name| {
        let column = table.columns.iter().find(|column| simple(column) == *name)?;
        Some((name.replace(' ', "-"), Content::Column(column.clone())))
    });
    TableMapping {
        sheet: None,
        separator: None,
        header_row: 1,
        target: TargetColumn::Series(Content::Constant(String::new())),
        decimal: if has_decimal_comma(&value_cells) { Decimal::Comma } else { Decimal::Point },
        value,
        unit: named(&UNITS).map(Content::Column),
        time,
        labels: labels.collect(),
        external_id: named(&IDS),
        note: None,
    }
}

fn simple(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', '-'], " ")
}

/// Whether the numbers can only be meant with a decimal comma.
fn has_decimal_comma(cells: &[&str]) -> bool {
    let is_german = |cell: &&str| {
        cell.split_once(',').is_some_and(|(_, decimals)| {
            let digits = decimals.chars().take_while(char::is_ascii_digit).count();
            !decimals.contains(['.', ',']) && digits != 3
        })
    };
    cells.iter().any(is_german) && cells.iter().all(|cell| with_point(cell).is_some())
}

fn time_format(cells: &[&str]) -> Option<TimeFormat> {
    let fits = |format: &TimeFormat| {
        let mapped = MappedTime { column: String::new(), format: format.clone(), time_zone: "UTC".to_owned() };
        let instants = Instants::of(&mapped);
        // A preview shows a spreadsheet's own dates as text with a `T`, which reads as ISO.
        !cells.is_empty() && cells.iter().all(|cell| instants.read(&Cell::text(cell)).is_ok())
    };
    let has_dots = cells.first().is_some_and(|cell| cell.contains('.'));
    let found = FORMATS.iter().find(|format| fits(format)).cloned();
    match found {
        Some(TimeFormat::MonthDayYear) if has_dots && fits(&TimeFormat::DayMonthYear) => Some(TimeFormat::DayMonthYear),
        None if cells.is_empty() => Some(TimeFormat::Iso),
        found => found,
    }
}
