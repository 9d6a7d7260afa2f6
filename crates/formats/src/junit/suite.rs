//! The suites of a report and their tests, as others see them.

/// One suite of a report, with all that stands inside it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suite {
    pub name: String,
    /// Its package, where the report says one.
    pub package: String,
    /// Its host; Playwright writes the browser here.
    pub hostname: String,
    /// Its file, where the report says one.
    pub file: String,
    /// As it says them, else the sum over what stands inside it. `None` where they are not known.
    pub seconds: Option<f64>,
    /// Its tests, by inner suite and name.
    pub cases: Vec<Case>,
}

/// One test of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Case {
    /// The suite's name, with its host where it has one.
    pub suite: String,
    /// Class and name; with its file where it would be another's without.
    pub name: String,
    /// Its own file, where the report says one.
    pub file: String,
    /// `success`, `failure`, or `flaky` where it both failed and passed; `None` where it was not carried out.
    pub result: Option<&'static str>,
    /// It could not be carried out; its result is `failure`.
    pub is_error: bool,
    /// How long all its tries took. `None` where that is not known.
    pub seconds: Option<f64>,
}

impl Case {
    /// What tells it from the others.
    pub(super) fn identity(&self) -> (String, String, String) {
        (self.suite.clone(), self.name.clone(), self.file.clone())
    }

    /// Takes in how the same test ended another time.
    pub(super) fn carried_out_again(&mut self, other: &Self) {
        self.result = match (self.result, other.result) {
            (None, result) | (result, None) => result,
            (Some(one), Some(two)) if one == two => Some(one),
            _ => Some("flaky"),
        };
        self.is_error = self.is_error && other.is_error;
        self.seconds = self.seconds.zip(other.seconds).map(|(one, two)| one + two);
    }
}
