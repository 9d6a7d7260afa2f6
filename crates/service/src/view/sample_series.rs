//! The pages of series: which there are, and one of them as a chart with its samples.

use chart::{ChartKind, ChartModel, ChartPoint, Position, Series, UnitLabel};
use kpi::display;
use kpi::unit::Unit;
use storage::StoreError;
use timeseries::{SeriesFilter, SeriesInfo};

use super::ChartView;
use crate::dashboard::Dashboard;
use crate::instant;
use crate::validate::shown_unit;

/// How many series one page lists.
const LISTED: usize = 200;
/// How many columns of time a chart has.
const COLUMNS: usize = 300;
/// How many rows the data table and the list of samples carry.
const TABLE_ROWS: usize = 100;
const SAMPLES: usize = 50;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How much time a chart shows: name, words, length in milliseconds.
pub const ZOOMS: [(&str, &str, i64); 5] = [
    ("hour", "Hour", HOUR_MS),
    ("day", "Day", DAY_MS),
    ("month", "Month", 30 * DAY_MS),
    ("quarter", "Quarter", 91 * DAY_MS),
    ("year", "Year", 365 * DAY_MS),
];

/// The list of series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeriesListPage {
    /// What names contain; empty for all.
    pub contains: String,
    /// The series.
    pub rows: Vec<SeriesListRow>,
    /// The number behind which the next page goes on; `None` on the last one.
    pub next_after: Option<i64>,
}

/// One series of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesListRow {
    /// Its number.
    pub number: i64,
    /// What is measured.
    pub name: String,
    /// Its labels: "host a, region eu".
    pub labels: String,
    /// Who sent its first sample.
    pub source: String,
    /// When its first sample was recorded, for reading.
    pub first_seen: String,
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesPage {
    /// The series.
    pub row: SeriesListRow,
    /// The KPIs that read it, as slug and name.
    pub kpis: Vec<(String, String)>,
    /// The chosen zoom, of [`ZOOMS`].
    pub zoom: &'static str,
    /// What is shown, in words: "1 Jan 2026, 00:00 to 31 Jan 2026, 00:00 UTC".
    pub shown: String,
    /// The end of the shown time, as an address writes it.
    pub until: String,
    /// The ends of the time before and after, as an address writes them; `None` behind the latest sample.
    pub earlier: String,
    /// See `earlier`.
    pub later: Option<String>,
    /// What the shown samples come to, as name and value.
    pub facts: Vec<(String, String)>,
    /// The chart.
    pub chart: ChartView,
    /// The latest samples of the shown time, the newest first: time, value, number of the payload, its row, recorded.
    pub samples: Vec<[String; 5]>,
}

impl Dashboard {
    /// The series whose name contains a text, behind a number.
    pub fn series_list_page(&self, contains: &str, after_number: i64) -> SeriesListPage {
        let name_part = Some(contains.to_owned()).filter(|part| !part.is_empty());
        let filter = SeriesFilter { name_part, after_number, ..SeriesFilter::default() };
        let found = self.sample_series(&filter, LISTED + 1);
        let next_after = found.get(LISTED).and(found.get(LISTED - 1)).map(|last| last.number);
        let rows = found.into_iter().take(LISTED).map(row).collect();
        SeriesListPage { contains: contains.to_owned(), rows, next_after }
    }

