//! When a forecast meets a goal, and when enough of them do for a gate.

use kpi::shape::{Goal, met};

use crate::forecast::{Forecast, ForecastPoint};

/// When something is expected to be met; all in milliseconds since the Unix epoch, `None`: not within the horizon.
///
/// Always earliest ≤ expected ≤ latest, and what is `None` is later than what is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Crossing {
    /// The first instant at which the expected value meets the goal.
    pub expected_ms: Option<i64>,
    /// The first instant at which the better end of the interval meets it: the chance to meet it is about 1 in 10.
    pub earliest_ms: Option<i64>,
    /// The first instant at which the worse end of the interval meets it: the chance to meet it is about 9 in 10.
    pub latest_ms: Option<i64>,
}

impl Crossing {
    /// What a KPI without a forecast counts as: not met within the horizon.
    pub const NEVER: Self = Self { expected_ms: None, earliest_ms: None, latest_ms: None };
}

/// When `forecast` meets `goal`, in whole steps.
///
/// - The first instant counts, even where a later point fails again: the chances are those of each instant, not of
///   a whole path. A widening interval may well leave the goal after having met it.
/// - Of a band, the expected value is inside, the interval touches it (earliest), or lies inside as a whole (latest).
/// - Judged targets and zero tolerance have no crossing: findings and verdicts are not a quantity that grows.
/// - A goal that is met now is the caller's case; it would be given the first step.
pub fn crossing(forecast: &Forecast, goal: Goal) -> Crossing {
    let first = |meets: &dyn Fn(&ForecastPoint) -> bool| {
        forecast.points.iter().find(|point| meets(point)).map(|point| point.time_ms)
    };
    let expected_ms = first(&|point| met(goal, point.mean));
    match goal {
        Goal::AtLeast(_) | Goal::Above(_) => Crossing {
            expected_ms,
            earliest_ms: first(&|point| met(goal, point.upper)),
            latest_ms: first(&|point| met(goal, point.lower)),
        },
        Goal::Below(_) => Crossing {
            expected_ms,
            earliest_ms: first(&|point| met(goal, point.lower)),
            latest_ms: first(&|point| met(goal, point.upper)),
        },
        Goal::Within(low, high) => Crossing {
            expected_ms,
            earliest_ms: first(&|point| point.lower <= high && point.upper >= low),
            latest_ms: first(&|point| met(goal, point.lower) && met(goal, point.upper)),
        },
        Goal::NoFinding(_) | Goal::Reached => Crossing::NEVER,
    }
}

/// When a gate has what it lacks: `missing` more KPIs, of which each may be met as its crossing in `crossings` says.
///
/// Each of the three is the `missing`-th earliest of the KPIs' own, `None` where fewer get there. KPIs that are met today
/// are taken to stay met. The ends are an 80 % interval only where the KPIs come and go together; if they are independent
/// and all of them are needed, the latest is too early. With nothing missing the gate is the caller's case: `NEVER`.
pub fn gate(missing: usize, crossings: &[Crossing]) -> Crossing {
    let ranked = |instant: &dyn Fn(&Crossing) -> Option<i64>| {
        let mut instants: Vec<i64> = crossings.iter().filter_map(instant).collect();
        instants.sort_unstable();
        instants.get(missing.checked_sub(1)?).copied()
    };
    Crossing {
        expected_ms: ranked(&|one| one.expected_ms),
        earliest_ms: ranked(&|one| one.earliest_ms),
        latest_ms: ranked(&|one| one.latest_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(earliest: i64, expected: Option<i64>, latest: Option<i64>) -> Crossing {
        Crossing { expected_ms: expected, earliest_ms: Some(earliest), latest_ms: latest }
    }

    #[test]
    fn a_gate_waits_for_as_many_kpis_as_it_lacks() {
        let kpis = [at(5, Some(30), None), at(1, Some(10), Some(90)), Crossing::NEVER, at(3, Some(20), Some(50))];
        let table = [
            (0, Crossing::NEVER),
            (1, at(1, Some(10), Some(50))),
            (2, at(3, Some(20), Some(90))),
            (3, at(5, Some(30), None)),
            (4, Crossing::NEVER),
            (usize::MAX, Crossing::NEVER),
        ];
        for (missing, expected) in table {
            assert_eq!(gate(missing, &kpis), expected, "{missing} missing");
        }
        assert_eq!(gate(1, &[]), Crossing::NEVER);
    }
}
