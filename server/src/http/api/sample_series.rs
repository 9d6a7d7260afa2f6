//! Series of samples: a name with labels, its chart at any zoom, its windows, and its samples with the payloads that brought them.

use axum::Json;
use axum::extract::{OriginalUri, State as Extracted};
use serde::{Deserialize, Serialize};
use service::instant::{iso, parse_as_of};
use timeseries::{SeriesFilter, SeriesInfo};
use utoipa::{IntoParams, ToSchema};

use super::listed::Listed;
use super::query::{InPath, Parameters};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::problem::Problem;

/// The most series in one answer.
const MOST_SERIES: usize = 1_000;
/// The most columns of a chart, and how many there are where none are asked for.
const MOST_COLUMNS: usize = 4_000;
const USUAL_COLUMNS: usize = 500;
/// The most samples in one answer, and how many there are where none are asked for.
const MOST_SAMPLES: usize = 10_000;
const USUAL_SAMPLES: usize = 1_000;

/// Which series are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Wanted {
    /// The whole name.
    name: Option<String>,
    /// A part of the name.
    contains: Option<String>,
    /// A label that it must have, as `host:a`.
    label: Option<String>,
    /// Series with greater numbers than this one: the last of the page before.
    after: i64,
}

/// A series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleSeries {
    /// Its number, by which it is read.
    number: i64,
    /// What is measured.
    name: String,
    /// Its labels.
    #[schema(value_type = Object)]
    labels: serde_json::Map<String, serde_json::Value>,
    /// Who sent its first sample.
    source: String,
    /// When its first sample was recorded.
    first_seen: String,
}

impl From<SeriesInfo> for SampleSeries {
    fn from(info: SeriesInfo) -> Self {
        Self {
            number: info.number,
            name: info.name,
            labels: info.labels.into_iter().map(|(name, value)| (name, value.into())).collect(),
            source: info.source,
            first_seen: iso(info.first_seen_ms),
        }
    }
}

