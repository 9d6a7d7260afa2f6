//! From the unit in which a sender counts to the base unit in which a series is kept.
//!
//! A unit that is not known is refused where a KPI would count the number. Elsewhere the sample is kept as it came, with the unit as
//! the label [`UNIT_WRITTEN`], so that no catalogue of a later day takes it for a number in a unit of its own.

use std::collections::HashMap;
use std::sync::Arc;

use kpi::catalogue::Catalogue;
use kpi::feed::{Feed, Kind};
use kpi::unit::{Dimension, Ending, Unit};
use timeseries::Rules;

use crate::validate::{Wrong, check_name, shown_unit};

/// The label that holds a unit that is not known, as it was sent.
pub(crate) const UNIT_WRITTEN: &str = "unit_written";

/// Whether a sample with these labels is in a unit that is not known: no KPI counts it.
pub(super) fn is_in_unknown_unit(labels: &[(String, String)]) -> bool {
    labels.iter().any(|(name, _)| name == UNIT_WRITTEN)
}

/// What becomes of the values of a series in a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Conversion {
    /// They are multiplied.
    Times(f64),
    /// They are kept as they came, with their unit as a label.
    Unknown,
}

/// The conversions of a catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Conversions {
    catalogue: Arc<Catalogue>,
}

impl Conversions {
    pub(crate) fn new(catalogue: Arc<Catalogue>) -> Self {
        Self { catalogue }
    }

    /// What the values of a series are multiplied with: into the base unit of what is computed from it, else of the unit that the
    /// sender names, else as they are. A value that a feed takes is left in the unit that the feed expects.
    pub(super) fn of(&self, series: &str, unit: Option<&str>) -> Result<Conversion, Wrong> {
        check_name(series)?;
        let read_in = shown_unit(&self.catalogue, &formats::Target::Series(series.to_owned()));
        let feeds: Vec<&Feed> = self.catalogue.feeds.iter().filter(|feed| feed.incoming() == series).collect();
        let written = match unit.map(Unit::sent) {
            None => return self.without_unit(series, read_in, &feeds).map(Conversion::Times),
            Some(Ok(written)) => written,
            Some(Err(_)) if read_in.is_none() && feeds.is_empty() => return Ok(Conversion::Unknown),
            Some(Err(error)) => {
                let wanted = read_in.or_else(|| feeds.iter().find_map(|feed| self.wanted(feed))).map(Unit::named);
                let expected = wanted.unwrap_or_else(|| "a unit that is known".to_owned());
                return Err(("unit", "unit", error.to_string(), format!("{expected}, or a unit that converts to it")));
            }
        };
        if let Some(read_in) = read_in {
            if let Some(one) = one_in(unit.unwrap_or_default(), read_in) {
                return Ok(Conversion::Times(one));
            }
            return converted(&written, read_in).map(Conversion::Times);
        }
        let feeds_none = feeds.is_empty();
        for feed in feeds {
            let Some(wanted) = self.wanted(feed) else { continue };
            let base = match one_in(unit.unwrap_or_default(), wanted) {
                Some(one) => one,
                None => converted(&written, wanted)?,
            };
            return Ok(Conversion::Times(feed.unit.as_ref().map_or(base, |unit| unit.from_base(base))));
        }
        // Of two currencies in one series the numbers alone would be one.
        if feeds_none && matches!(written.dimension, Dimension::Money(_) | Dimension::MoneyRate(_)) {
            return Ok(Conversion::Unknown);
        }
        Ok(Conversion::Times(written.to_base(1.0)))
    }

    /// The factor of values whose sender says no unit: the name of a metric may end with it, as Prometheus asks for. An ending that
    /// is surely a unit of another kind is refused as if it were stated.
    fn without_unit(&self, series: &str, read_in: Option<&Unit>, feeds: &[&Feed]) -> Result<f64, Wrong> {
        if let Some(read_in) = read_in {
            return match kpi::unit::of_name(series, read_in) {
                Ending::Fits(unit) if matches!(unit.dimension, Dimension::DataRate(_)) => converted(&unit, read_in),
                Ending::Fits(unit) => Ok(unit.to_base(1.0)),
                Ending::Nothing => Ok(read_in.to_base(1.0)),
                Ending::Other(ending) => Err((
                    "unit",
                    "unit",
                    format!(
                        "the name ends with the unit \"{ending}\", which can't be converted to {}",
                        read_in.named()
                    ),
                    format!("{}, in which this series is read, or a unit that converts to it", read_in.named()),
                )),
            };
        }
        // Whoever wrote a feed has seen the name.
        let feed = feeds.iter().find(|feed| feed.unit.is_none()).and_then(|feed| self.expected(feed));
        Ok(match feed.map(|wanted| kpi::unit::of_name(series, wanted)) {
            Some(Ending::Fits(unit)) => unit.to_base(1.0),
            _ => 1.0,
        })
    }

