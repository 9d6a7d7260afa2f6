//! Samples on their way into a [`Received`]: the rules about names, labels, values and times, and the limits of a body.

use std::borrow::Cow;

use crate::label::{self, Labels, Wrong};
use crate::text::{control_character, quote};
use crate::{Limits, Problem, Received, Refusal, Sample, time};

/// What all samples of one series have in common.
pub(crate) struct Identity {
    pub(crate) series: String,
    /// Ordered by name.
    pub(crate) labels: Vec<(String, String)>,
    label_bytes: usize,
}

impl Identity {
    /// Another series with the same labels.
    pub(crate) fn named(&self, series: &str, limits: &Limits) -> Result<Self, Wrong> {
        let series = series_name(Cow::Borrowed(series), limits)?;
        Ok(Self { series, labels: self.labels.clone(), label_bytes: self.label_bytes })
    }

    /// The same series with one more label.
    pub(crate) fn with_label(&self, name: &str, value: &str, limits: &Limits) -> Result<Self, Wrong> {
        let Err(place) = self.labels.binary_search_by(|(known, _)| known.as_str().cmp(name)) else {
            let detail = format!("the label `{name}` stands more than once");
            let field = format!("{}{name}", label::PREFIX);
            return Err((field, "duplicate-field", detail, "each label once".to_owned()));
        };
        if self.labels.len() >= limits.labels {
            let detail = format!("there are {} labels", self.labels.len() + 1);
            return Err(("labels".to_owned(), "too-many-labels", detail, format!("at most {} labels", limits.labels)));
        }
        let mut labels = self.labels.clone();
        labels.insert(place, (name.to_owned(), value.to_owned()));
        let label_bytes = self.label_bytes + name.len() + value.len();
        Ok(Self { series: self.series.clone(), labels, label_bytes })
    }

    /// Bytes of its name and labels.
    pub(crate) fn text_bytes(&self) -> usize {
        self.series.len() + self.label_bytes
    }

    /// A series with labels as another system names them; labels without text are left out.
    pub(crate) fn new<'a>(
        series: &str,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let series = match series_name(Cow::Borrowed(series), limits) {
            Ok(series) => series,
            Err(problem) => {
                wrong.push(problem);
                String::new()
            }
        };
        let mut found = Labels::default();
        for (name, value) in labels {
            if let Err(problem) = found.add_text(name, value, limits) {
                wrong.push(problem);
            }
        }
        match found.finish(limits) {
            Ok(labels) if wrong.is_empty() => {
                let label_bytes = labels.iter().map(|(name, value)| name.len() + value.len()).sum();
                Ok(Self { series, labels, label_bytes })
            }
            Ok(_) => Err(wrong),
            Err(problem) => {
                wrong.push(problem);
                Err(wrong)
            }
        }
    }
}

/// The name that a series gets: the one that another system writes.
pub(crate) fn series_name(name: Cow<'_, str>, limits: &Limits) -> Result<String, Wrong> {
    if label::is_name(&name, limits.name_chars) {
        return Ok(name.into_owned());
    }
    if name.is_empty() {
        let expected = label::expected_name(limits.name_chars);
        return Err(("series".to_owned(), "missing", "the series has no name".to_owned(), expected));
    }
    let (code, detail) = label::name_problem("the name", &name, limits.name_chars);
    Err(("series".to_owned(), code, detail, label::expected_name(limits.name_chars)))
}

/// Collects the samples of one body within its limits.
pub(crate) struct Collector<'l> {
    pub(crate) limits: &'l Limits,
    pub(crate) received: Received,
    text_bytes: usize,
}

