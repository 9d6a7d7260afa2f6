//! One row on its way to a draft: what JSON and CSV have in common, which are the rules about texts and numbers.

use crate::field::Field;
use crate::number::{self, Reading};
use crate::text::quote;
use crate::{Draft, Drafts, Limits, Problem, Written, WrittenTime};

/// The name under which a problem of a whole row stands.
pub(crate) const WHOLE_ROW: &str = "row";

/// Collects the fields of one row, and what is wrong with them.
pub(crate) struct Row<'a> {
    number: usize,
    limits: &'a Limits,
    problems: Vec<Problem>,
    value: Option<Written>,
    time: Option<WrittenTime>,
    texts: [Option<String>; Field::ALL.len()],
}

impl<'a> Row<'a> {
    pub(crate) fn new(number: usize, limits: &'a Limits) -> Self {
        Self { number, limits, problems: Vec::new(), value: None, time: None, texts: Default::default() }
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

    /// A field's text; an empty one is the same as none.
    pub(crate) fn text(&mut self, field: Field, text: &str) {
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
        self.require(Field::Kpi, self.texts[Field::Kpi as usize].is_none());
        self.require(Field::Value, self.value.is_none());
        if !self.problems.is_empty() {
            all.problems.append(&mut self.problems);
            return;
        }
        let mut text = |field: Field| self.texts[field as usize].take();
        if let (Some(kpi), Some(value)) = (text(Field::Kpi), self.value) {
            all.drafts.push(Draft {
                row: self.number,
                kpi,
                value,
                unit: text(Field::Unit),
                time: self.time,
                external_id: text(Field::ExternalId),
                note: text(Field::Note),
                evidence: text(Field::Evidence),
                person: text(Field::Person),
                origin: text(Field::Origin),
            });
        }
    }

    /// Says that a required field is missing, unless something else was said about it already, or about the whole row.
    fn require(&mut self, field: Field, is_missing: bool) {
        let is_said = |problem: &Problem| problem.field == field.name() || problem.field == WHOLE_ROW;
        if is_missing && !self.problems.iter().any(is_said) {
            self.problem(field.name(), "missing", format!("there is no `{}`", field.name()), field.expected());
        }
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
            _ => self.limits.id_chars,
        };
        let chars = text.chars().count();
        if chars > limit {
            let detail = format!("`{}` has {chars} characters: {}", field.name(), quote(text));
            self.problem(field.name(), "too-long", detail, format!("at most {limit} characters"));
            return false;
        }
        let is_wrong =
            |character: char| character.is_control() && !(field.has_lines() && matches!(character, '\n' | '\r' | '\t'));
        if let Some(character) = text.chars().find(|character| is_wrong(*character)) {
            let code_point = u32::from(character);
            let detail = format!("`{}` holds the control character U+{code_point:04X}: {}", field.name(), quote(text));
            self.problem(field.name(), "control-character", detail, "text without control characters");
            return false;
        }
        true
    }
}
