//! One KPI as a row, and one status as sign and words.

/// A status as a reader sees it: shape, word, and a class for the colour, in that order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusView {
    /// `met`, `near`, `yellow`, `red`, `no-data`, `stale` or `no-target`; class names are built from it.
    pub name: &'static str,
    /// The sign, ● ◐ ▲ ◆ ○ ⏸ –.
    pub sign: &'static str,
    /// The words.
    pub words: &'static str,
}

/// A KPI as a row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiRow {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// The slug of its track.
    pub track: String,
    /// The framework's table.
    pub group: String,
    /// The value with its unit; `None` without one.
    pub value: Option<String>,
    /// For a relative KPI the quantity behind the improvement, "12.5 tokens/s against 9 tokens/s"; else empty.
    pub value_detail: String,
    /// Where the latest observation came from: "entered by a person"; empty without one.
    pub origin: String,
    /// Whether a mark beside the value must say where it came from (demo data, the reference model, the dashboard).
    pub marked_origin: Option<String>,
    /// The current target as the framework writes it; `None` without one.
    pub target: Option<String>,
    /// The status.
    pub status: StatusView,
    /// Attainment, "68%"; `None` without a value.
    pub attainment: Option<String>,
    /// The change against the observation 30 days before or, if there is none, the first: "+3.2%"; empty without one.
    pub change: String,
    /// "On pace" or "Behind pace"; `None` without dates of the phase or without a number.
    pub pace: Option<&'static str>,
    /// Since when it has this status, as a date; `None` without data.
    pub since: Option<String>,
    /// The date and time of the latest observation; `None` without one.
    pub observed: Option<String>,
    /// A small line of the last observations, as SVG; empty below two points.
    pub sparkline_svg: String,
    /// The value against the targets of the phases, as SVG; empty where nothing can be drawn.
    pub bullet_svg: String,
    /// The bullet graph in words.
    pub bullet_text: String,
    /// What to connect so that it gets data.
    pub connect: String,
}

use kpi::catalogue::{Catalogue, Kpi};
use kpi::display::{self, Writing};
use kpi::evaluation::{self, Known, KpiStatus, Since, status_since};
use kpi::point::{Origin, Pending};
use kpi::shape::Better;
use kpi::status::{Status, Verdict, goal};
use kpi::target::Target;
use kpi::window::WindowSource;

use super::goals;
use crate::instant;

/// How many observations a row's small line shows.
const SPARKLINE_POINTS: usize = 40;
/// Over how many days a row tells the change.
const CHANGE_WINDOW_MS: i64 = 30 * 86_400_000;

impl From<Status> for StatusView {
    fn from(status: Status) -> Self {
        Self { name: status.name(), sign: status.sign(), words: status.words() }
    }
}

