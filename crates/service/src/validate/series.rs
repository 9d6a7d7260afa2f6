//! Values of a series that no KPI reads directly: a plain number, in the unit of whatever is computed from it.

use formats::Written;
use kpi::catalogue::{Catalogue, Kpi};
use kpi::measure::Rule;
use kpi::unit::{Dimension, Unit, UnitError};

/// The names under which the dashboard keeps what it measures of itself.
const RESERVED_PREFIX: &str = "own:";

/// Why a sample can't be taken: field, code, what is wrong, what would be right.
pub(crate) type Wrong = (&'static str, &'static str, String, String);

/// The KPI that takes a series' samples as its own observations.
pub(super) fn reader<'catalogue>(catalogue: &'catalogue Catalogue, series: &str) -> Option<&'catalogue Kpi> {
    catalogue.kpis.iter().find(|kpi| kpi.measure == series)
}

pub(crate) fn check_name(series: &str) -> Result<(), Wrong> {
    if series.starts_with(RESERVED_PREFIX) {
        let detail = format!("names that begin with `{RESERVED_PREFIX}` are the dashboard's own");
        return Err(("series", "bad-name", detail, "another name".to_owned()));
    }
    Ok(())
}

/// The value in the base unit of the series' unit; of its own unit where the catalogue knows none; a plain number without one.
pub(super) fn value(catalogue: &Catalogue, series: &str, value: &Written, unit: Option<&str>) -> Result<f64, Wrong> {
    let number = match value {
        Written::Number(number, _) => Some(*number),
        Written::Truth(truth) => Some(f64::from(u8::from(*truth))),
        Written::Text(text) => text.trim().parse().ok(),
    };
    let Some(number) = number else {
        let detail = "a sample of a series is a number".to_owned();
        return Err(("value", "value", detail, "a number, with its unit in `unit`".to_owned()));
    };
    let wrong_unit = |error: UnitError| ("unit", "unit", error.to_string(), "a unit that is known".to_owned());
    let known = known_unit(catalogue, series);
    let read_in_none = known.is_none();
    let unit = unit.filter(|unit| !(read_in_none && is_kept_as_written(catalogue, series, unit)));
    let base = match (unit.map(Unit::sent).transpose().map_err(wrong_unit)?, known) {
        (Some(written), Some(known)) => written.to_base_of(number, known).map_err(|error| {
            let expected = format!("{}, in which this series is read, or a unit that converts to it", known.named());
            ("unit", "unit", error.to_string(), expected)
        })?,
        (Some(unit), None) => unit.to_base(number),
        (None, Some(unit)) => unit.to_base(number),
        (None, None) => number,
    };
    if base.is_finite() {
        Ok(base)
    } else {
        let detail = "the value is not a finite number".to_owned();
        Err(("value", "not-finite", detail, "a finite number, such as 12.5".to_owned()))
    }
}

/// Whether a value of a series that nothing reads keeps its unit as a label: one that is not known, and those in which a plain number
/// would be taken for another one, money and shares.
pub(super) fn is_kept_as_written(catalogue: &Catalogue, series: &str, unit: &str) -> bool {
    let is_plain = unit.trim().is_empty() || unit.trim() == "1";
    if is_plain || reader(catalogue, series).is_some() || known_unit(catalogue, series).is_some() {
        return false;
    }
    let is_fed = catalogue.feeds.iter().any(|feed| feed.awaits(series));
    match Unit::sent(unit) {
        _ if is_fed => false,
        Err(_) => true,
        Ok(unit) => matches!(unit.dimension, Dimension::Money(_) | Dimension::MoneyRate(_) | Dimension::Percent),
    }
}

/// The unit in which a derived measurement takes the values of a series, or that of the measurement of this name.
pub(super) fn known_unit<'catalogue>(catalogue: &'catalogue Catalogue, series: &str) -> Option<&'catalogue Unit> {
    let takes_values = |rule: &Rule| match rule {
        Rule::Sum(selection)
        | Rule::Statistic(selection, _)
        | Rule::OfEach { of: selection, .. }
        | Rule::Last(selection) => selection.series == series,
        _ => false,
    };
    catalogue
        .measure(series)
        .or_else(|| catalogue.measures.iter().find(|measure| takes_values(&measure.rule)))
        .map(|measure| &measure.unit)
}

#[cfg(test)]
mod tests {
    use formats::{Draft, Problem, Target};
    use kpi::measure::{Measure, Selection, Statistic};
    use kpi::point::Origin;

