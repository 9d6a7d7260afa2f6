//! `{"results": [{"series": [{"name": …, "tags": …, "columns": […], "values": [[…]]}]}]}`.
//!
//! <https://docs.influxdata.com/influxdb/v1/guides/query_data/>. Times are RFC 3339, or milliseconds where `epoch=ms` was asked
//! for. The time 0, which an aggregate over all time has, is none.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{add_samples, series_name};
use crate::collect::Collector;
use crate::plain::Plain;
use crate::report::{document, elements, shape, text, typed, wrong};
use crate::{Limits, Naming, Received, Refusal, WrittenTime, time};

const EXPECTED: &str = "an answer of InfluxDB: {\"results\": [{\"series\": […]}]}";

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Option<Vec<Statement<'a>>>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Statement<'a> {
    #[serde(borrow, default)]
    series: Vec<Table<'a>>,
    error: Option<String>,
    #[serde(default)]
    partial: bool,
}

#[derive(Deserialize)]
struct Table<'a> {
    #[serde(default)]
    name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    columns: Vec<String>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    #[serde(default)]
    partial: bool,
}

/// The samples of an answer. Rows count from 1 over all its tables.
///
/// # Errors
/// Refuses what is no answer of this kind, an answer that tells an error, one that the server cut off, and more rows or text
/// than the limits.
pub fn read(bytes: &[u8], naming: &Naming, limits: &Limits) -> Result<Received, Refusal> {
    let text = text(bytes)?;
    let answer: Answer<'_> = document(text, EXPECTED)?;
    let results = answer.results.as_deref().unwrap_or_default();
    let errors = results.iter().filter_map(|statement| statement.error.as_ref());
    if let Some(error) = answer.error.iter().chain(errors).next() {
        let told: String = error.chars().filter(|character| !character.is_control()).take(200).collect();
        return Err(shape(text, format!("InfluxDB answers {told}"), "a query that InfluxDB can evaluate"));
    }
    if answer.results.is_none() {
        return Err(shape(text, "the answer has no `results`".to_owned(), EXPECTED));
    }
    let mut all = Collector::new(limits);
    for table in results.iter().flat_map(|statement| &statement.series) {
        rows(text, table, naming, &mut all)?;
    }
    let is_cut_off =
        |statement: &Statement<'_>| statement.partial || statement.series.iter().any(|table| table.partial);
    if results.iter().any(is_cut_off) {
        return Err(Refusal::TooManyRows { limit: all.received.samples.rows });
    }
    Ok(all.received)
}

fn rows(text: &str, table: &Table<'_>, naming: &Naming, all: &mut Collector<'_>) -> Result<(), Refusal> {
    let Some(values) = table.values else { return Ok(()) };
    // One more label than may be is enough to be told so, in every row.
    let is_kept = |(name, value): &(&str, &str)| !value.is_empty() && naming.keeps(name);
    let tags = table.tags.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(is_kept);
    let tags: Vec<(&str, &str)> = tags.take(all.limits.labels + 1).collect();
    let columns = table.columns.iter().filter(|column| *column != "time").count();
    for raw in elements(text, values, all.limits, EXPECTED)? {
        let row = all.row()?;
        let Some(cells) = typed::<Vec<Plain>>(all, row, raw, "a list with a value for each column") else { continue };
        add(row, (table, &tags, columns), &cells, naming, all)?;
    }
    Ok(())
}

fn add(
    row: usize,
    (table, tags, columns): (&Table<'_>, &[(&str, &str)], usize),
    cells: &[Plain],
    naming: &Naming,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let (mut time_ms, mut numbers, mut labels) = (None, Vec::new(), Vec::new());
    for (name, cell) in table.columns.iter().zip(cells) {
        match cell {
            Plain::Text(_) | Plain::Number(_) if name == "time" => match instant(cell) {
                Ok(found) => time_ms = found,
                Err(detail) => {
                    all.problem(row, wrong("time", "bad-time", detail, "a time in RFC 3339 or milliseconds"));
                    return Ok(());
                }
            },
            Plain::Number(number) => numbers.push((name, number.as_f64().unwrap_or(f64::NAN))),
            Plain::Truth(truth) => numbers.push((name, f64::from(u8::from(*truth)))),
            Plain::Text(text) => labels.push((name.as_str(), text.as_str())),
            _ => {}
        }
    }
    let named = |(column, value): (&String, f64)| (series_name(naming, &table.name, column, columns), value);
    add_samples(row, tags.iter().copied().chain(labels), numbers.into_iter().map(named), time_ms, naming, all)
}

fn instant(cell: &Plain) -> Result<Option<i64>, String> {
    match cell {
        Plain::Number(number) if number.as_i64() == Some(0) => Ok(None),
        Plain::Number(number) => {
            let time_ms = number.as_i64().ok_or_else(|| format!("the time {number} is no whole number"))?;
            time::parse(&WrittenTime::Milliseconds(time_ms)).map(Some)
        }
        Plain::Text(text) if text == "1970-01-01T00:00:00Z" => Ok(None),
        Plain::Text(text) => time::parse(&WrittenTime::Text(text.clone())).map(Some),
        _ => Ok(None),
    }
}
