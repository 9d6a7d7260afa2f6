//! One sample as the readers of events and reports build it up, before names, labels and numbers are checked.

use crate::collect::{Collector, Identity};
use crate::report::wrong;
use crate::text::{control_character, quote};
use crate::{Limits, Refusal, WrittenTime, time};

/// A sample on its way.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    series: String,
    value: f64,
    unit: Option<String>,
    time_ms: Option<i64>,
    /// What is wrong with the time.
    bad_time: Option<String>,
    labels: Vec<(String, String)>,
    external_id: Option<String>,
}

impl Entry {
    /// An event: a sample whose value is 1.
    pub(crate) fn event(series: impl Into<String>) -> Self {
        Self {
            series: series.into(),
            value: 1.0,
            unit: None,
            time_ms: None,
            bad_time: None,
            labels: Vec::new(),
            external_id: None,
        }
    }

    pub(crate) fn sample(series: impl Into<String>, value: f64, unit: Option<&str>) -> Self {
        Self { value, unit: unit.map(str::to_owned), ..Self::event(series) }
    }

    /// Whether it is a sample of this series.
    pub(crate) fn is_of(&self, series: &str) -> bool {
        self.series == series
    }

    pub(crate) fn time(mut self, time_ms: Option<i64>) -> Self {
        self.time_ms = time_ms;
        self
    }

    /// The time in RFC 3339, where it is known.
    pub(crate) fn instant(mut self, text: Option<&str>) -> Self {
        match text.map(|text| time::parse(&WrittenTime::Text(text.to_owned()))).transpose() {
            Ok(time_ms) => self.time_ms = time_ms,
            Err(detail) => self.bad_time = Some(detail),
        }
        self
    }

    /// What is wrong with the time beside how it is written.
    pub(crate) fn wrong_time(mut self, detail: Option<String>) -> Self {
        self.bad_time = self.bad_time.or(detail);
        self
    }

    pub(crate) fn id(mut self, external_id: Option<String>) -> Self {
        self.external_id = external_id.filter(|id| !id.is_empty());
        self
    }

    pub(crate) fn label(mut self, name: &str, value: impl Into<String>) -> Self {
        self.labels.push((name.to_owned(), value.into()));
        self
    }

    /// A label that may be unknown.
    pub(crate) fn known(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.label(name, value),
            None => self,
        }
    }
}

impl Collector<'_> {
    /// Adds a sample where all of it is right, else what is wrong with it; says which.
    pub(crate) fn entry(&mut self, row: usize, entry: Entry) -> Result<bool, Refusal> {
        let labels = entry.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let identity = match Identity::new(&entry.series, labels, self.limits) {
            Ok(identity) => identity,
            Err(wrong) => {
                self.problems(row, &wrong);
                return Ok(false);
            }
        };
        if let Some(detail) = entry.bad_time {
            self.problem(row, wrong("time", "bad-time", detail, "a time in RFC 3339"));
            return Ok(false);
        }
        if let Some((code, detail)) = entry.external_id.as_deref().and_then(|id| id_problem(id, self.limits)) {
            let expected = format!("an id of at most {} characters", self.limits.id_chars);
            self.problem(row, wrong("external_id", code, detail, &expected));
            return Ok(false);
        }
        let is_right = self.sample(row, &identity, (entry.value, entry.time_ms), entry.unit.as_deref())?;
        if is_right && let Some(sample) = self.received.samples.samples.last_mut() {
            sample.external_id = entry.external_id;
        }
        Ok(is_right)
    }
}

fn id_problem(id: &str, limits: &Limits) -> Option<(&'static str, String)> {
    let chars = id.chars().count();
    if chars > limits.id_chars {
        return Some(("too-long", format!("the id {} has {chars} characters", quote(id))));
    }
    let code_point = control_character(id, false)?;
    Some(("control-character", format!("the id {} holds the control character U+{code_point:04X}", quote(id))))
}
