//! Gates: the tally, and what would pass.

use std::sync::LazyLock;

use kpi::catalogue::Catalogue;
use kpi::gate::{Gate, GateInput, Outcome, Tally, gates, input, simulate, tally};
use kpi::shape::Goal;
use kpi::status::Status;
use proptest::prelude::*;

use crate::support::{DAY_MS, START_MS, Series, evaluate, framework};

fn tally_of(gate: &Gate) -> Tally {
    Tally {
        counted: gate.counted,
        met: gate.met,
        needed: gate.needed,
        no_data: gate.no_data,
        stale: gate.stale,
        outcome: gate.outcome,
    }
}

/// A number that meets the goal.
fn meeting(goal: Goal) -> f64 {
    match goal {
        Goal::AtLeast(target) => target,
        Goal::Below(target) => target - 1e-6,
        Goal::Above(target) => target + 1e-6,
        Goal::Within(low, _) => low,
        Goal::NoFinding(_) => 0.0,
        Goal::Reached => 1.0,
    }
}

#[test]
fn a_tally_counts_no_data_and_stale_as_not_met() {
    use Status::{Met, Near, NoData, Red, Stale};
    let cases: &[(f64, &[Status], Tally)] = &[
        (80.0, &[], Tally { counted: 0, met: 0, needed: 0, no_data: 0, stale: 0, outcome: Outcome::NotComputed }),
        (50.0, &[Met, NoData], Tally { counted: 2, met: 1, needed: 1, no_data: 1, stale: 0, outcome: Outcome::Passed }),
        (
            80.0,
            &[Met, Met, Met, Stale, Near],
            Tally { counted: 5, met: 3, needed: 4, no_data: 0, stale: 1, outcome: Outcome::NotPassed },
        ),
        (0.0, &[Red], Tally { counted: 1, met: 0, needed: 0, no_data: 0, stale: 0, outcome: Outcome::Passed }),
    ];
    for (share, statuses, expected) in cases {
        assert_eq!(tally(*share, statuses.iter().copied()), *expected, "{statuses:?}");
    }
}

#[test]
fn a_phase_without_a_gate_has_no_input() {
    let catalogue = framework();
    let evaluation = evaluate(&catalogue, &Series::default(), START_MS);
    assert_eq!(input(&catalogue, &evaluation, 4), None);
    assert_eq!(input(&catalogue, &evaluation, 9), None);
}

#[test]
fn an_assumed_number_is_fresh_and_the_last_assumption_about_a_kpi_counts() {
    let catalogue = framework();
    let series = Series::of("developer-adoption", &[(START_MS, 2_000.0)]);
    let evaluation = evaluate(&catalogue, &series, START_MS + 99 * DAY_MS);
    let gate = input(&catalogue, &evaluation, 1).unwrap();
    let (position, _) = catalogue.kpi("developer-adoption").unwrap();
    let of = |assumed: &[(usize, f64)]| {
        let tally = simulate(&gate, assumed);
        (tally.met, tally.stale)
    };
    assert_eq!(of(&[]), (0, 1));
    assert_eq!(of(&[(position, 1_000.0)]), (1, 0));
    assert_eq!(of(&[(position, 1_000.0), (position, 999.0)]), (0, 0));
    assert_eq!(of(&[(10_000, 1.0)]), (0, 1));
}

/// Read once: a property asks for it hundreds of times.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(framework);

proptest! {
    #[test]
    fn a_simulation_counts_as_the_gate_does_and_passes_when_as_many_blockers_as_are_missing_are_met(
        values in prop::collection::vec((0usize..110, -10.0f64..2_000.0, 0i64..40), 0..120),
        standing in any::<bool>(),
    ) {
        let mut catalogue = CATALOGUE.clone();
        catalogue.policy.standing_kpis_count = standing;
        let mut series = Series::default();
        for (kpi, value, day) in values {
            let time_ms = START_MS + day * DAY_MS;
            series.add(&catalogue.kpis[kpi].measure, time_ms, value, time_ms);
        }
        let evaluation = evaluate(&catalogue, &series, START_MS + 40 * DAY_MS);
        for gate in gates(&catalogue, &evaluation) {
            let inputs = input(&catalogue, &evaluation, gate.phase).unwrap();
            let written = serde_json::to_string(&inputs).unwrap();
            prop_assert_eq!(&serde_json::from_str::<GateInput>(&written).unwrap(), &inputs);
            prop_assert_eq!(simulate(&inputs, &[]), tally_of(&gate));

            let goal = |kpi: usize| inputs.kpis.iter().find(|input| input.kpi == kpi).unwrap().goal;
            let assumed: Vec<(usize, f64)> =
                gate.blockers.iter().map(|blocker| (blocker.kpi, meeting(goal(blocker.kpi)))).collect();
            let enough = simulate(&inputs, &assumed[..gate.missing()]);
            prop_assert_eq!((enough.outcome, enough.missing()), (Outcome::Passed, 0));
            if let Some(one_less) = gate.missing().checked_sub(1) {
                prop_assert_eq!(simulate(&inputs, &assumed[..one_less]).outcome, Outcome::NotPassed);
            }
        }
    }

    #[test]
    fn blockers_stand_nearest_first(values in prop::collection::vec((0usize..110, 0.0f64..2_000.0), 0..120)) {
        let catalogue = &*CATALOGUE;
        let mut series = Series::default();
        for (kpi, value) in values {
            series.add(&catalogue.kpis[kpi].measure, START_MS, value, START_MS);
        }
        for gate in gates(catalogue, &evaluate(catalogue, &series, START_MS)) {
            let nearness: Vec<f64> = gate.blockers.iter().map(|one| one.verdict.attainment.unwrap_or(-1.0)).collect();
            prop_assert!(nearness.is_sorted_by(|left, right| left >= right));
        }
    }
}