/// How many of these statuses there are, the most urgent first, those with none left out.
pub fn counts(statuses: &(impl Iterator<Item = Status> + Clone)) -> Vec<(StatusView, usize)> {
    Status::ALL
        .into_iter()
        .map(|wanted| (wanted.into(), statuses.clone().filter(|status| *status == wanted).count()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// The row of a KPI against the target of `phase`, with the verdict for it.
///
/// # Errors
/// [`Pending`] where the source has not everything at hand.
pub fn row(
    catalogue: &Catalogue,
    source: &dyn WindowSource,
    status: &KpiStatus,
    instant_ms: i64,
    phase: u8,
    verdict: Verdict,
) -> Result<Option<KpiRow>, Pending> {
    let Some(kpi) = catalogue.kpis.get(status.kpi) else { return Ok(None) };
    let known = status.known.as_ref();
    let history = if known.is_some() {
        evaluation::history(catalogue, kpi, source, instant_ms, SPARKLINE_POINTS)?
    } else {
        Vec::new()
    };
    let since = status_since(catalogue, status, source, instant_ms)?;
    let target = kpi.target_shown_in(phase);
    let writing = Writing::of(kpi, target);
    let (bullet_svg, bullet_text) = bullets(catalogue, kpi, known, target);
    Ok(Some(KpiRow {
        id: kpi.id.clone(),
        name: kpi.name.clone(),
        track: kpi.track.clone(),
        group: kpi.group.clone(),
        value: known.map(|known| shown_value(kpi, known, target)),
        value_detail: known.map_or_else(String::new, |known| value_detail(kpi, known)),
        origin: known.map_or_else(String::new, |known| known.origin.explained().to_owned()),
        marked_origin: known.and_then(|known| marked(known.origin)),
        target: target.map(ToString::to_string),
        status: verdict.status.into(),
        attainment: attained(kpi, target, known, verdict),
        change: change(kpi, &writing, &history, instant_ms),
        pace: status.pace.map(|pace| if pace.on_pace { "On pace" } else { "Behind pace" }),
        since: since.map(since_text),
        observed: known.map(|known| instant::short(known.latest_ms)),
        sparkline_svg: if history.len() > 1 { chart::sparkline_svg(&history, 100, 24) } else { String::new() },
        bullet_svg,
        bullet_text,
        connect: kpi.connect.clone(),
    }))
}

/// The bullet graph against a target and the same in words; both empty where nothing can be drawn.
pub(super) fn bullets(
    catalogue: &Catalogue,
    kpi: &Kpi,
    known: Option<&Known>,
    target: Option<&Target>,
) -> (String, String) {
    let Some(bullet) = known.and_then(|known| bullet(catalogue, kpi, known, target)) else {
        return (String::new(), String::new());
    };
    let writing = Writing::of(kpi, target);
    let label = chart::UnitLabel::new(move |value| writing.text(value));
    (chart::bullet_svg(&bullet), chart::bullet_text(&bullet, &label))
}

/// How far along a KPI is towards a target, "68%"; `None` without a value.
pub(super) fn attained(kpi: &Kpi, target: Option<&Target>, known: Option<&Known>, verdict: Verdict) -> Option<String> {
    let actual = known.and_then(|known| known.actual);
    verdict.attainment.map(|share| display::attained(kpi, target, actual, share))
}

/// The number that targets are about, never rounded onto the target; the plain value while it has no baseline.
pub fn shown_value(kpi: &Kpi, known: &Known, target: Option<&Target>) -> String {
    known.actual.map_or_else(|| display::value(known.value, &kpi.unit), |actual| Writing::of(kpi, target).text(actual))
}

/// Since when a status holds: a date, or a date or before where no further was looked back.
pub(super) fn since_text(since: Since) -> String {
    let date = instant::date(since.time_ms);
    if since.or_before { format!("{date} or before") } else { date }
}

fn value_detail(kpi: &Kpi, known: &Known) -> String {
    match known.baseline {
        Some(baseline) => {
            let (value, baseline) = display::pair(known.value, baseline, &kpi.unit);
            format!("{value} against a baseline of {baseline}")
        }
        None => String::new(),
    }
}

fn marked(origin: Origin) -> Option<String> {
    let mark = match origin {
        Origin::Demo => "demo data",
        Origin::EmbeddedEngine => "reference model",
        Origin::Dashboard => "this dashboard",
        Origin::Measured | Origin::Entered => return None,
    };
    Some(mark.to_owned())
}

fn change(kpi: &Kpi, writing: &Writing, history: &[(i64, f64)], instant_ms: i64) -> String {
    use kpi::unit::Dimension;
    let start_ms = instant_ms.saturating_sub(CHANGE_WINDOW_MS);
    let (Some((_, last)), true) = (history.last(), history.len() > 1) else { return String::new() };
    let before = history.iter().rev().find(|(time_ms, _)| *time_ms <= start_ms).or(history.first());
    let Some((_, before)) = before else { return String::new() };
    let difference = last - before;
    let sign = if difference > 0.0 {
        "+"
    } else if difference < 0.0 {
        "−"
    } else {
        "±"
    };
    match evaluation::actual_unit(kpi).dimension {
        Dimension::Judged | Dimension::Severity => String::new(),
        _ => format!("{sign}{}", writing.change(difference)),
    }
}

fn bullet(catalogue: &Catalogue, kpi: &Kpi, known: &Known, target: Option<&Target>) -> Option<chart::Bullet> {
    use kpi::unit::Dimension;
    let value = known.actual?;
    if matches!(evaluation::actual_unit(kpi).dimension, Dimension::Judged | Dimension::Severity) {
        return None;
    }
    let current = target.and_then(|target| goal(kpi, target))?;
    let lines = current.lines();
    let current_target = *lines.first()?;
    let highest_line = lines.iter().copied().fold(current_target, f64::max);
    let targets: Vec<f64> =
        kpi.targets().filter_map(|target| goal(kpi, target)).flat_map(kpi::shape::Goal::lines).collect();
    let lower = kpi.shape == kpi::shape::Shape::Lower;
    let border =
        |percent: f64| if lower { current_target / (percent / 100.0) } else { current_target * percent / 100.0 };
    // The error budget and the band have no borders at a share of the target.
    let bands = match kpi.shape {
        kpi::shape::Shape::NearHundred | kpi::shape::Shape::Band => lines,
        _ => vec![
            border(catalogue.policy.red_below_percent),
            border(catalogue.policy.yellow_below_percent),
            current_target,
        ],
    };
    let maximum = targets.iter().copied().chain([value]).fold(current_target, f64::max);
    // A value a hundred times the target would squeeze every border into one pixel.
    let widest = highest_line.abs() * 4.0;
    let maximum = maximum.min(widest).max(value.min(widest));
    let lower_is_better = lower || (kpi.better == Better::Lower && !kpi.shape.is_relative());
    Some(chart::Bullet {
        value: Some(value),
        bands: bands.into_iter().filter(|border| *border <= maximum).collect(),
        targets: targets.into_iter().filter(|target| *target <= maximum).collect(),
        current_target: Some(goals::chart_goal(current)),
        lower_is_better,
        maximum,
    })
}
