//! From the unit in which a sender counts to the base unit in which a series is kept.

use std::collections::HashMap;
use std::sync::Arc;

use kpi::catalogue::Catalogue;
use kpi::unit::Unit;
use sample_desk::Rules;

use crate::receive::known_unit;
use crate::validate::{Wrong, check_name, shown_unit};

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
    /// sender names, else as they are. A unit that is not known here says nothing that the name of the series does not say.
    pub(super) fn factor(&self, series: &str, unit: Option<&str>) -> Result<f64, Wrong> {
        check_name(series)?;
        let target = formats::Target::Series(series.to_owned());
        let read_in = shown_unit(&self.catalogue, &target);
        let written = known_unit(unit).and_then(|unit| Unit::parse(&unit).ok());
        match (written, read_in) {
            (Some(written), Some(read_in)) => written.to_base_of(1.0, read_in).map_err(|error| {
                let expected =
                    format!("{}, in which this series is read, or a unit that converts to it", read_in.named());
                ("unit", "unit", error.to_string(), expected)
            }),
            (Some(unit), None) => Ok(unit.to_base(1.0)),
            (None, Some(unit)) => Ok(unit.to_base(1.0)),
            (None, None) => Ok(1.0),
        }
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

/// A unit, and the factor that it has in a series.
type ByUnit = (Option<String>, Result<f64, Wrong>);

/// The factors of one payload by series and unit.
pub(super) struct Cached<'a> {
    conversions: &'a Conversions,
    factors: HashMap<String, Vec<ByUnit>>,
}

impl Cached<'_> {
    pub(super) fn of(&mut self, series: &str, unit: Option<&str>) -> Result<f64, Wrong> {
        if let Some(known) = self.factors.get(series)
            && let Some((_, factor)) = known.iter().find(|(known, _)| known.as_deref() == unit)
        {
            return factor.clone();
        }
        let factor = self.conversions.factor(series, unit);
        self.factors.entry(series.to_owned()).or_default().push((unit.map(str::to_owned), factor.clone()));
        factor
    }
}

impl Rules for Conversions {
    fn factor(&self, name: &str, _labels: &[(String, String)]) -> Result<f64, (String, &'static str, String, String)> {
        Self::factor(self, name, None)
            .map_err(|(field, code, detail, expected)| (field.to_owned(), code, detail, expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_the_base_unit_of_what_is_computed_from_them() {
        let document = include_str!("../../../../catalogue/inferno.toml");
        let conversions = Conversions::new(Arc::new(Catalogue::parse(document).expect("a catalogue")));
        let mut cached = conversions.cached();
        for (series, unit, expected) in [
            ("cpu.usage", None, 1.0),
            ("cpu.usage", Some("furlongs"), 1.0),
            ("request.size", Some("KiB"), 1024.0),
            ("http.duration", Some("ms"), 0.001),
            // Read by a KPI in percent.
            ("code-coverage", Some("fraction"), 100.0),
            ("pipeline-build-time", None, 60.0),
        ] {
            assert_eq!(cached.of(series, unit), Ok(expected), "{series} {unit:?}");
        }
        let refused = cached.of("code-coverage", Some("KB")).expect_err("bytes are no percents");
        assert_eq!((refused.0, refused.1), ("unit", "unit"));
        assert_eq!(cached.of("own:tests", None).expect_err("a reserved name").1, "bad-name");
    }
}
