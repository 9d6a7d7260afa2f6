//! How long the status of the whole embedded catalogue takes over a year of hourly data, and a single new observation.
//!
//! `cargo bench -p kpi` prints the result for people, `cargo bench -p kpi -- --json` as one JSON object.

mod year;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use kpi::alert::{Machine, Quiet, alerts, conditions, step};
use kpi::budget::budgets;
use kpi::catalogue::{Catalogue, PhaseDates};
use kpi::evaluation::{Evaluation, evaluate, evaluate_one};
use kpi::gate::gates;
use kpi::measure::{readers, series_of};
use kpi::point::{InMemory, Observations};
use kpi::window::RunsSource;

use year::{END_MS, START_MS, Year};

const DOCUMENT: &str = include_str!("../../../../catalogue/inferno.toml");
const RUNS: usize = 21;

fn main() -> Result<(), Box<dyn Error>> {
    let mut catalogue = Catalogue::parse(DOCUMENT).map_err(|errors| format!("{errors:?}"))?;
    // A phase with dates, so that pace is computed too.
    if let Some(phase) = catalogue.phases.first_mut() {
        phase.dates = Some(PhaseDates { starts_ms: START_MS, ends_ms: END_MS });
    }
    let mut year = Year::of(&catalogue);
    let (points, computed) = (year.count(), computed(&catalogue, &year));

    let machine = Machine::default();
    let mut full_ms: Vec<f64> = (0..RUNS).map(|_| timed_ms(|| everything(&catalogue, &year, &machine))).collect();
    let mut one_ms = one_observation_ms(&catalogue, &mut year);
    let (full, one) = (SpreadMs::of(&mut full_ms), SpreadMs::of(&mut one_ms));

    if std::env::args().any(|argument| argument == "--json") {
        println!(
            "{{\"kpis\":{},\"computed\":{computed},\"points\":{points},\"full_ms\":{},\"one_observation_ms\":{}}}",
            catalogue.kpis.len(),
            full.json(),
            one.json()
        );
    } else {
        println!("{} KPIs, {computed} of them computed, {points} samples", catalogue.kpis.len());
        println!("status, gates and alerts at one instant: {} (goal: 50 ms)", full.words());
        println!("one observation, its KPIs and the gates: {} (goal: 1 ms)", one.words());
    }
    Ok(())
}

fn everything(catalogue: &Catalogue, year: &Year, machine: &Machine) {
    let held = InMemory(year);
    let source = RunsSource::new(&held);
    let Ok(evaluation) = evaluate(catalogue, &source, END_MS) else { return };
    black_box(gates(catalogue, &evaluation));
    black_box(alerts(catalogue, &evaluation));
    let Ok(budgets) = budgets(catalogue, &source, END_MS) else { return };
    let conditions = conditions(catalogue, &evaluation, &budgets);
    black_box(step(machine, &catalogue.policy, &Quiet::default(), &conditions, END_MS));
}

/// For each KPI once: a new sample of a series that it reads, the KPIs that read it, and every gate.
fn one_observation_ms(catalogue: &Catalogue, year: &mut Year) -> Vec<f64> {
    let mut times_ms = Vec::new();
    let Ok(mut evaluation) = evaluate(catalogue, &RunsSource::new(&InMemory(year)), END_MS) else { return times_ms };
    for kpi in &catalogue.kpis {
        let series = series_of(catalogue, &kpi.measure);
        let Some(series) = series.into_iter().find(|series| !year.points(series).is_empty()) else { continue };
        times_ms.push(timed_ms(|| {
            year.repeat_last(series, END_MS);
            reevaluate(catalogue, year, &mut evaluation, series);
            black_box(gates(catalogue, &evaluation));
        }));
    }
    times_ms
}

fn reevaluate(catalogue: &Catalogue, year: &Year, evaluation: &mut Evaluation, series: &str) {
    let held = InMemory(year);
    let source = RunsSource::new(&held);
    for position in readers(catalogue, series) {
        let status = evaluate_one(catalogue, position, &source, END_MS);
        if let (Some(place), Ok(Some(status))) = (evaluation.statuses.get_mut(position), status) {
            *place = status;
        }
    }
}

fn computed(catalogue: &Catalogue, year: &Year) -> usize {
    let Ok(evaluation) = evaluate(catalogue, &RunsSource::new(&InMemory(year)), END_MS) else { return 0 };
    evaluation.statuses.iter().filter(|status| status.known.is_some_and(|known| known.computed)).count()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn timed_ms(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1_000.0
}

/// The median, the shortest and the longest time, in milliseconds.
struct SpreadMs {
    median: f64,
    shortest: f64,
    longest: f64,
}

impl SpreadMs {
    fn of(times_ms: &mut [f64]) -> Self {
        times_ms.sort_by(f64::total_cmp);
        let at = |index: usize| times_ms.get(index).copied().unwrap_or(f64::NAN);
        Self { median: at(times_ms.len() / 2), shortest: at(0), longest: at(times_ms.len().saturating_sub(1)) }
    }

    fn words(&self) -> String {
        let Self { median, shortest, longest } = self;
        format!("median {median:.3} ms, from {shortest:.3} to {longest:.3} ms")
    }

    fn json(&self) -> String {
        let Self { median, shortest, longest } = self;
        format!("{{\"median\":{median:.6},\"shortest\":{shortest:.6},\"longest\":{longest:.6}}}")
    }
}