impl<'l> Collector<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { limits, received: Received::default(), text_bytes: 0 }
    }

    /// The number of the next row, from 1.
    pub(crate) fn row(&mut self) -> Result<usize, Refusal> {
        if self.received.samples.rows >= self.limits.rows {
            return Err(Refusal::TooManyRows { limit: self.limits.rows });
        }
        self.received.samples.rows += 1;
        Ok(self.received.samples.rows)
    }

    /// Whether so many further samples, with so much text, have room; readers ask before they build them.
    pub(crate) fn room(&self, samples: usize, text_bytes: usize) -> Result<(), Refusal> {
        if self.received.samples.samples.len() + samples > self.limits.rows {
            return Err(Refusal::TooManyRows { limit: self.limits.rows });
        }
        if self.text_bytes + text_bytes > self.limits.text_bytes {
            return Err(Refusal::TooMuchText { limit: self.limits.text_bytes });
        }
        Ok(())
    }

    pub(crate) fn problem(&mut self, row: usize, (field, code, detail, expected): Wrong) {
        tell(&mut self.received.samples.problems, Problem { row, field, code, detail, expected });
    }

    pub(crate) fn problems(&mut self, row: usize, wrong: &[Wrong]) {
        for problem in wrong {
            self.problem(row, problem.clone());
        }
    }

    pub(crate) fn leave_out(&mut self, what: &'static str) {
        *self.received.left_out.entry(what).or_default() += 1;
    }

    /// Adds a sample whose value, time and unit are checked; says whether they are right.
    pub(crate) fn sample(
        &mut self,
        row: usize,
        identity: &Identity,
        (value, time_ms): (f64, Option<i64>),
        unit: Option<&str>,
    ) -> Result<bool, Refusal> {
        self.samples(row, &[(identity, value, unit)], time_ms)
    }

    /// Adds the samples of one row, all or none; says whether they are right.
    pub(crate) fn samples(
        &mut self,
        row: usize,
        samples: &[(&Identity, f64, Option<&str>)],
        time_ms: Option<i64>,
    ) -> Result<bool, Refusal> {
        let mut wrong: Vec<Wrong> = time_ms.and_then(time_problem).into_iter().collect();
        for (_, value, unit) in samples {
            wrong.extend(value_problem(*value));
            wrong.extend(unit.and_then(|unit| unit_problem(unit, self.limits)));
        }
        if !wrong.is_empty() {
            for wrong in wrong {
                self.problem(row, wrong);
            }
            return Ok(false);
        }
        for (identity, value, unit) in samples {
            let sample = Sample {
                series: identity.series.clone(),
                time_ms,
                value: *value,
                unit: unit.filter(|unit| !unit.is_empty()).map(str::to_owned),
                labels: identity.labels.clone(),
                row,
                ..Sample::default()
            };
            self.add(sample, identity.label_bytes)?;
        }
        Ok(true)
    }

    /// Says of the samples of a row, which was added last, since when they count; 0 is not known.
    pub(crate) fn began(&mut self, row: usize, start_ms: Option<i64>) {
        let start_ms = start_ms.filter(|start_ms| *start_ms > 0);
        let added = self.received.samples.samples.iter_mut().rev().take_while(|sample| sample.row == row);
        added.for_each(|sample| sample.start_ms = start_ms);
    }

    /// Adds a sample that is known to be right.
    pub(crate) fn add(&mut self, sample: Sample, label_bytes: usize) -> Result<(), Refusal> {
        let text_bytes = sample.series.len() + label_bytes + sample.unit.as_ref().map_or(0, String::len);
        self.room(1, text_bytes)?;
        self.text_bytes += text_bytes;
        self.received.samples.samples.push(sample);
        Ok(())
    }
}

/// After so many problems only the first of each row is told, and of it only where it is.
const TOLD_IN_FULL: usize = 1_000;
const UNTOLD: &str = "wrong too";

/// Adds a problem, as far as problems are told. A row may be wrong in thousands of ways that take two bytes each, which nobody reads.
pub fn tell(problems: &mut Vec<Problem>, problem: Problem) {
    let is_first_of_row = problems.last().is_none_or(|before| before.row != problem.row);
    if problems.len() < TOLD_IN_FULL {
        problems.push(problem);
    } else if is_first_of_row {
        // Which row it is counts; a hundred thousand sentences would take more memory than the body that they are about.
        problems.push(Problem { detail: UNTOLD.to_owned(), expected: String::new(), ..problem });
    }
}

pub(crate) fn value_problem(value: f64) -> Option<Wrong> {
    let expected = "a finite number; nothing where nothing was measured".to_owned();
    (!value.is_finite()).then(|| ("value".to_owned(), "not-finite", format!("the value is {value}"), expected))
}

fn time_problem(time_ms: i64) -> Option<Wrong> {
    time::in_range(time_ms).err()?;
    let detail = format!("the time is {time_ms} ms since 1970");
    Some(("time".to_owned(), "bad-time", detail, "a time between 1973 and 9999".to_owned()))
}

fn unit_problem(unit: &str, limits: &Limits) -> Option<Wrong> {
    let (code, detail) = if unit.chars().count() > limits.id_chars {
        ("too-long", format!("the unit {} has {} characters", quote(unit), unit.chars().count()))
    } else {
        let code_point = control_character(unit, false)?;
        ("control-character", format!("the unit {} holds the control character U+{code_point:04X}", quote(unit)))
    };
    Some(("unit".to_owned(), code, detail, format!("a unit's name of at most {} characters", limits.id_chars)))
}