    use super::*;

    /// The embedded catalogue, with a measurement that takes the values of `ci.build` in minutes.
    fn catalogue() -> Catalogue {
        let mut catalogue = Catalogue::parse(include_str!("../../../../catalogue/inferno.toml")).expect("a catalogue");
        let selection = Selection { series: "ci.build".to_owned(), labels: Vec::new() };
        catalogue.measures.push(Measure {
            id: "typical-build".to_owned(),
            unit: Unit::parse("min").expect("minutes"),
            rule: Rule::Statistic(selection, Statistic::Percentile(50.0)),
            window: None,
            minimum: 0,
        });
        catalogue
    }

    fn number(number: f64) -> Written {
        Written::Number(number, number.to_string())
    }

    fn draft(series: &str, value: Written, unit: Option<&str>) -> Draft {
        Draft {
            row: 1,
            target: Target::Series(series.to_owned()),
            value,
            unit: unit.map(str::to_owned),
            time: None,
            external_id: None,
            note: None,
            evidence: None,
            person: None,
            origin: None,
            labels: Vec::new(),
        }
    }

    fn taken(series: &str, value: Written, unit: Option<&str>) -> Result<(String, f64), Problem> {
        let draft = draft(series, value, unit);
        let valid = super::super::validate(
            &catalogue(),
            draft,
            super::super::Times::now(1_767_225_600_000),
            Origin::Measured,
            false,
        )?;
        Ok((valid.measure, valid.value))
    }

    #[test]
    fn a_sample_is_kept_in_the_base_unit_of_what_is_computed_from_it() {
        for (series, value, unit, expected) in [
            ("ci.build", number(2.0), None, 120.0),
            ("ci.build", number(500.0), Some("ms"), 0.5),
            ("typical-build", number(3.0), None, 180.0),
            ("logins", number(1.0), None, 1.0),
            ("logins", number(2.0), Some("KB"), 2_000.0),
            ("logins", Written::Text("12.5".to_owned()), None, 12.5),
            ("logins", Written::Truth(true), None, 1.0),
            // What a KPI reads directly is read as that KPI's own.
            ("code-coverage", number(0.8), Some("fraction"), 80.0),
            ("wcag-compliance", Written::Text("met".to_owned()), None, 1.0),
        ] {
            assert_eq!(taken(series, value, unit), Ok((series.to_owned(), expected)), "{series} {unit:?}");
        }
    }

    #[test]
    fn a_unit_that_nothing_reads_is_kept_beside_the_value() {
        for (series, unit, kept) in [
            ("logins", Some("EUR"), Some("EUR")),
            ("logins", Some("USD"), Some("USD")),
            ("logins", Some("%"), Some("%")),
            ("logins", Some("bananas"), Some("bananas")),
            ("logins", Some("KB"), None),
            ("logins", None, None),
            ("ci.build", Some("ms"), None),
            ("code-coverage", Some("%"), None),
        ] {
            let draft = draft(series, number(2.0), unit);
            let times = super::super::Times::now(1_767_225_600_000);
            let valid = super::super::validate(&catalogue(), draft, times, Origin::Measured, false).expect(series);
            let label = valid.draft.labels.iter().find(|(name, _)| name == "unit_written");
            assert_eq!(label.map(|(_, unit)| unit.as_str()), kept, "{series} {unit:?}");
            assert!(kept.is_none() || (valid.value - 2.0).abs() < f64::EPSILON, "{series} {unit:?}");
        }
    }

    #[test]
    fn a_sample_that_is_no_number_in_a_fitting_unit_is_refused() {
        for (series, value, unit, field, code) in [
            ("ci.build", number(2.0), Some("KB"), "unit", "unit"),
            ("typical-build", number(2.0), Some("KB"), "unit", "unit"),
            ("logins", Written::Text("90 min".to_owned()), None, "value", "value"),
            ("logins", Written::Text("NaN".to_owned()), None, "value", "not-finite"),
            ("logins", number(f64::MAX), Some("KB"), "value", "not-finite"),
            ("code-coverage", number(2.0), Some("KB"), "unit", "unit"),
            ("own:tests", number(100.0), None, "series", "bad-name"),
        ] {
            let problem = taken(series, value, unit).expect_err(series);
            assert_eq!((problem.field.as_str(), problem.code), (field, code), "{series} {unit:?}");
        }
    }
}
