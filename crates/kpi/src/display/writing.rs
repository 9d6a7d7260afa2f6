//! How all numbers of one KPI are written: in the unit of its target and as the target writes it, so that `53.7 hours`
//! stands beside `<24 hours`, and with as many digits as it takes to stay on their own side of the target.

use super::{digits, presentation, signed, word};
use crate::catalogue::Kpi;
use crate::evaluation::actual_unit;
use crate::shape::Goal;
use crate::status::goal;
use crate::target::{Meaning, Target, Written};
use crate::unit::{Dimension, Unit};

/// How the numbers that a KPI's targets are about are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    unit: Unit,
    /// The unit of every number, where it is one that could be written in several.
    fixed: Option<Fixed>,
    /// Where the target's lines are, in the base unit.
    lines: Vec<f64>,
}

/// One unit with what stands behind one and behind several of it.
#[derive(Debug, Clone, PartialEq)]
struct Fixed {
    unit: Unit,
    one: String,
    many: String,
}

/// The words of units that have a plural, as one and as many.
const PLURALS: [(&str, &str); 8] = [
    ("microsecond", "microseconds"),
    ("millisecond", "milliseconds"),
    ("second", "seconds"),
    ("minute", "minutes"),
    ("hour", "hours"),
    ("day", "days"),
    ("week", "weeks"),
    ("byte", "bytes"),
];

impl Writing {
    /// The writing of a KPI whose numbers are compared with `target`. Where that names no unit, another target of the KPI
    /// does, or else the KPI; a KPI without any target is written in the unit that fits each number.
    pub fn of(kpi: &Kpi, target: Option<&Target>) -> Self {
        let unit = actual_unit(kpi);
        let target = target.filter(|target| target.is_applicable());
        let named = target.into_iter().chain(kpi.targets()).find_map(|target| Fixed::of(target, &unit));
        let own = || kpi.targets().any(Target::is_applicable).then(|| Fixed::own(&unit));
        let may_vary = matches!(unit.dimension, Dimension::Time | Dimension::Bytes | Dimension::Frequency);
        let fixed = named.or_else(own).filter(|_| may_vary);
        let lines = target.and_then(|target| goal(kpi, target)).map_or_else(Vec::new, Goal::lines);
        Self { unit, fixed, lines }
    }

    /// A number in the base unit, never rounded onto or over a line of the target that it is not on.
    pub fn text(&self, value: f64) -> String {
        self.apart(value, &[])
    }

    /// Like [`Self::text`], and told apart from `others` too.
    pub fn apart(&self, value: f64, others: &[f64]) -> String {
        if let Some(word) = word(value, &self.unit) {
            return word.to_owned();
        }
        let shown = |number: f64, significant: usize| digits(self.in_shown_unit(number, value), significant);
        let mut significant = 4;
        let mut text = shown(value, significant);
        #[expect(clippy::float_cmp, reason = "only the very same number may be written alike")]
        let others: Vec<f64> = self.lines.iter().chain(others).copied().filter(|other| *other != value).collect();
        while significant < 17 && others.iter().any(|other| shown(*other, significant) == text) {
            significant += 1;
            text = shown(value, significant);
        }
        self.with_unit(value, &text)
    }

    /// The size of a change, to three digits; without a sign.
    pub fn change(&self, difference: f64) -> String {
        let size = difference.abs();
        if self.fixed.is_none() && self.unit.dimension == Dimension::Percent {
            // "+3%" would read as a share of the share.
            return format!("{} points", super::number(size, 3));
        }
        word(size, &self.unit)
            .map_or_else(|| self.with_unit(size, &digits(self.in_shown_unit(size, size), 3)), str::to_owned)
    }

    /// The number in the unit in which `beside` is shown.
    fn in_shown_unit(&self, number: f64, beside: f64) -> f64 {
        match &self.fixed {
            Some(fixed) => fixed.unit.from_base(number),
            None => number / presentation(beside, &self.unit).0,
        }
    }

    fn with_unit(&self, value: f64, digits: &str) -> String {
        if let Some(fixed) = &self.fixed {
            return signed("", digits, if digits == "1" { &fixed.one } else { &fixed.many });
        }
        let (_, suffix, prefix) = presentation(value, &self.unit);
        signed(prefix, digits, &suffix)
    }
}

impl Fixed {
    /// The unit that a target names, as it writes it.
    fn of(target: &Target, wanted: &Unit) -> Option<Self> {
        let (Meaning::AtLeast(amount) | Meaning::Below(amount) | Meaning::Above(amount) | Meaning::Within(amount, _)) =
            &target.meaning
        else {
            return None;
        };
        let unit = amount.unit.as_ref().filter(|unit| unit.dimension == wanted.dimension)?;
        let Written::Number { unit: written, .. } = &target.shape else { return None };
        let word = written.trim_start();
        let space = &written[..written.len() - word.len()];
        let (one, many) = PLURALS.into_iter().find(|(one, many)| word == *one || word == *many).unwrap_or((word, word));
        Some(Self { unit: unit.clone(), one: format!("{space}{one}"), many: format!("{space}{many}") })
    }

    /// The KPI's own unit.
    fn own(unit: &Unit) -> Self {
        let suffix = if unit.symbol.starts_with('/') { unit.symbol.clone() } else { format!(" {}", unit.symbol) };
        Self { unit: unit.clone(), one: suffix.clone(), many: suffix }
    }
}
