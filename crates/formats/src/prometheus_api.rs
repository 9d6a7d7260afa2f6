//! Answers of Prometheus to `/api/v1/query` and `/api/v1/query_range`; `PromQL` was evaluated there.
//!
//! <https://prometheus.io/docs/prometheus/latest/querying/api/>. Scalars, instant vectors and matrices are read. A value that is
//! not finite (`0/0`) is no measurement: it is counted and left out. Native histograms become `_count`, `_sum` and `_bucket` with
//! `le`, as classic ones have them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::buckets::Buckets;
use crate::collect::Collector;
use crate::exposition::escaping::unescaped;
use crate::report::{document, elements, shape, text, typed};
use crate::text::shorten;
use crate::{Limits, Naming, Received, Refusal};

const EXPECTED: &str =
    "an answer of Prometheus: {\"status\": \"success\", \"data\": {\"resultType\": …, \"result\": …}}";
const NAME: &str = "__name__";

#[derive(Deserialize)]
struct Answer<'a> {
    status: String,
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(rename = "errorType", default)]
    error_kind: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(rename = "resultType")]
    kind: String,
    #[serde(borrow)]
    result: &'a RawValue,
}

/// Seconds since 1970, and a number as text.
type Pair = (f64, String);

#[derive(Deserialize)]
struct Element<'a> {
    metric: BTreeMap<String, String>,
    value: Option<Pair>,
    #[serde(default)]
    values: Vec<Pair>,
    #[serde(borrow)]
    histogram: Option<&'a RawValue>,
    #[serde(borrow, default)]
    histograms: Vec<&'a RawValue>,
}

/// A native histogram: seconds since 1970, and what it holds.
type AtSeconds = (f64, Native);

#[derive(Deserialize)]
struct Native {
    count: String,
    sum: String,
    /// What the edges belong to, both edges, and the count between them.
    #[serde(default)]
    buckets: Vec<(u8, String, String, String)>,
}

impl Native {
    /// Count, sum and buckets; `None` where a number is none.
    fn read(&self) -> Option<(f64, f64, Buckets)> {
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| !number.is_nan());
        let intervals =
            self.buckets.iter().map(|(_, low, high, count)| Some((number(low)?, number(high)?, number(count)?)));
        let (count, sum) = (number(&self.count)?, self.sum.parse().ok()?);
        Some((count, sum, Buckets::intervals(&intervals.collect::<Option<Vec<_>>>()?, count)))
    }
}

/// The samples of an answer. Rows are its series, from 1.
///
/// # Errors
/// Refuses what is no answer of this kind, an answer that tells an error, and more rows or text than the limits.
pub fn read(bytes: &[u8], naming: &Naming, limits: &Limits) -> Result<Received, Refusal> {
    let text = text(bytes)?;
    let answer: Answer<'_> = document(text, EXPECTED)?;
    if answer.status != "success" {
        let detail = format!("Prometheus answers {}: {}", shorten(&answer.error_kind), told(&answer.error));
        return Err(shape(text, detail, "a query that Prometheus can evaluate"));
    }
    let data = answer.data.ok_or_else(|| shape(text, "the answer has no `data`".to_owned(), EXPECTED))?;
    let mut all = Collector::new(limits);
    for _ in &answer.warnings {
        all.leave_out("warning");
    }
    match data.kind.as_str() {
        "scalar" => {
            let row = all.row()?;
            if let Some(pair) = typed::<Pair>(&mut all, row, data.result, "[1700000000, \"1.5\"]") {
                series(row, &BTreeMap::new(), [pair], naming, &mut all)?;
            }
        }
        "vector" | "matrix" => {
            for raw in elements(text, data.result, limits, EXPECTED)? {
                let row = all.row()?;
                if let Some(element) = typed::<Element<'_>>(&mut all, row, raw, EXPECTED) {
                    for raw in element.histogram.into_iter().chain(element.histograms) {
                        if let Some(native) = typed::<AtSeconds>(&mut all, row, raw, EXPECTED) {
                            histogram(row, &element.metric, &native, naming, &mut all)?;
                        }
                    }
                    let pairs = element.value.into_iter().chain(element.values);
                    series(row, &element.metric, pairs, naming, &mut all)?;
                }
            }
        }
        other => {
            let detail = format!("the result is of the type {}", shorten(other));
            return Err(shape(text, detail, "a query whose result is a vector, a matrix or a scalar"));
        }
    }
    Ok(all.received)
}

/// Adds the parts of a native histogram.
fn histogram(
    row: usize,
    metric: &BTreeMap<String, String>,
    (seconds, native): &AtSeconds,
    naming: &Naming,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let Some((count, sum, buckets)) = native.read() else {
        let detail = "a native histogram holds something that is no number".to_owned();
        all.problem(row, ("value".to_owned(), "not-a-number", detail, "numbers as text".to_owned()));
        return Ok(());
    };
    let name = naming.series.as_deref().unwrap_or(metric.get(NAME).map_or("", String::as_str)).to_owned();
    let bounds = buckets.labelled().map(|(bound, count)| ("_bucket", Some(bound.into_owned()), count, None));
    let unit = naming.unit.as_deref();
    let parts = [("_count", None, count, None), ("_sum", None, sum, unit)].into_iter().chain(bounds);
    for (suffix, bound, value, unit) in parts.filter(|(.., value, _)| value.is_finite()) {
        let mut metric = metric.clone();
        metric.extend(bound.map(|bound| ("le".to_owned(), bound)));
        metric.insert(NAME.to_owned(), format!("{name}{suffix}"));
        let naming = Naming { series: None, ..naming.clone() };
        let told = [(*seconds, value.to_string())];
        series(row, &metric, told, &Naming { unit: unit.map(str::to_owned), ..naming }, all)?;
    }
    Ok(())
}

fn series(
    row: usize,
    metric: &BTreeMap<String, String>,
    pairs: impl IntoIterator<Item = Pair>,
    naming: &Naming,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let labels: Vec<(Cow<'_, str>, &str)> = metric
        .iter()
        .filter(|(name, _)| *name != NAME)
        .map(|(name, value)| (unescaped(name), value.as_str()))
        .collect();
    let name = unescaped(metric.get(NAME).map_or("", String::as_str));
    let labels = labels.iter().map(|(name, value)| (name.as_ref(), *value));
    let identity = match naming.identity(&name, labels, all.limits) {
        Ok(identity) => identity,
        Err(wrong) => {
            all.problems(row, &wrong);
            return Ok(());
        }
    };
    for (seconds, written) in pairs {
        match written.parse::<f64>() {
            Ok(value) if value.is_finite() => {
                all.sample(row, &identity, (value, Some(milliseconds(seconds))), naming.unit.as_deref())?;
            }
            Ok(_) => all.leave_out("value that is not finite"),
            Err(_) => {
                let detail = format!("the value \"{}\" is no number", shorten(&written));
                all.problem(row, ("value".to_owned(), "not-a-number", detail, "a number as text".to_owned()));
            }
        }
    }
    Ok(())
}

fn milliseconds(seconds: f64) -> i64 {
    // Far beyond the year 9999 the sample's own check says what is wrong.
    #[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer that there is")]
    let time_ms = (seconds * 1000.0).round() as i64;
    time_ms
}

/// Prometheus' own words, of which a long query may be part.
fn told(error: &str) -> String {
    error.chars().map(|character| if character.is_control() { ' ' } else { character }).take(200).collect()
}
