//! Drafts checked against the catalogue and the clock.

mod series;

pub(crate) use self::series::{Wrong, check_name};

use formats::{Draft, Problem, Target, Written};
use kpi::catalogue::{Catalogue, Kpi};
use kpi::point::Origin;
use kpi::unit::Unit;
use kpi::value::{self, Input, ValueError};
use storage::Observation;

use crate::samples::UNIT_WRITTEN;

/// How far in the future an observation may be: clocks differ.
const FUTURE_TOLERANCE_MS: i64 = 5 * 60_000;
/// The earliest time that is taken: the year 2000. Earlier ones are seconds taken for milliseconds.
const EARLIEST_MS: i64 = 946_684_800_000;

/// A draft that can be recorded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Valid {
    pub(crate) draft: Draft,
    pub(crate) measure: String,
    pub(crate) value: f64,
    pub(crate) unit_written: String,
    pub(crate) value_written: String,
    pub(crate) time_ms: i64,
    pub(crate) origin: Origin,
    /// The report that it is a value of, where parts of one may still come.
    pub(crate) report: Option<String>,
    /// The observation whose place it takes.
    pub(crate) supersedes: Option<Box<Observation>>,
}

/// When a draft came, and what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// The time of a draft that says none.
    pub(crate) came_ms: i64,
    /// Now: later than it came where it is read again.
    pub(crate) now_ms: i64,
}

impl Times {
    /// Of a draft that comes now.
    pub(crate) fn now(now_ms: i64) -> Self {
        Self { came_ms: now_ms, now_ms }
    }
}

/// Series of the delivery, whose environments are compared without case as those who deploy write them.
const OF_ENVIRONMENTS: [&str; 3] = ["deployment", "commit.deployed", "incident"];

/// Writes the environment of a deployment in small letters, whoever sends it.
fn fold_environment(draft: &mut Draft) {
    let Target::Series(series) = &draft.target else { return };
    if !OF_ENVIRONMENTS.contains(&series.as_str()) {
        return;
    }
    for (_, value) in draft.labels.iter_mut().filter(|(name, _)| name == "environment") {
        *value = value.to_lowercase();
    }
}

pub(crate) fn validate(
    catalogue: &Catalogue,
    mut draft: Draft,
    times: Times,
    default_origin: Origin,
    demo: bool,
) -> Result<Valid, Problem> {
    fold_environment(&mut draft);
    let problem = |field: &str, code, detail: String, expected: String| Problem {
        row: draft.row,
        field: field.to_owned(),
        code,
        detail,
        expected,
    };
    let (measure, value) = measured(catalogue, &draft)
        .map_err(|(field, code, detail, expected)| problem(field, code, detail, expected))?;
    let time_ms = match &draft.time {
        None => times.came_ms,
        Some(written) => formats::time::parse(written).map_err(|detail| {
            problem(
                "time",
                "time",
                detail,
                "RFC 3339 such as 2026-11-23T14:30:00Z, a date, or milliseconds since 1970".to_owned(),
            )
        })?,
    };
    let now_ms = times.now_ms.max(times.came_ms);
    if time_ms > now_ms + FUTURE_TOLERANCE_MS {
        let now = crate::instant::iso(now_ms);
        return Err(problem(
            "time",
            "future",
            format!("{} lies in the future", crate::instant::iso(time_ms)),
            format!("at most five minutes after {now}"),
        ));
    }
    if time_ms < EARLIEST_MS {
        return Err(problem(
            "time",
            "too-old",
            format!("{} is too long ago", crate::instant::iso(time_ms)),
            "a time since the year 2000".to_owned(),
        ));
    }
    let origin = origin(&draft, default_origin, demo).ok_or_else(|| {
        problem(
            "origin",
            "origin",
            "this origin can't be claimed".to_owned(),
            "measured, entered or embedded-engine".to_owned(),
        )
    })?;
    let value_written = match &draft.value {
        Written::Number(_, text) | Written::Text(text) => text.clone(),
        Written::Truth(truth) => truth.to_string(),
    };
    // What no KPI reads is kept with its unit beside it, so that no later catalogue takes it for a number in a unit of its own.
    if let (Target::Series(name), Some(unit)) = (&draft.target, &draft.unit)
        && series::is_kept_as_written(catalogue, name, unit)
        && draft.labels.iter().all(|(name, _)| name != UNIT_WRITTEN)
    {
        let unit = unit.trim().to_owned();
        draft.labels.push((UNIT_WRITTEN.to_owned(), unit));
        draft.labels.sort();
    }
    Ok(Valid {
        measure,
        value,
        unit_written: draft.unit.clone().unwrap_or_default(),
        value_written,
        time_ms,
        origin,
        draft,
        report: None,
        supersedes: None,
    })
}

