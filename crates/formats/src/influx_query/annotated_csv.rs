//! Tables of Flux as CSV with the annotations `#datatype`, `#group` and `#default`.
//!
//! <https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/extended/>. The value is the column `_value`, or after a
//! `pivot` every column of numbers; the time is `_time`, else `_stop`.

use super::{add_samples, series_name};
use crate::collect::Collector;
use crate::report::{shape, wrong};
use crate::text::{quote, utf8};
use crate::{Limits, Naming, Received, Refusal, WrittenTime, time};

const EXPECTED: &str =
    "CSV with the annotations #datatype, #group and #default, as InfluxDB writes it when it is asked for them";

/// What the lines before a table's rows say.
#[derive(Default)]
struct Table {
    kinds: Vec<String>,
    defaults: Vec<String>,
    names: Vec<String>,
    /// The columns that hold values, and those that hold labels.
    values: Vec<usize>,
    labels: Vec<usize>,
}

impl Table {
    fn is_number(&self, column: usize) -> bool {
        self.kinds
            .get(column)
            .is_some_and(|kind| matches!(kind.as_str(), "double" | "long" | "unsignedLong" | "boolean"))
    }

    /// Takes in the header.
    fn arrange(&mut self, names: Vec<String>) {
        self.names = names;
        self.values = self.value_columns();
        let is_label = |column: &usize| {
            let name = self.names[*column].as_str();
            let is_own = name.is_empty() || name.starts_with('_') || matches!(name, "result" | "table");
            !is_own && self.values.binary_search(column).is_err()
        };
        self.labels = (0..self.names.len()).filter(is_label).collect();
    }

    /// In ascending order.
    fn value_columns(&self) -> Vec<usize> {
        if let Some(value) = self.names.iter().position(|name| name == "_value") {
            return vec![value];
        }
        let is_value = |column: &usize| self.is_number(*column) && self.names[*column] != "table";
        (0..self.names.len()).filter(is_value).filter(|column| !self.names[*column].starts_with('_')).collect()
    }
}

/// The samples of an answer. Rows are line numbers from 1.
///
/// # Errors
/// Refuses what is not UTF-8, has no annotations, tells an error, and more rows or text than the limits. An answer without
/// tables is none of these: nothing was found.
pub fn read(bytes: &[u8], naming: &Naming, limits: &Limits) -> Result<Received, Refusal> {
    let mut all = Collector::new(limits);
    if bytes.trim_ascii().is_empty() {
        return Ok(all.received);
    }
    let text = utf8(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut table, mut record) = (Table::default(), csv::StringRecord::new());
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(all.received),
            Err(error) => return Err(shape(text, error.to_string(), EXPECTED)),
        }
        let row = record.position().map_or(0, csv::Position::line).try_into().unwrap_or(usize::MAX);
        let cells = || record.iter().map(str::to_owned).collect::<Vec<_>>();
        match record.get(0).unwrap_or_default() {
            "#datatype" => table = Table { kinds: cells(), ..Table::default() },
            "#default" => table.defaults = cells(),
            annotation if annotation.starts_with('#') => {}
            _ if table.kinds.is_empty() => {
                let expected = EXPECTED.to_owned();
                if record.iter().any(|cell| cell == "error") {
                    return Err(error(text, &record, &mut reader));
                }
                return Err(Refusal::Shape { row, column: 1, detail: "there is no #datatype".to_owned(), expected });
            }
            _ if table.names.is_empty() => {
                table.arrange(cells());
                if table.names.iter().any(|name| name == "error") && table.names.iter().any(|name| name == "reference")
                {
                    return Err(error(text, &record.clone(), &mut reader));
                }
            }
            _ => {
                all.row()?;
                add(row, &table, &record, naming, &mut all)?;
            }
        }
    }
}

/// A table of errors, with the words of its first row.
fn error(text: &str, header: &csv::StringRecord, reader: &mut csv::Reader<&[u8]>) -> Refusal {
    let column = header.iter().position(|name| name == "error").unwrap_or_default();
    let mut row = csv::StringRecord::new();
    // What can't be read any more says nothing about the error.
    let _ = reader.read_record(&mut row);
    let told: String =
        row.get(column).unwrap_or_default().chars().filter(|sign| !sign.is_control()).take(200).collect();
    shape(text, format!("InfluxDB answers {told}"), "a query that InfluxDB can evaluate")
}

fn add(
    row: usize,
    table: &Table,
    record: &csv::StringRecord,
    naming: &Naming,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    if record.len() != table.names.len() {
        let detail = format!("the row has {} columns, its header {}", record.len(), table.names.len());
        all.problem(row, wrong("row", "ragged-row", detail, "as many columns as the header"));
        return Ok(());
    }
    let cell = |column: usize| match record.get(column).unwrap_or_default() {
        "" => table.defaults.get(column).map_or("", String::as_str),
        written => written,
    };
    let named = |name: &str| table.names.iter().position(|known| known == name).map_or("", &cell);
    let time_ms = match [named("_time"), named("_stop")].into_iter().find(|text| !text.is_empty()) {
        None => None,
        Some(text) => match time::parse(&WrittenTime::Text(text.to_owned())) {
            Ok(time_ms) => Some(time_ms),
            Err(detail) => {
                all.problem(row, wrong("time", "bad-time", detail, "a time in RFC 3339"));
                return Ok(());
            }
        },
    };
    let mut numbers: Vec<(String, f64)> = Vec::with_capacity(table.values.len());
    let measurement = named("_measurement");
    for &column in &table.values {
        let written = cell(column);
        if written.is_empty() {
            continue;
        }
        let value = match written {
            "true" => Some(1.0),
            "false" => Some(0.0),
            written => written.parse::<f64>().ok(),
        };
        let Some(value) = value.filter(|_| table.is_number(column)) else {
            if table.is_number(column) {
                let detail = format!("{} is no number", quote(written));
                all.problem(row, wrong("value", "not-a-number", detail, "a number"));
            } else {
                all.leave_out("text field");
            }
            continue;
        };
        let field = if table.names[column] == "_value" { named("_field") } else { &table.names[column] };
        numbers.push((series_name(naming, measurement, field, table.values.len()), value));
    }
    let labels = table.labels.iter().map(|&column| (table.names[column].as_str(), cell(column)));
    add_samples(row, labels, numbers.into_iter(), time_ms, naming, all)
}
