//! Demonstration data: half a year of generated observations, every one of them marked as such.

use formats::{Draft, Drafts, Target, Written, WrittenTime};
use governance::{ApplyError, VersionOrigin};
use kpi::catalogue::{Catalogue, Current, Kpi, PhaseDates, Reading};
use kpi::point::Origin;
use kpi::shape::{Better, Goal, Shape};
use kpi::status::goal;

use crate::dashboard::Dashboard;
use crate::record::{Receipt, RecordError, Submission};

/// The source of generated observations.
const SOURCE: &str = "demo";
const DAY_MS: i64 = 86_400_000;
/// How far back the demonstration goes.
const DAYS: i64 = 180;
/// One in this many KPIs has no data, as in real life.
const WITHOUT_DATA: u64 = 12;

/// How many days of the current phase have passed in the demonstration, and how long each phase is.
const PASSED_DAYS: i64 = 75;
const PHASE_DAYS: i64 = 120;

impl Dashboard {
    /// Adopts a catalogue whose phases have dates around now, so that the demonstration shows pace; the framework itself
    /// names none. A demonstration that has a catalogue keeps it.
    ///
    /// # Errors
    /// [`ApplyError`] where the document or the store is at fault.
    pub async fn adopt_demo_catalogue(&self, document: &str) -> Result<(), ApplyError> {
        if !self.governance.catalogues.versions().is_empty() {
            return Ok(());
        }
        let mut catalogue = Catalogue::parse(document).map_err(ApplyError::Refused)?;
        let today_ms = self.now_ms().div_euclid(DAY_MS) * DAY_MS;
        let mut starts_ms = today_ms - PASSED_DAYS * DAY_MS;
        for phase in &mut catalogue.phases {
            let ends_ms = starts_ms + PHASE_DAYS * DAY_MS;
            phase.dates = Some(PhaseDates { starts_ms, ends_ms });
            starts_ms = ends_ms;
        }
        let reason = Some("Dates for the phases, so that the demonstration shows pace.".to_owned());
        self.adopt_catalogue(&catalogue.to_toml(), VersionOrigin::Demo, "demonstration", reason).await?;
        Ok(())
    }

    /// Records the demonstration unless something is recorded already; the same seed gives the same numbers.
    ///
    /// # Errors
    /// [`RecordError`] where the store failed.
    pub async fn record_demo(&self, seed: u64) -> Result<Option<Receipt>, RecordError> {
        if self.observation_count() > 0 {
            return Ok(None);
        }
        let now_ms = self.now_ms();
        let catalogue = self.catalogue();
        let mut generated_measures: Vec<&str> = Vec::new();
        let mut drafts = Vec::new();
        for (position, kpi) in (0u64..).zip(&catalogue.kpis) {
            if !generated_measures.contains(&kpi.measure.as_str()) {
                generated_measures.push(&kpi.measure);
                drafts.extend(generated(kpi, catalogue.policy.current_phase, now_ms, Noise(seed ^ (position + 1))));
            }
        }
        let rows = drafts.len();
        let submission = Submission {
            source: SOURCE.to_owned(),
            content_type: "text/plain".to_owned(),
            body: format!("generated demonstration data, seed {seed}").into_bytes(),
            drafts: Drafts { drafts, problems: Vec::new(), rows },
            partial: false,
            origin: Origin::Demo,
            reading: None,
        };
        self.record(submission).await.map(Some)
    }
}

fn generated(kpi: &Kpi, phase: u8, now_ms: i64, mut noise: Noise) -> Vec<Draft> {
    let target = kpi.target_shown_in(phase).or_else(|| kpi.targets().find(|target| target.is_applicable()));
    let Some(goal) = target.and_then(|target| goal(kpi, target)) else { return Vec::new() };
    if noise.next().is_multiple_of(WITHOUT_DATA) {
        return Vec::new();
    }
    let (start, end) = (0.25 + 0.6 * noise.share(), 0.4 + 0.9 * noise.share());
    let step_ms = kpi.cadence_ms.clamp(DAY_MS, 14 * DAY_MS);
    let count = DAYS * DAY_MS / step_ms;
    (0..count)
        .map(|step| {
            let time_ms = now_ms - (count - 1 - step) * step_ms - 3_600_000;
            #[expect(clippy::cast_precision_loss, reason = "a few hundred steps")]
            let progress = step as f64 / (count - 1).max(1) as f64;
            let attainment = (start + (end - start) * progress) * (0.95 + 0.1 * noise.share());
            let base = value_at(kpi, goal, attainment.max(0.01), progress, step == 0);
            let value = kpi.unit.from_base(base);
            Draft {
                row: usize::try_from(step).unwrap_or(0) + 1,
                target: Target::Kpi(kpi.id.clone()),
                value: Written::Number(value, format!("{value:.4}")),
                unit: Some(kpi.unit.symbol.clone()),
                time: Some(WrittenTime::Milliseconds(time_ms)),
                external_id: Some(format!("demo:{}:{step}", kpi.measure)),
                note: None,
                evidence: None,
                person: None,
                origin: None,
                labels: Vec::new(),
            }
        })
        .collect()
}

/// The value in the base unit at which the KPI has this attainment.
fn value_at(kpi: &Kpi, goal: Goal, attainment: f64, progress: f64, first: bool) -> f64 {
    let target = goal.line().unwrap_or(1.0);
    let wanted = match (kpi.shape, goal) {
        (Shape::NearHundred, _) => 100.0 - (100.0 - target) / attainment,
        (Shape::Lower, _) => target / attainment,
        (Shape::Level | Shape::Recurrence, _) => return f64::from(u8::from(attainment > 0.6)),
        (Shape::ZeroTolerance, _) => return (4.0 - 4.0 * progress * attainment).round().clamp(0.0, 4.0),
        (_, Goal::Within(low, high)) => f64::midpoint(low, high) * attainment,
        _ => target * attainment,
    };
    let capped = if kpi.unit.dimension == kpi::unit::Dimension::Percent { wanted.clamp(0.0, 100.0) } else { wanted };
    if kpi.reading == Reading::Improvement || !kpi.shape.is_relative() {
        return match kpi.unit.dimension {
            kpi::unit::Dimension::Count => capped.round(),
            kpi::unit::Dimension::Score(maximum) => capped.min(f64::from(maximum)),
            _ => capped,
        };
    }
    // The first observation becomes the baseline, so it shows no improvement yet.
    let starting_point = match kpi.current {
        Current::Value(value) => value,
        Current::Unknown => kpi.unit.to_base(50.0),
    };
    if first {
        return starting_point;
    }
    match (kpi.shape, kpi.better) {
        (Shape::Multiple, Better::Higher) => starting_point * wanted,
        (Shape::Multiple, Better::Lower) => starting_point / wanted.max(0.01),
        (_, Better::Higher) => starting_point * (1.0 + wanted / 100.0),
        (_, Better::Lower) => starting_point * (1.0 - wanted / 100.0).max(0.01),
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014): enough to make numbers look alive, and the same on every machine.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn share(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        share
    }
}