    /// One series up to an instant, the latest sample where none is given; `None` where there is no series of this number.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn series_page(
        &self,
        number: i64,
        zoom: &str,
        until_ms: Option<i64>,
    ) -> Result<Option<SeriesPage>, StoreError> {
        let Some(info) = self.sample_series_of(number) else { return Ok(None) };
        let (zoom, _, length_ms) = ZOOMS.into_iter().find(|(name, ..)| *name == zoom).unwrap_or(ZOOMS[1]);
        let latest_ms = self.series_totals(number).await?.map(|totals| totals.latest_ms);
        let until_ms = until_ms.or(latest_ms.map(|latest_ms| latest_ms.saturating_add(1)));
        let until_ms = until_ms.unwrap_or_else(|| self.now_ms());
        let from_ms = until_ms.saturating_sub(length_ms);
        let catalogue = self.catalogue();
        let unit = shown_unit(&catalogue, &formats::Target::Series(info.name.clone())).cloned();
        let shown = |value: f64| value_text(value, unit.as_ref());
        let whole = self.sample_window(number, from_ms, until_ms, None).await?;
        let facts = whole.as_ref().map_or_else(Vec::new, |whole| {
            let fact = |name: &str, value: String| (name.to_owned(), value);
            vec![
                fact("Samples", whole.digest.count.to_string()),
                fact("Mean", shown(whole.digest.mean())),
                fact("Least", shown(whole.digest.least.value)),
                fact("Greatest", shown(whole.digest.greatest.value)),
                fact("Median, about", shown(whole.quantile(0.5))),
                fact("95th percentile, about", shown(whole.quantile(0.95))),
            ]
        });
        let model = self.series_chart(&info, unit.as_ref(), from_ms, until_ms).await?;
        let csv = format!("/series/{number}/chart.csv?zoom={zoom}&until={until_ms}");
        let last_ms = whole.as_ref().map(|whole| whole.digest.last.time_ms);
        let samples = match last_ms {
            // What lies further back is on the chart.
            Some(last_ms) => self.samples_of(number, from_ms.max(last_ms - HOUR_MS), last_ms + 1, 10_000).await?,
            None => Vec::new(),
        };
        let samples = samples.iter().rev().take(SAMPLES).map(|sample| {
            [
                instant::long(sample.time_ms),
                shown(sample.value),
                sample.payload.to_string(),
                sample.row.to_string(),
                instant::long(sample.recorded_ms),
            ]
        });
        let kpis = catalogue.series().into_iter().find(|series| series.name == info.name);
        let kpis = kpis.map_or_else(Vec::new, |series| {
            let named = |id: String| catalogue.kpi(&id).map(|(_, kpi)| (id, kpi.name.clone()));
            series.kpis.into_iter().filter_map(named).collect()
        });
        Ok(Some(SeriesPage {
            row: row(info),
            kpis,
            zoom,
            shown: format!("{} to {}", instant::short(from_ms), instant::short(until_ms)),
            until: until_ms.to_string(),
            earlier: from_ms.to_string(),
            later: latest_ms.filter(|latest_ms| *latest_ms >= until_ms).map(|_| (until_ms + length_ms).to_string()),
            facts,
            chart: ChartView::of(&model, csv, TABLE_ROWS),
            samples: samples.collect(),
        }))
    }

    /// The points of a series' chart as CSV; `None` where there is no series of this number.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn series_csv(&self, number: i64, zoom: &str, until_ms: i64) -> Result<Option<String>, StoreError> {
        let Some(info) = self.sample_series_of(number) else { return Ok(None) };
        let (_, _, length_ms) = ZOOMS.into_iter().find(|(name, ..)| *name == zoom).unwrap_or(ZOOMS[1]);
        let catalogue = self.catalogue();
        let unit = shown_unit(&catalogue, &formats::Target::Series(info.name.clone())).cloned();
        let model = self.series_chart(&info, unit.as_ref(), until_ms.saturating_sub(length_ms), until_ms).await?;
        Ok(Some(chart::csv(&model)))
    }

    async fn series_chart(
        &self,
        info: &SeriesInfo,
        unit: Option<&Unit>,
        from_ms: i64,
        until_ms: i64,
    ) -> Result<ChartModel, StoreError> {
        let marks = self.sample_chart(info.number, from_ms, until_ms, COLUMNS).await?;
        let points = marks
            .into_iter()
            .map(|mark| ChartPoint {
                x: Position::Time(mark.time_ms),
                y: unit.map_or(mark.value, |unit| unit.from_base(mark.value)),
                note: None,
            })
            .collect();
        let named = unit.cloned();
        let label = UnitLabel::new(move |shown| match &named {
            Some(unit) => display::value(unit.to_base(shown), unit),
            None => value_text(shown, None),
        });
        Ok(ChartModel {
            id: format!("series-{}", info.number),
            title: format!("Samples of {}", info.name),
            subject: info.name.clone(),
            unit: label,
            kind: ChartKind::History,
            series: vec![Series { name: info.name.clone(), points }],
            // A day is a day, however little of it has samples.
            period: Some((from_ms, until_ms)),
            ..ChartModel::default()
        })
    }
}

/// A value in the unit in which the catalogue reads the series; else the number, to six significant digits.
fn value_text(value: f64, unit: Option<&Unit>) -> String {
    match unit {
        Some(unit) => display::value(value, unit),
        None if value == 0.0 => "0".to_owned(),
        None => {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number from -12 to 5")]
            let digits = 5 - value.abs().log10().floor().clamp(-12.0, 5.0) as i32;
            let text = format!("{value:.*}", usize::try_from(digits).unwrap_or_default());
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        }
    }
}

fn row(info: SeriesInfo) -> SeriesListRow {
    let labels: Vec<String> = info.labels.iter().map(|(name, value)| format!("{name} {value}")).collect();
    SeriesListRow {
        number: info.number,
        name: info.name,
        labels: labels.join(", "),
        source: info.source,
        first_seen: instant::short(info.first_seen_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::value_text;

    #[test]
    fn plain_numbers_are_told_to_six_digits() {
        for (value, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (-12.25, "-12.25"),
            (1.0 / 3.0, "0.333333"),
            (1_234_567.8, "1234568"),
            (0.000_012_345_678, "0.0000123457"),
        ] {
            assert_eq!(value_text(value, None), text);
        }
    }
}
