//! Goals as charts know them.

use kpi::shape::Goal;
use kpi::unit::Unit;

/// The goal of a chart whose values are in the base unit. What is judged is a step from 0 to 1, and a severity is below the
/// rank of the least that must not be open.
pub fn chart_goal(goal: Goal) -> chart::Goal {
    match goal {
        Goal::AtLeast(line) => chart::Goal::AtLeast(line),
        Goal::Above(line) => chart::Goal::Above(line),
        Goal::Below(line) => chart::Goal::Below(line),
        Goal::Within(low, high) => chart::Goal::Within(low, high),
        Goal::NoFinding(severity) => chart::Goal::Below(severity.rank()),
        Goal::Reached => chart::Goal::AtLeast(1.0),
    }
}

/// The same for a chart whose values are in another unit of the same dimension.
pub fn in_unit(goal: chart::Goal, unit: &Unit) -> chart::Goal {
    match goal {
        chart::Goal::AtLeast(line) => chart::Goal::AtLeast(unit.from_base(line)),
        chart::Goal::Above(line) => chart::Goal::Above(unit.from_base(line)),
        chart::Goal::Below(line) => chart::Goal::Below(unit.from_base(line)),
        chart::Goal::Within(low, high) => chart::Goal::Within(unit.from_base(low), unit.from_base(high)),
    }
}

/// A value in a unit, on the same side of every line as it is in the base unit: converting must not round it onto one.
pub fn beside_lines(value: f64, lines: &[f64], unit: &Unit) -> f64 {
    let mut shown = unit.from_base(value);
    for line in lines {
        let border = unit.from_base(*line);
        if value < *line && shown >= border {
            shown = border.next_down();
        } else if value > *line && shown <= border {
            shown = border.next_up();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converting_keeps_a_value_on_its_side_of_the_line() {
        for name in ["min", "h", "days", "KB", "KiB", "ms", "/week", "%"] {
            let unit = Unit::parse(name).expect(name);
            for line in [0.1, 1.0, 600.0, 5_400.0, 86_400.0, 1e-3, 0.3] {
                let border = unit.from_base(line);
                assert!(beside_lines(f64::next_down(line), &[line], &unit) < border, "{line} {name}");
                assert!(beside_lines(f64::next_up(line), &[line], &unit) > border, "{line} {name}");
                assert_eq!(beside_lines(line, &[line], &unit).to_bits(), border.to_bits(), "{line} {name}");
            }
        }
    }
}