    /// The unit in which a feed takes values as they come; `None` where it makes other numbers of them.
    fn expected<'a>(&'a self, feed: &'a Feed) -> Option<&'a Unit> {
        // What comes of a histogram are counts; their unit is that of their bounds.
        self.wanted(feed).filter(|_| feed.kind != Kind::Histogram)
    }

    /// The same, also of the bounds of a histogram.
    fn wanted<'a>(&'a self, feed: &'a Feed) -> Option<&'a Unit> {
        let is_plain = (feed.scale - 1.0).abs() < f64::EPSILON && !feed.per_second;
        if !is_plain {
            return None;
        }
        let target = || feed.series(&self.catalogue).map(|series| formats::Target::Series(series.to_owned()));
        feed.unit.as_ref().or_else(|| shown_unit(&self.catalogue, &target()?))
    }

    /// Whether a feed takes the samples of a series.
    pub(super) fn feeds(&self, series: &str) -> bool {
        self.catalogue.feeds.iter().any(|feed| feed.awaits(series))
    }

    /// The conversions of one payload, each looked up once.
    pub(super) fn cached(&self) -> Cached<'_> {
        Cached { conversions: self, factors: HashMap::new() }
    }
}

/// One of a unit in the base unit of another one.
fn converted(written: &Unit, wanted: &Unit) -> Result<f64, Wrong> {
    written.to_base_of(1.0, wanted).map_err(|error| {
        let expected = format!("{}, in which this series is read, or a unit that converts to it", wanted.named());
        ("unit", "unit", error.to_string(), expected)
    })
}

/// What UCUM's one is in a unit, which is also what an annotation alone stands for (`{ratio}`): a hundred percent, once. `None`
/// where the written unit is another one, or says that things are counted.
fn one_in(written: &str, wanted: &Unit) -> Option<f64> {
    let written = written.trim();
    let inside = written.trim_matches(['{', '}']);
    // By the letter of UCUM `{percent}` is one as well, but who writes it may mean a hundredth of it.
    let says_a_share = inside.contains('%') || ["per", "pct", "pp"].iter().any(|begin| inside.starts_with(begin));
    let is_annotation = written.starts_with('{')
        && written.ends_with('}')
        && written.matches('{').count() == 1
        && !says_a_share
        && !Unit::is_of_things(inside);
    if written != "1" && !is_annotation {
        return None;
    }
    match wanted.dimension {
        Dimension::Percent => Some(100.0),
        Dimension::Factor | Dimension::RatioToOne => Some(1.0),
        _ => None,
    }
}

/// A unit, and what it becomes in a series.
type ByUnit = (Option<String>, Result<Conversion, Wrong>);

/// The factors of one payload by series and unit.
pub(super) struct Cached<'a> {
    conversions: &'a Conversions,
    factors: HashMap<String, Vec<ByUnit>>,
}

impl Cached<'_> {
    /// The unit of the bounds of a histogram that a feed takes, where nobody states one and the metric's name ends with it.
    pub(super) fn unit_of_bounds(&self, series: &str) -> Option<String> {
        let conversions = self.conversions;
        let feed = conversions.catalogue.feeds.iter().find(|feed| feed.awaits(series) && feed.unit.is_none())?;
        match kpi::unit::of_name(series.strip_suffix("_bucket")?, conversions.wanted(feed)?) {
            Ending::Fits(unit) => Some(unit.symbol),
            _ => None,
        }
    }

    /// Whether a sample is a bucket of a histogram that a feed takes.
    pub(super) fn is_fed_bucket(&self, sample: &formats::Sample) -> bool {
        let is_bucket = sample.series.ends_with("_bucket") && sample.labels.iter().any(|(name, _)| name == "le");
        let mut feeds = self.conversions.catalogue.feeds.iter();
        is_bucket && feeds.any(|feed| feed.kind == Kind::Histogram && feed.awaits(&sample.series))
    }

    /// Whether a feed compares the samples of a series as running totals.
    pub(super) fn counts(&self, series: &str) -> bool {
        let feeds = &self.conversions.catalogue.feeds;
        feeds.iter().any(|feed| feed.kind == Kind::Counter && feed.metric == series)
    }

    pub(super) fn of(&mut self, series: &str, unit: Option<&str>) -> Result<Conversion, Wrong> {
        if let Some(known) = self.factors.get(series)
            && let Some((_, conversion)) = known.iter().find(|(known, _)| known.as_deref() == unit)
        {
            return conversion.clone();
        }
        let conversion = self.conversions.of(series, unit);
        self.factors.entry(series.to_owned()).or_default().push((unit.map(str::to_owned), conversion.clone()));
        conversion
    }
}

