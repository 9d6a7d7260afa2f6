//! A simulation as a short text, so that a page can carry it to the browser, where the same core reads it.
//!
//! The first line holds the phase, the share and the thresholds; each further line one counted KPI: id, shape, goal, the
//! factor from the shown unit to the base unit, and the number (`-` without data, `!` behind it where it is stale).

use std::fmt::Write as _;

use super::simulation::{GateInput, GateKpi, input, simulate};
use super::{Outcome, Tally};
use crate::catalogue::Catalogue;
use crate::evaluation::{Evaluation, actual_unit};
use crate::shape::{Goal, Shape};
use crate::status::Thresholds;
use crate::target::Severity;

/// A gate that a reader can try values out on.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// What the verdict depends on; positions count the lines of the text.
    gate: GateInput,
    /// For each counted KPI its id, and how many base units one of the shown unit is.
    names: Vec<(String, f64)>,
}

impl Simulation {
    /// The simulation of the gate that ends `phase`; `None` where the phase has no gate.
    pub fn of(catalogue: &Catalogue, evaluation: &Evaluation, phase: u8) -> Option<Self> {
        let mut gate = input(catalogue, evaluation, phase)?;
        let names = gate
            .kpis
            .iter()
            .map(|kpi| catalogue.kpis.get(kpi.kpi).map(|kpi| (kpi.id.clone(), actual_unit(kpi).scale)))
            .collect::<Option<_>>()?;
        for (position, kpi) in gate.kpis.iter_mut().enumerate() {
            kpi.kpi = position;
        }
        Some(Self { gate, names })
    }

    /// The text of the simulation.
    pub fn to_text(&self) -> String {
        let Thresholds { yellow_below_percent, red_below_percent } = self.gate.thresholds;
        let mut text =
            format!("{} {} {yellow_below_percent} {red_below_percent}", self.gate.phase, self.gate.share_percent);
        for (kpi, (id, scale)) in self.gate.kpis.iter().zip(&self.names) {
            let actual = kpi.actual.map_or_else(|| "-".to_owned(), |actual| actual.to_string());
            let stale = if kpi.stale { "!" } else { "" };
            // Writing to a String can't fail.
            let _ = write!(text, "\n{id} {} {} {scale} {actual}{stale}", kpi.shape.name(), goal_text(kpi.goal));
        }
        text
    }

    /// Reads the text of a simulation; `None` where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut head = lines.next()?.split(' ');
        let mut number = || head.next()?.parse::<f64>().ok();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a phase is at most 255")]
        let phase = number()? as u8;
        let share_percent = number()?;
        let thresholds = Thresholds { yellow_below_percent: number()?, red_below_percent: number()? };
        let (mut kpis, mut names) = (Vec::new(), Vec::new());
        for (position, line) in lines.enumerate() {
            let mut words = line.split(' ');
            let id = words.next()?.to_owned();
            let shape = Shape::from_name(words.next()?)?;
            let goal = goal(words.next()?)?;
            names.push((id, words.next()?.parse().ok()?));
            let actual = words.next()?;
            let stale = actual.ends_with('!');
            let actual = match actual.trim_end_matches('!') {
                "-" => None,
                written => Some(written.parse().ok()?),
            };
            kpis.push(GateKpi { kpi: position, shape, goal, actual, stale });
        }
        Some(Self { gate: GateInput { phase, share_percent, thresholds, kpis }, names })
    }

    /// The tally with values assumed for KPIs, each by id as a person writes it: a number in the shown unit, `met`, or
    /// `not met`. What is empty, no number, or about a KPI that is not counted changes nothing.
    pub fn tally<'text>(&self, assumed: impl Iterator<Item = (&'text str, &'text str)>) -> Tally {
        let assumptions: Vec<(usize, f64)> = assumed.filter_map(|(id, written)| self.assumption(id, written)).collect();
        simulate(&self.gate, &assumptions)
    }

    /// Values about a KPI's goal, as a person would write them, the simplest first; one of them meets it unless no number
    /// of that precision does.
    pub fn candidates(&self, id: &str) -> Vec<String> {
        let Some(position) = self.names.iter().position(|(name, _)| name == id) else { return Vec::new() };
        let (Some(kpi), Some((_, scale))) = (self.gate.kpis.get(position), self.names.get(position)) else {
            return Vec::new();
        };
        let (line, direction) = match kpi.goal {
            Goal::AtLeast(value) | Goal::Above(value) => (value / scale, 1.0),
            Goal::Below(value) => (value / scale, -1.0),
            Goal::Within(low, high) => (f64::midpoint(low, high) / scale, 1.0),
            Goal::NoFinding(_) | Goal::Reached => return vec!["met".to_owned()],
        };
        let written = line.to_string();
        // One step of the next decimal place is the least that reads as another number.
        let decimals = written.split_once('.').map_or(0, |(_, decimals)| decimals.len()) + 1;
        let step = direction / (0..decimals).fold(1.0, |power, _| power * 10.0);
        vec![written, format!("{:.decimals$}", line + step)]
    }

    /// Whether any of the values is about this gate and can be read.
    pub fn takes<'text>(&self, mut assumed: impl Iterator<Item = (&'text str, &'text str)>) -> bool {
        assumed.any(|(id, written)| self.assumption(id, written).is_some())
    }

    fn assumption(&self, id: &str, written: &str) -> Option<(usize, f64)> {
        let position = self.names.iter().position(|(name, _)| name == id)?;
        let (kpi, (_, scale)) = (self.gate.kpis.get(position)?, self.names.get(position)?);
        let met = if matches!(kpi.goal, Goal::NoFinding(_)) { [0.0, 4.0] } else { [1.0, 0.0] };
        let value = match written.trim() {
            "met" => met[0],
            "not met" => met[1],
            number => number.replace(',', "").parse::<f64>().ok().filter(|value| value.is_finite())? * scale,
        };
        Some((position, value))
    }
}

impl Tally {
    /// The tally of a simulation in a sentence.
    pub fn sentence(&self) -> String {
        let Self { met, counted, needed, .. } = self;
        match self.outcome {
            Outcome::Passed => format!("It would pass: {met} of {counted} met, {needed} needed."),
            Outcome::NotComputed => "Nothing is counted at this gate.".to_owned(),
            Outcome::NotPassed => format!(
                "It would not pass: {met} of {counted} met, {needed} needed, so {} more.",
                needed.saturating_sub(*met)
            ),
        }
    }
}

fn goal_text(goal: Goal) -> String {
    match goal {
        Goal::AtLeast(value) => format!("at-least:{value}"),
        Goal::Below(value) => format!("below:{value}"),
        Goal::Above(value) => format!("above:{value}"),
        Goal::Within(low, high) => format!("within:{low}:{high}"),
        Goal::NoFinding(severity) => format!("no-finding:{}", severity.rank()),
        Goal::Reached => "reached".to_owned(),
    }
}

fn goal(text: &str) -> Option<Goal> {
    let mut parts = text.split(':');
    let name = parts.next()?;
    let mut number = || parts.next()?.parse::<f64>().ok();
    Some(match name {
        "at-least" => Goal::AtLeast(number()?),
        "below" => Goal::Below(number()?),
        "above" => Goal::Above(number()?),
        "within" => Goal::Within(number()?, number()?),
        "no-finding" => {
            let rank = number()?;
            let mut severities = Severity::ALL.into_iter();
            Goal::NoFinding(severities.find(|severity| (severity.rank() - rank).abs() < f64::EPSILON)?)
        }
        "reached" => Goal::Reached,
        _ => return None,
    })
}
