//! How long tests took, as they and their suites say it. What is not known is not nothing: a sum over it is not known either.

use crate::cells::Cells;
use crate::xml::{Document, Element};

/// The `time` of an element.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Time {
    #[default]
    Absent,
    /// There is one that can't be read.
    Refused,
    Seconds(f64),
}

/// What is known of a time that has come together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Spent {
    /// There was nothing to take time.
    #[default]
    Nothing,
    Unknown,
    Seconds(f64),
}

impl Spent {
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Nothing, other) => other,
            (one, Self::Nothing) => one,
            (Self::Seconds(one), Self::Seconds(two)) => Self::Seconds(one + two),
        }
    }

    pub(super) fn seconds(self) -> Option<f64> {
        match self {
            Self::Seconds(seconds) if seconds.is_finite() => Some(seconds),
            _ => None,
        }
    }
}

/// The time of a suite, or of the whole report.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Frame {
    own: Time,
    suites: Spent,
    /// Every suite directly inside states its own time.
    all_stated: Spent,
    cases: Spent,
}

impl Frame {
    pub(super) fn new(own: Time) -> Self {
        Self { own, ..Self::default() }
    }

    pub(super) fn add_case(&mut self, spent: Spent) {
        self.cases = self.cases.plus(spent);
        // A total of the suites alone would leave this one out.
        self.all_stated = Spent::Unknown;
    }

    pub(super) fn add_suite(&mut self, suite: &Self) {
        self.suites = self.suites.plus(suite.spent());
        let stated = suite.stated().map_or(Spent::Unknown, Spent::Seconds);
        self.all_stated = self.all_stated.plus(stated);
    }

    /// As its own `time` says it.
    pub(super) fn stated(&self) -> Option<f64> {
        if let Time::Seconds(seconds) = self.own
            && !self.is_contradicted()
        {
            Some(seconds)
        } else {
            None
        }
    }

    pub(super) fn spent(&self) -> Spent {
        match self.own {
            Time::Seconds(seconds) if !self.is_contradicted() => Spent::Seconds(seconds),
            Time::Absent | Time::Seconds(_) => self.suites.plus(self.cases),
            // The sum over tests is another number than the total that was meant.
            Time::Refused => {
                if self.all_stated == Spent::Nothing {
                    Spent::Unknown
                } else {
                    self.all_stated
                }
            }
        }
    }

    /// It states no time at all, and what stands inside it took some.
    fn is_contradicted(&self) -> bool {
        let inner = self.suites.plus(self.cases).seconds();
        matches!(self.own, Time::Seconds(own) if own <= 0.0) && inner.is_some_and(|seconds| seconds > 0.0)
    }

    pub(super) fn direct_cases(&self) -> Spent {
        self.cases
    }

    pub(super) fn seconds(&self) -> Option<f64> {
        self.spent().seconds()
    }
}

/// The `time` of an element, in seconds.
pub(super) fn seconds(document: &mut Document<'_>, element: &Element, cells: &mut Cells) -> Time {
    let Some(written) = element.attribute("time").map(str::trim).filter(|text| !text.is_empty()) else {
        return Time::Absent;
    };
    match without_thousands(written).parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Time::Seconds(seconds),
        _ => {
            let row = document.row(element);
            cells.refuse_attribute(row, (&element.name, "time"), Some(written), "seconds, such as 1.25");
            Time::Refused
        }
    }
}

/// Surefire writes `1,234.5` for more than a thousand seconds. A comma that may as well be a decimal one is left, and refused.
fn without_thousands(written: &str) -> String {
    let (whole, fraction) = match written.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (written, None),
    };
    let groups: Vec<&str> = whole.split(',').collect();
    // A group of zeros alone is none: `0,123.4`.
    let is_certain = (fraction.is_some() || groups.len() > 2) && !whole.starts_with('0');
    let is_group = |(at, group): (usize, &&str)| {
        let length = if at == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        length && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    if groups.len() < 2 || !is_certain || !groups.iter().enumerate().all(is_group) {
        return written.to_owned();
    }
    let whole = groups.concat();
    fraction.map_or_else(|| whole.clone(), |fraction| format!("{whole}.{fraction}"))
}