impl Rules for Conversions {
    fn factor(&self, name: &str, _labels: &[(String, String)]) -> Result<f64, (String, &'static str, String, String)> {
        match self.of(name, None) {
            Ok(Conversion::Times(factor)) => Ok(factor),
            Ok(Conversion::Unknown) => Ok(1.0),
            Err((field, code, detail, expected)) => Err((field.to_owned(), code, detail, expected)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEEDS: &str = r#"
[[feed]]
metric = "gateway_time_milliseconds"
kind = "gauge"
series = "request"
note = "In milliseconds, as its name says."

[[feed]]
metric = "gateway.latency"
kind = "gauge"
series = "request"
unit = "ms"
note = "In milliseconds where no unit is sent."

[[feed]]
metric = "gateway_duration_milliseconds"
kind = "histogram"
series = "request"
note = "Bounds in milliseconds, as its name says."

[[feed]]
metric = "gateway.busy"
kind = "gauge"
series = "resource.utilization"
note = "A share."
"#;

    fn conversions() -> Conversions {
        let document = format!("{}{FEEDS}", include_str!("../../../../catalogue/inferno.toml"));
        Conversions::new(Arc::new(Catalogue::parse(&document).expect("a catalogue")))
    }

    #[test]
    fn values_come_in_the_base_unit_of_what_is_computed_from_them() {
        let conversions = conversions();
        let mut cached = conversions.cached();
        for (series, unit, expected) in [
            ("cpu.usage", None, 1.0),
            ("request.size", Some("KiB"), 1024.0),
            ("http.duration", Some("ms"), 0.001),
            // Read by a KPI in percent.
            ("code-coverage", Some("fraction"), 100.0),
            ("pipeline-build-time", None, 60.0),
            ("request", Some("hr"), 3_600.0),
            ("request", Some("microsecond"), 1e-6),
            ("request", Some("nanoseconds"), 1e-9),
            ("request", None, 0.001),
            ("inference.memory", Some("bit"), 0.125),
            ("inference.memory", Some("Mibit"), 131_072.0),
            ("resource.utilization", Some("1"), 100.0),
            ("resource.utilization", Some("{utilization}"), 100.0),
            ("resource.utilization", Some("{ratio}"), 100.0),
            ("resource.utilization", Some("ratio"), 100.0),
            ("resource.utilization", Some("[ppth]"), 0.1),
            ("performance-vs-competitors", Some("1"), 1.0),
            ("performance-vs-competitors", Some("{ratio}"), 1.0),
            // Through feeds, in the unit that the feed expects.
            ("gateway_time_milliseconds", None, 0.001),
            ("gateway_time_milliseconds", Some("s"), 1.0),
            ("gateway.latency", None, 1.0),
            ("gateway.latency", Some("s"), 1_000.0),
            ("gateway.latency", Some("ms"), 1.0),
            ("gateway.busy", Some("1"), 100.0),
            ("build_seconds", None, 1.0),
        ] {
            match cached.of(series, unit) {
                Ok(Conversion::Times(factor)) => {
                    assert!((factor - expected).abs() <= expected * 1e-12, "{series} {unit:?}: {factor}");
                }
                other => panic!("{series} {unit:?}: {other:?}"),
            }
        }
        // A hundredth, or the whole of it: nobody knows what is meant.
        assert!(cached.of("resource.utilization", Some("{percent}")).is_err());
    }

    #[test]
    fn the_bounds_of_a_histogram_are_in_the_unit_of_its_name() {
        let conversions = conversions();
        let cached = conversions.cached();
        for (series, unit) in [
            ("gateway_duration_milliseconds_bucket", Some("ms")),
            ("other_duration_milliseconds_bucket", None),
            ("gateway_time_milliseconds", None),
        ] {
            assert_eq!(cached.unit_of_bounds(series).as_deref(), unit, "{series}");
        }
    }

    #[test]
    fn a_unit_that_is_not_known_is_kept_as_text_unless_a_kpi_would_count_the_number() {
        let conversions = conversions();
        let mut cached = conversions.cached();
        assert_eq!(cached.of("cpu.usage", Some("furlongs")), Ok(Conversion::Unknown));
        assert_eq!(cached.of("cpu.usage", Some("EUR")), Ok(Conversion::Unknown));
        for (series, unit, detail) in [
            ("request", "furlongs", "unknown unit \"furlongs\""),
            ("inference.memory", "Cel", "unknown unit \"Cel\""),
            ("code-coverage", "KB", "a value in \"KB\" can't be converted to \"%\""),
            ("gateway.latency", "By", "a value in \"B\" can't be converted to \"ms\""),
            ("gateway.latency", "furlongs", "unknown unit \"furlongs\""),
            ("gateway_time_milliseconds", "{request}", "a value in a plain count can't be converted to \"ms\""),
            ("container_memory_working_set_bytes", "furlongs", "unknown unit \"furlongs\""),
        ] {
            let (field, code, told, _) = cached.of(series, Some(unit)).expect_err(unit);
            assert_eq!((field, code, told.as_str()), ("unit", "unit", detail), "{series} {unit}");
        }
        assert_eq!(cached.of("own:tests", None).expect_err("a reserved name").1, "bad-name");
    }
}