/// Series of samples by number; at most 1,000 of them in one answer.
#[utoipa::path(
    get,
    path = "/api/v1/sample-series",
    params(Wanted),
    responses(
        (status = 200, body = Vec<SampleSeries>, headers(("Link" = String, description = "The next page, where more follows."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_sample_series(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    Parameters(wanted): Parameters<Wanted>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<SampleSeries>>, Problem> {
    let labels = match wanted.label.as_deref().map(|label| label.split_once(':')) {
        None => Vec::new(),
        Some(Some((name, value))) => vec![(name.to_owned(), value.to_owned())],
        Some(None) => return Err(Problem::parameter("label", "write a name and a value, as in host:a")),
    };
    let filter = SeriesFilter {
        name: wanted.name,
        name_part: wanted.contains,
        labels,
        after_number: wanted.after,
        ..SeriesFilter::default()
    };
    // One more tells whether more follow.
    let found = state.dashboard.sample_series(&filter, MOST_SERIES + 1).into_iter().map(SampleSeries::from);
    Ok(Listed::of(found, MOST_SERIES, &uri, "after", |series| series.number.to_string()))
}

/// A time from one instant up to another.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Range {
    /// The first instant: a date, RFC 3339, or milliseconds since 1970. A day before the end without it.
    from: Option<String>,
    /// The end, not included; now without it.
    until: Option<String>,
    /// For charts: how many columns of time, at most 4,000; 500 without it.
    columns: Option<usize>,
    /// For lists: how many samples, at most 10,000; 1,000 without it.
    limit: Option<usize>,
}

impl Range {
    fn times_ms(&self, now_ms: i64) -> Result<(i64, i64), Problem> {
        const DAY_MS: i64 = 86_400_000;
        let read = |name: &'static str, written: &Option<String>| {
            let text = written.as_deref().map(str::trim).filter(|text| !text.is_empty());
            text.map(|text| text.parse().or_else(|_| start_of(text)))
                .transpose()
                .map_err(|detail| Problem::parameter(name, detail))
        };
        let until_ms: i64 = read("until", &self.until)?.unwrap_or(now_ms + 1);
        let from_ms = read("from", &self.from)?.unwrap_or_else(|| until_ms.saturating_sub(DAY_MS));
        if from_ms >= until_ms {
            return Err(Problem::parameter("from", "the end is not after the beginning"));
        }
        Ok((from_ms, until_ms))
    }
}

/// An instant; of a date its beginning.
fn start_of(text: &str) -> Result<i64, String> {
    let is_date = text.len() == 10 && !text.contains('T');
    parse_as_of(&if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() })
}

/// The points of a chart.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleChart {
    /// The first instant, in milliseconds since 1970.
    from_ms: i64,
    /// The end, not included.
    until_ms: i64,
    /// Time in milliseconds since 1970 and value of each point: at most the first, least, greatest and last sample of each
    /// column.
    points: Vec<(i64, f64)>,
}

/// A chart of a series: real samples, thinned so that its extremes stay.
#[utoipa::path(
    get,
    path = "/api/v1/sample-series/{number}/chart",
    params(("number" = i64, Path, description = "The series' number."), Range),
    responses(
        (status = 200, body = SampleChart),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_chart(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(number): InPath<i64>,
    Parameters(range): Parameters<Range>,
) -> Result<Json<SampleChart>, Problem> {
    known(&state, number)?;
    let (from_ms, until_ms) = range.times_ms(state.dashboard.now_ms())?;
    let columns = at_most("columns", range.columns, USUAL_COLUMNS, MOST_COLUMNS)?;
    let marks = state.dashboard.sample_chart(number, from_ms, until_ms, columns).await;
    let marks = marks.map_err(|error| Problem::store(&error))?;
    let points = marks.into_iter().map(|mark| (mark.time_ms, mark.value)).collect();
    Ok(Json(SampleChart { from_ms, until_ms, points }))
}

/// One sample.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleRow {
    /// The instant it is about.
    time: String,
    /// The value, in the base unit of the series.
    value: f64,
    /// The number of the payload that brought it; `GET /api/v1/payloads/{number}` gives its bytes.
    payload: u64,
    /// Which sample of its payload it is, from 0.
    row: u32,
    /// When it was recorded.
    recorded: String,
}

/// The samples of a series, the earliest first, each with its payload. Of several at one time the last one counts.
#[utoipa::path(
    get,
    path = "/api/v1/sample-series/{number}/samples",
    params(("number" = i64, Path, description = "The series' number."), Range),
    responses(
        (status = 200, body = Vec<SampleRow>, headers(("Link" = String, description = "The next page, where more follows."))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_samples(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(number): InPath<i64>,
    Parameters(range): Parameters<Range>,
    OriginalUri(uri): OriginalUri,
) -> Result<Listed<Vec<SampleRow>>, Problem> {
    known(&state, number)?;
    let (from_ms, until_ms) = range.times_ms(state.dashboard.now_ms())?;
    let limit = at_most("limit", range.limit, USUAL_SAMPLES, MOST_SAMPLES)?;
    // One more tells whether more follow.
    let samples = state.dashboard.samples_of(number, from_ms, until_ms, limit + 1).await;
    let samples = samples.map_err(|error| Problem::store(&error))?;
    let page = Listed::of(samples, limit, &uri, "from", |sample| (sample.time_ms + 1).to_string());
    Ok(page.map(|samples| {
        let row = samples.into_iter().map(|sample| SampleRow {
            time: iso(sample.time_ms),
            value: sample.value,
            payload: sample.payload,
            row: sample.row,
            recorded: iso(sample.recorded_ms),
        });
        row.collect()
    }))
}

/// What the samples of a window come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleWindow {
    /// How many times have a value.
    count: u64,
    /// The sum.
    sum: f64,
    /// The arithmetic mean.
    mean: f64,
    /// The least value.
    least: f64,
    /// The greatest value.
    greatest: f64,
    /// The first value, and when.
    first: (String, f64),
    /// The last value, and when.
    last: (String, f64),
    /// Percentiles 50, 90, 95 and 99, within 1/129 of their values.
    percentiles: [f64; 4],
}

/// Count, sum, extremes and percentiles of a window; nothing where it holds no sample.
#[utoipa::path(
    get,
    path = "/api/v1/sample-series/{number}/window",
    params(("number" = i64, Path, description = "The series' number."), Range),
    responses(
        (status = 200, body = Option<SampleWindow>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_window(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    InPath(number): InPath<i64>,
    Parameters(range): Parameters<Range>,
) -> Result<Json<Option<SampleWindow>>, Problem> {
    known(&state, number)?;
    let (from_ms, until_ms) = range.times_ms(state.dashboard.now_ms())?;
    let whole = state.dashboard.sample_window(number, from_ms, until_ms, None).await;
    let window = whole.map_err(|error| Problem::store(&error))?.map(|whole| SampleWindow {
        count: whole.digest.count,
        sum: whole.digest.sum.total(),
        mean: whole.digest.mean(),
        least: whole.digest.least.value,
        greatest: whole.digest.greatest.value,
        first: (iso(whole.digest.first.time_ms), whole.digest.first.value),
        last: (iso(whole.digest.last.time_ms), whole.digest.last.value),
        percentiles: [0.5, 0.9, 0.95, 0.99].map(|share| whole.quantile(share)),
    });
    Ok(Json(window))
}

fn known(state: &State, number: i64) -> Result<SeriesInfo, Problem> {
    let found = state.dashboard.sample_series_of(number);
    found.ok_or_else(|| Problem::not_found("There is no series of this number; GET /api/v1/sample-series lists them."))
}

fn at_most(name: &'static str, written: Option<usize>, usual: usize, most: usize) -> Result<usize, Problem> {
    let number = written.unwrap_or(usual);
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Problem::parameter(name, format!("write a number from 1 to {most}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_three_ways() {
        let range = |from: &str, until: &str| Range {
            from: Some(from.to_owned()),
            until: Some(until.to_owned()),
            ..Range::default()
        };
        let day_ms = 86_400_000;
        assert_eq!(range("0", "2000").times_ms(5).ok(), Some((0, 2_000)));
        assert_eq!(range("1970-01-02", "1970-01-03T00:00:00Z").times_ms(5).ok(), Some((day_ms, 2 * day_ms)));
        assert_eq!(Range::default().times_ms(day_ms).ok(), Some((1, day_ms + 1)));
        assert!(range("10", "10").times_ms(5).is_err());
        assert!(range("yesterday", "10").times_ms(5).is_err());
    }
}
