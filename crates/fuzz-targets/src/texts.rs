//! Texts that people write: quantities, units, target cells, catalogues, simulations, and the small grammars of names and times.

use std::sync::LazyLock;

use formats::json_rows::{TimeUnit, pointer_problem};
use formats::{WrittenTime, influx, otlp, remote_write};
use kpi::aggregate::Aggregate;
use kpi::catalogue::{Catalogue, Kpi};
use kpi::gate::Simulation;
use kpi::target::Target;
use kpi::unit::Unit;
use kpi::value::{Input, quantity, read};
use kpi::{catalogue, display};

use crate::pick::picked;

/// The framework, whose KPIs have every kind of unit.
static FRAMEWORK: LazyLock<Option<Catalogue>> =
    LazyLock::new(|| Catalogue::parse(include_str!("../../../catalogue/inferno.toml")).ok());

/// Bits 0 to 2 pick what the text is.
pub fn texts(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match pick & 7 {
        0 => value(text),
        1 => unit(text),
        2 => target(text),
        3 | 4 => document(text),
        5 => simulation(text),
        6 => time(text),
        _ => names(text),
    }
}

/// The first character picks a KPI; a tab parts value and unit.
fn value(text: &str) {
    let Some(framework) = FRAMEWORK.as_ref() else { return };
    let mut characters = text.chars();
    let pick = characters.next().map_or(0, |character| u32::from(character) as usize);
    let kpi: Option<&Kpi> = framework.kpis.get(pick % framework.kpis.len());
    let (written, unit) =
        characters.as_str().split_once('\t').map_or((characters.as_str(), None), |(value, unit)| (value, Some(unit)));
    if let Some((number, own)) = quantity(written) {
        // Beyond all numbers it is told as such when a KPI takes it.
        let _ = (display::number(number, 3), own.map(Unit::parse));
    }
    for input in [Input::Text(written), Input::Number(written.parse().unwrap_or_default())] {
        match kpi.map(|kpi| (kpi, read(kpi, input, unit))) {
            Some((kpi, Ok(value))) => {
                assert!(value.is_finite(), "{written} {unit:?}");
                assert!(!display::value(value, &kpi.unit).is_empty());
            }
            Some((_, Err(error))) => assert!(!error.to_string().is_empty()),
            None => {}
        }
    }
}

fn unit(text: &str) {
    let Ok(unit) = Unit::parse(text) else { return };
    assert_eq!(Unit::parse(&unit.symbol).as_ref(), Ok(&unit), "the symbol of {text} is another unit");
    let base = unit.to_base(1.5);
    assert!((unit.from_base(base) - 1.5).abs() < 1e-9, "{text}");
    assert!(!unit.named().is_empty());
}

fn target(text: &str) {
    match Target::parse(text) {
        Ok(target) => {
            assert_eq!(target.to_string(), text, "printing gives the cell back");
            assert!(!target.kind().is_empty());
        }
        Err(error) => assert!(!error.reason.is_empty()),
    }
}

/// A catalogue that can be read is written as one that reads as the same, in which nothing differs.
fn document(text: &str) {
    match Catalogue::parse(text) {
        Ok(catalogue) => {
            let written = catalogue.to_toml();
            let again = Catalogue::parse(&written);
            assert_eq!(again.as_ref(), Ok(&catalogue), "{written}");
            assert_eq!(catalogue::difference(&catalogue, &catalogue), []);
            let _ = catalogue.series();
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            let lines = text.lines().count() + 1;
            assert!(errors.iter().all(|error| (1..=lines).contains(&error.line) && error.column > 0), "{errors:?}");
        }
    }
}

fn simulation(text: &str) {
    let Some(simulation) = Simulation::parse(text) else { return };
    let first = text.lines().nth(1).and_then(|line| line.split(' ').next()).unwrap_or_default();
    let _ = simulation.tally([(first, "1.5")].into_iter());
    let _ = (simulation.candidates(first), simulation.to_text());
}

fn time(text: &str) {
    let milliseconds = text.parse().map(WrittenTime::Milliseconds);
    for written in [WrittenTime::Text(text.to_owned())].into_iter().chain(milliseconds) {
        match formats::time::parse(&written) {
            Ok(time_ms) => assert!(time_ms.unsigned_abs() < 400_000_000_000_000, "{text} is {time_ms}"),
            Err(detail) => assert!(!detail.is_empty() && detail.len() < 1_000, "{detail}"),
        }
    }
}

fn names(text: &str) {
    let _ = (otlp::Encoding::of(text), remote_write::Version::of(text), formats::exposition::Dialect::of(text));
    let _ = (influx::Precision::parse(text), TimeUnit::from_name(text), pointer_problem(text));
    if let Ok(unit) = Unit::sent(text) {
        assert_eq!(Unit::parse(&unit.symbol).as_ref(), Ok(&unit), "the symbol of {text} is another unit");
    }
    if let Some(aggregate) = Aggregate::parse(text) {
        assert_eq!(Aggregate::parse(&aggregate.to_string()), Some(aggregate));
    }
}
