//! One row on its way to a draft: what JSON and CSV have in common, which are the rules about texts and numbers.

use crate::collect::tell;
use crate::field::Field;
use crate::label::{Labels, expected_name, is_name};
use crate::number::{self, Reading};
use crate::text::{control_character, quote};
use crate::{Draft, Drafts, Limits, Problem, Target, Written, WrittenTime};

/// The name under which a problem of a whole row stands.
pub(crate) const WHOLE_ROW: &str = "row";

/// Collects the fields of one row, and what is wrong with them.
pub(crate) struct Row<'a> {
    number: usize,
    limits: &'a Limits,
    problems: Vec<Problem>,
    value: Option<Written>,
    /// A value was given and holds nothing, which is no event: the measurement is missing.
    is_value_empty: bool,
    time: Option<WrittenTime>,
    texts: [Option<String>; Field::ALL.len()],
    labels: Labels,
}

impl<'a> Row<'a> {
    pub(crate) fn new(number: usize, limits: &'a Limits) -> Self {
        Self {
            number,
            limits,
            problems: Vec::new(),
            value: None,
            is_value_empty: false,
            time: None,
            texts: Default::default(),
            labels: Labels::default(),
        }
    }

    pub(crate) fn problem(&mut self, field: &str, code: &'static str, detail: String, expected: impl Into<String>) {
        let expected = expected.into();
        self.problems.push(Problem { row: self.number, field: field.to_owned(), code, detail, expected });
    }

    pub(crate) fn wrong_type(&mut self, field: Field, found: &str) {
        let detail = format!("`{}` is {found}", field.name());
        self.problem(field.name(), "wrong-type", detail, field.expected());
    }

    /// A number that is already known to be one by its grammar.
    pub(crate) fn number(&mut self, written: &str) {
        if !self.is_fitting(Field::Value, written) {
            return;
        }
        match number::read(written) {
            Reading::Finite(number) => {
                self.value = Some(Written::Number(number, written.to_owned()));
            }
            Reading::NotFinite => self.not_finite(written),
            Reading::NotANumber => self.wrong_type(Field::Value, &quote(written)),
        }
    }

    pub(crate) fn truth(&mut self, truth: bool) {
        self.value = Some(Written::Truth(truth));
    }

    pub(crate) fn milliseconds(&mut self, time_ms: i64) {
        self.time = Some(WrittenTime::Milliseconds(time_ms));
    }

    /// A label's text, or the kind of a value that can't be a label's.
    pub(crate) fn label(&mut self, name: &str, value: Result<&str, &str>) {
        if let Err((field, code, detail, expected)) = self.labels.add(name, value, self.limits) {
            self.problem(&field, code, detail, expected);
        }
    }

    /// A field's text; an empty one is the same as none, but for a value.
    pub(crate) fn text(&mut self, field: Field, text: &str) {
        self.is_value_empty |= field == Field::Value && text.is_empty();
        if text.is_empty() || !self.is_fitting(field, text) {
            return;
        }
        match field {
            Field::Value if number::read(text) == Reading::NotFinite => self.not_finite(text),
            Field::Value => self.value = Some(Written::Text(text.to_owned())),
            Field::Time => self.time = Some(WrittenTime::Text(text.to_owned())),
            _ => self.texts[field as usize] = Some(text.to_owned()),
        }
    }

    /// Adds the row to `all`: as a draft where nothing is wrong, else as its problems.
    pub(crate) fn finish(mut self, all: &mut Drafts) {
        all.rows += 1;
        let names_series = self.texts[Field::Series as usize].is_some() || self.is_said(&[Field::Series]);
        let target = self.target();
        let mut value = self.value.take();
        if value.is_none() && !self.is_said(&[Field::Value]) {
            if names_series && !self.is_value_empty {
                value = Some(Written::Number(1.0, "1".to_owned()));
            } else {
                self.missing_value(names_series);
            }
        }
        let labels = std::mem::take(&mut self.labels).finish(self.limits);
        match (target, value, labels) {
            (Some(target), Some(value), Ok(labels)) if self.problems.is_empty() => {
                let mut text = |field: Field| self.texts[field as usize].take();
                all.drafts.push(Draft {
                    row: self.number,
                    target,
                    value,
                    unit: text(Field::Unit),
                    time: self.time,
                    external_id: text(Field::ExternalId),
                    note: text(Field::Note),
                    evidence: text(Field::Evidence),
                    person: text(Field::Person),
                    origin: text(Field::Origin),
                    labels,
                });
            }
            (_, _, labels) => {
                if let Err((field, code, detail, expected)) = labels {
                    self.problem(&field, code, detail, expected);
                }
                self.problems.into_iter().for_each(|problem| tell(&mut all.problems, problem));
            }
        }
    }

    /// What the row is about: exactly one of a KPI and a series.
    fn target(&mut self) -> Option<Target> {
        let one = "one of the two: the id of a KPI in `kpi`, or the name of a series in `series`";
        match (self.texts[Field::Kpi as usize].take(), self.texts[Field::Series as usize].take()) {
            (Some(kpi), None) => Some(Target::Kpi(kpi)),
            (None, Some(series)) => Some(Target::Series(series)),
            (Some(kpi), Some(series)) => {
                let detail = format!("the row names the KPI {} and the series {}", quote(&kpi), quote(&series));
                self.problem(Field::Series.name(), "two-targets", detail, one);
                None
            }
            (None, None) if self.is_said(&[Field::Kpi, Field::Series]) => None,
            (None, None) => {
                self.problem(Field::Kpi.name(), "missing", "there is no `kpi` and no `series`".to_owned(), one);
                None
            }
        }
    }

    fn missing_value(&mut self, names_series: bool) {
        let expected = Field::Value.expected();
        let (detail, expected) = if names_series {
            ("`value` is empty", format!("{expected}; for an event leave `value` out, or write 1"))
        } else {
            ("there is no `value`", expected.to_owned())
        };
        self.problem(Field::Value.name(), "missing", detail.to_owned(), expected);
    }

    /// Whether something was said already about one of the fields, or about the whole row.
    fn is_said(&self, fields: &[Field]) -> bool {
        let is_about =
            |problem: &Problem| problem.field == WHOLE_ROW || fields.iter().any(|field| problem.field == field.name());
        self.problems.iter().any(is_about)
    }

    fn not_finite(&mut self, written: &str) {
        let detail = format!("{} is not a finite number", quote(written));
        let expected = "a finite number, such as 12.5; leave the observation out where nothing was measured";
        self.problem(Field::Value.name(), "not-finite", detail, expected);
    }

    fn is_fitting(&mut self, field: Field, text: &str) -> bool {
        let limit = match field {
            Field::Note => self.limits.note_chars,
            Field::Evidence => self.limits.evidence_chars,
            Field::Series => self.limits.name_chars,
            _ => self.limits.id_chars,
        };
        let chars = text.chars().count();
        if chars > limit {
            let detail = format!("`{}` has {chars} characters: {}", field.name(), quote(text));
            self.problem(field.name(), "too-long", detail, format!("at most {limit} characters"));
            return false;
        }
        if let Some(code_point) = control_character(text, field.has_lines()) {
            let detail = format!("`{}` holds the control character U+{code_point:04X}: {}", field.name(), quote(text));
            self.problem(field.name(), "control-character", detail, "text without control characters");
            return false;
        }
        if field == Field::Series && !is_name(text, limit) {
            let detail = format!("{} is no name of a series", quote(text));
            self.problem(field.name(), "bad-name", detail, expected_name(limit));
            return false;
        }
        true
    }
}
