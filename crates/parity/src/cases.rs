//! The cases: values read, attainments, whole evaluations with gates, alerts and budgets, forecasts.

use std::fmt::Write as _;

use forecast::{Forecast, crossing};
use kpi::alert::{Machine, Quiet, conditions, step};
use kpi::budget::budgets;
use kpi::catalogue::Catalogue;
use kpi::evaluation::{evaluate, history};
use kpi::gate::{Simulation, gates};
use kpi::point::InMemory;
use kpi::shape::{Goal, Shape, attainment, met};
use kpi::value::{Input, read};
use kpi::window::RunsSource;

use crate::chance::Chance;
use crate::world::{HOUR_MS, NOW_MS, World};

const DOCUMENT: &str = include_str!("../../../catalogue/inferno.toml");
/// One case in so many evaluates the whole catalogue; the others are small.
const WHOLE_EVERY: u32 = 20;

/// The results of `count` cases, a line each.
pub fn lines(seed: u64, count: u32) -> String {
    let catalogue = match Catalogue::parse(DOCUMENT) {
        Ok(catalogue) => catalogue,
        Err(errors) => return format!("the embedded catalogue can't be read: {errors:?}\n"),
    };
    let mut chance = Chance::new(seed);
    // A world has few samples: with its own minimum a measurement of many entities would never have a value.
    let mut of_few = catalogue.clone();
    for measure in &mut of_few.measures {
        measure.minimum = measure.minimum.min(2);
    }
    let mut text = String::new();
    for number in 0..count {
        // Writing to a String can't fail.
        let _ = write!(text, "{number} ");
        match number % WHOLE_EVERY {
            0 if number % (2 * WHOLE_EVERY) == 0 => whole(&of_few, &mut chance, &mut text),
            0 => whole(&catalogue, &mut chance, &mut text),
            1 => forecasts(&mut chance, &mut text),
            place if place % 2 == 0 => shapes(&mut chance, &mut text),
            _ => values(&catalogue, &mut chance, &mut text),
        }
        text.push('\n');
    }
    text
}

fn bits(number: f64) -> String {
    format!("{:016x}", number.to_bits())
}

fn shapes(chance: &mut Chance, text: &mut String) {
    let (_, shape) = Shape::ALL[chance.below(Shape::ALL.len())];
    let target = chance.measurement();
    let goal = match chance.below(4) {
        0 => Goal::AtLeast(target),
        1 => Goal::Below(target),
        2 => Goal::Above(target),
        _ => Goal::Within(target, target + chance.share() * 50.0),
    };
    let actual = chance.measurement();
    let _ = write!(text, "{} {}", bits(attainment(shape, goal, actual)), met(goal, actual));
}

fn values(catalogue: &Catalogue, chance: &mut Chance, text: &mut String) {
    const WRITTEN: [&str; 12] = [
        "90 min",
        "1,000",
        "0.2 GB",
        "$2M",
        "99.95 %",
        "7/10",
        "met",
        "high",
        "12 ms",
        "1e3",
        "3 per week",
        "nonsense",
    ];
    let kpi = &catalogue.kpis[chance.below(catalogue.kpis.len())];
    let input = if chance.below(2) == 0 {
        Input::Number(chance.measurement())
    } else {
        Input::Text(WRITTEN[chance.below(WRITTEN.len())])
    };
    let _ = match read(kpi, input, None) {
        Ok(value) => write!(text, "{} {} {}", kpi.id, bits(value), kpi::display::value(value, &kpi.unit)),
        Err(error) => write!(text, "{} {error}", kpi.id),
    };
}

fn whole(catalogue: &Catalogue, chance: &mut Chance, text: &mut String) {
    let world = World::of(catalogue, chance);
    let mut dated = catalogue.clone();
    if let Some(phase) = dated.phases.first_mut() {
        let (starts_ms, ends_ms) = (NOW_MS - 60 * 24 * HOUR_MS, NOW_MS + 60 * 24 * HOUR_MS);
        phase.dates = Some(kpi::catalogue::PhaseDates { starts_ms, ends_ms });
    }
    let held = InMemory(&world);
    let source = RunsSource::new(&held);
    let mut machine = Machine::default();
    for hours in [24, 0] {
        let instant_ms = NOW_MS - hours * HOUR_MS;
        let Ok(evaluation) = evaluate(&dated, &source, instant_ms) else { continue };
        for status in &evaluation.statuses {
            let known = status.known.map_or(0.0, |known| known.actual.unwrap_or(known.value));
            let pace = status.pace.map_or(0.0, |pace| pace.expected);
            let attained = status.current.attainment.unwrap_or(-1.0);
            let _ = write!(text, "{}:{}:{}:{},", status.current.status.name(), bits(known), bits(attained), bits(pace));
        }
        for gate in gates(&dated, &evaluation) {
            let simulation = Simulation::of(&dated, &evaluation, gate.phase).map(|it| it.to_text());
            let _ = write!(text, " gate {} {} {} {simulation:?}", gate.phase, gate.met, gate.outcome.name());
        }
        let Ok(budgets) = budgets(&dated, &source, instant_ms) else { continue };
        let conditions = conditions(&dated, &evaluation, &budgets);
        let stepped = step(&machine, &dated.policy, &Quiet::default(), &conditions, instant_ms);
        let _ = write!(text, " {} events {:?}", stepped.events.len(), stepped.notifications);
        machine = stepped.machine;
    }
    let kpi = &dated.kpis[chance.below(dated.kpis.len())];
    for (time_ms, value) in history(&dated, kpi, &source, NOW_MS, 20).unwrap_or_default() {
        let _ = write!(text, " {time_ms}={}", bits(value));
    }
}

fn forecasts(chance: &mut Chance, text: &mut String) {
    let mut value = 0.0;
    let history: Vec<(i64, f64)> = (0..40)
        .map(|day| {
            value += chance.share() * 3.0 - 1.0;
            (NOW_MS - (40 - day) * 24 * HOUR_MS, value)
        })
        .collect();
    let _ = match Forecast::of(&history, 24 * HOUR_MS, NOW_MS, 60) {
        Ok(forecast) => {
            let last = forecast.points.last().map_or_else(String::new, |point| bits(point.mean) + &bits(point.upper));
            write!(text, "{} {last} {:?}", forecast.model.name(), crossing(&forecast, Goal::AtLeast(30.0)))
        }
        Err(reason) => write!(text, "{reason}"),
    };
}
