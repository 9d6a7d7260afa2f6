//! How far off a number may be that was estimated from the buckets of a histogram.

use std::collections::BTreeMap;

use kpi::catalogue::{Catalogue, Kpi};
use kpi::display;
use kpi::evaluation::Known;
use kpi::feed::{Feed, Kind};
use kpi::measure::{Rule, Statistic};
use timeseries::{SeriesFilter, SeriesInfo};

use crate::dashboard::Dashboard;

/// How many series of buckets are looked at.
const MOST_BUCKETS: usize = 2_000;

impl Dashboard {
    /// A sentence, with a space before it, about a percentile or mean that histograms feed; empty about any other number.
    pub(super) fn bucket_note(&self, catalogue: &Catalogue, kpi: &Kpi, known: Option<&Known>) -> String {
        let Some((value, rule)) = known
            .filter(|known| known.computed)
            .and_then(|known| Some((known.value, &catalogue.measure(&kpi.measure)?.rule)))
        else {
            return String::new();
        };
        let (Rule::Statistic(of, statistic) | Rule::OfEach { of, statistic, .. }) = rule else { return String::new() };
        let feeds = catalogue.feeds.iter().filter(|feed| feed.kind == Kind::Histogram);
        let mut feeds: Vec<&Feed> = feeds.filter(|feed| feed.series(catalogue) == Some(of.series.as_str())).collect();
        feeds.dedup_by(|one, other| one.metric == other.metric);
        let mut around: Option<(f64, f64)> = None;
        for feed in feeds {
            let filter = SeriesFilter { name: Some(feed.incoming()), ..SeriesFilter::default() };
            for bounds in bounds(feed, self.desk.series_list(&filter, MOST_BUCKETS)).into_values() {
                let (low, high) = bucket(&bounds, value);
                around = Some(around.map_or((low, high), |(least, most)| (least.min(low), most.max(high))));
            }
        }
        let text = |value: f64| display::value(value, &kpi.unit);
        match (around, statistic) {
            (None, _) => String::new(),
            (Some((low, high)), Statistic::Percentile(_)) if high.is_finite() => format!(
                " What comes from histograms is estimated inside their buckets: the value lies between {} and {}.",
                text(low),
                text(high)
            ),
            (Some((low, _)), Statistic::Percentile(_)) => format!(
                " What comes from histograms is estimated inside their buckets: the value is {} or more, which is their last bound.",
                text(low)
            ),
            (Some(_), Statistic::Mean) => {
                " What comes from histograms is estimated inside their buckets, and may be off by as much as these are wide."
                    .to_owned()
            }
        }
    }
}

/// The upper bounds of each histogram of a feed, as the fed series holds them, in ascending order.
fn bounds(feed: &Feed, series: Vec<SeriesInfo>) -> BTreeMap<Vec<(String, String)>, Vec<f64>> {
    let mut all: BTreeMap<Vec<(String, String)>, Vec<f64>> = BTreeMap::new();
    for SeriesInfo { labels, .. } in series.into_iter().filter(|series| feed.takes(&series.labels)) {
        let bound = labels.iter().find(|(name, _)| name == "le").and_then(|(_, bound)| bound.parse::<f64>().ok());
        let Some(bound) = bound.filter(|bound| bound.is_finite()) else { continue };
        let scaled = bound * feed.scale;
        let bound = feed.unit.as_ref().map_or(scaled, |unit| unit.to_base(scaled));
        all.entry(labels.into_iter().filter(|(name, _)| name != "le").collect()).or_default().push(bound);
    }
    for bounds in all.values_mut() {
        bounds.sort_by(f64::total_cmp);
    }
    all
}

/// The bounds around a value; above the last one there is none.
fn bucket(bounds: &[f64], value: f64) -> (f64, f64) {
    let place = bounds.partition_point(|bound| *bound < value);
    let low = place.checked_sub(1).and_then(|place| bounds.get(place)).copied();
    let first = bounds.first().copied().unwrap_or_default().min(0.0);
    (low.unwrap_or(first), bounds.get(place).copied().unwrap_or(f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::bucket;

    #[test]
    fn a_value_lies_between_its_bounds() {
        for (value, low, high) in
            [(0.03, 0.0, 0.05), (0.05, 0.0, 0.05), (0.07, 0.05, 0.1), (0.1, 0.05, 0.1), (0.2, 0.1, f64::INFINITY)]
        {
            let found = bucket(&[0.05, 0.1], value);
            assert_eq!(
                (found.0.total_cmp(&low), found.1.total_cmp(&high)),
                (std::cmp::Ordering::Equal, std::cmp::Ordering::Equal),
                "{value}"
            );
        }
    }
}