/// The measurement or series that a draft is of, and its value in the base unit.
fn measured(catalogue: &Catalogue, draft: &Draft) -> Result<(String, f64), series::Wrong> {
    match &draft.target {
        Target::Kpi(id) => {
            let Some(kpi) = catalogue.kpi_or_measure(id) else {
                let detail = format!("no KPI has the id \"{}\"", clipped(id));
                return Err(("kpi", "unknown-kpi", detail, closest(catalogue, id)));
            };
            Ok((kpi.measure.clone(), value_of(kpi, draft)?))
        }
        Target::Series(name) => {
            series::check_name(name)?;
            let value = match series::reader(catalogue, name) {
                Some(kpi) => value_of(kpi, draft)?,
                None => series::value(catalogue, name, &draft.value, draft.unit.as_deref())?,
            };
            Ok((name.clone(), value))
        }
    }
}

fn value_of(kpi: &Kpi, draft: &Draft) -> Result<f64, series::Wrong> {
    let input = match &draft.value {
        Written::Number(number, _) => Input::Number(*number),
        Written::Text(text) => Input::Text(text),
        Written::Truth(truth) => Input::Truth(*truth),
    };
    value::read(kpi, input, draft.unit.as_deref()).map_err(|error| {
        let (field, code) = match error {
            ValueError::Unit(_) | ValueError::TwoUnits { .. } => ("unit", "unit"),
            ValueError::NotFinite => ("value", "not-finite"),
            ValueError::Unreadable { .. } => ("value", "value"),
        };
        (field, code, error.to_string(), expected_value(kpi))
    })
}

/// The unit in which the values of a measurement or series are shown; `None` for plain numbers.
pub(crate) fn shown_unit<'catalogue>(catalogue: &'catalogue Catalogue, target: &Target) -> Option<&'catalogue Unit> {
    match target {
        Target::Kpi(id) => catalogue.kpi_or_measure(id).map(|kpi| &kpi.unit),
        Target::Series(name) => {
            series::reader(catalogue, name).map(|kpi| &kpi.unit).or_else(|| series::known_unit(catalogue, name))
        }
    }
}

fn origin(draft: &Draft, default_origin: Origin, demo: bool) -> Option<Origin> {
    if demo {
        return Some(Origin::Demo);
    }
    match draft.origin.as_deref() {
        None => Some(default_origin),
        Some(name) => Origin::from_name(name).filter(|origin| {
            *origin == default_origin || matches!(origin, Origin::Measured | Origin::Entered | Origin::EmbeddedEngine)
        }),
    }
}

fn expected_value(kpi: &Kpi) -> String {
    use kpi::unit::Dimension;
    match kpi.unit.dimension {
        Dimension::Judged => "met or not met".to_owned(),
        Dimension::Severity => "the worst open finding: none, low, medium, high or critical".to_owned(),
        Dimension::Count => "a plain number".to_owned(),
        _ => format!("a number in {} or a unit that converts to it", kpi.unit),
    }
}

fn closest(catalogue: &Catalogue, wrong: &str) -> String {
    let nearest = catalogue
        .kpis
        .iter()
        .map(|kpi| (strsim::jaro_winkler(&kpi.id, &wrong.to_lowercase()), &kpi.id))
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .filter(|(similarity, _)| *similarity > 0.75);
    nearest.map_or_else(
        || "an id from GET /api/v1/kpis".to_owned(),
        |(_, id)| format!("an id from GET /api/v1/kpis; did you mean \"{id}\"?"),
    )
}

fn clipped(text: &str) -> String {
    text.chars().take(60).collect()
}
