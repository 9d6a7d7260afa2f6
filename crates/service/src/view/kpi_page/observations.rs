//! One observation as a row, with where it came from.

use kpi::catalogue::Kpi;
use kpi::display::{self, Writing};
use kpi::point::Origin;
use kpi::shape::Shape;
use storage::Observation;

use super::ObservationRow;
use crate::instant;
use crate::samples::LatestSample;

pub(super) fn observation_row(
    kpi: &Kpi,
    writing: &Writing,
    observation: &Observation,
    until_ms: i64,
) -> ObservationRow {
    let origin = Origin::from_name(&observation.origin);
    let unit = &observation.unit_written;
    let space = if unit.starts_with(['%', '/', ':']) { "" } else { " " };
    let written = format!("{}{space}{unit}", observation.value_written).trim().to_owned();
    let is_sample = observation.series != kpi.measure;
    ObservationRow {
        id: observation.id.clone(),
        time: instant::iso(observation.time_ms),
        time_text: instant::short(observation.time_ms),
        value: if is_sample && written.is_empty() {
            "event".to_owned()
        } else if is_sample {
            written.clone()
        } else {
            raw_text(writing, kpi, observation.value)
        },
        written,
        sample: is_sample.then(|| named(&observation.series, &observation.labels)),
        source: observation.source.clone(),
        origin: origin.map_or_else(|| observation.origin.clone(), |origin| origin.explained().to_owned()),
        note: noted(observation, until_ms),
        person: observation.person.clone(),
        evidence: observation.evidence.clone(),
        payload_id: observation.payload_id.clone(),
        recorded_text: instant::long(observation.recorded_ms),
    }
}

/// A value as it was observed: as the page writes the KPI's numbers, unless those are improvements or verdicts.
fn raw_text(writing: &Writing, kpi: &Kpi, value: f64) -> String {
    if kpi.shape.is_relative() || kpi.shape == Shape::Recurrence {
        display::value(value, &kpi.unit)
    } else {
        writing.text(value)
    }
}

/// What was noted with it, and since when it counts no more, where that is not after `until_ms`.
fn noted(observation: &Observation, until_ms: i64) -> Option<String> {
    let superseded = observation.superseded_ms.filter(|since_ms| *since_ms <= until_ms).map(|since_ms| {
        format!("No longer counts since {}: a later part of its report took its place.", instant::long(since_ms))
    });
    let sentences: Vec<String> = superseded.into_iter().chain(observation.note.clone()).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// A sample of the sample desk as a row.
pub(super) fn sample_row(kpi: &Kpi, writing: &Writing, latest: &LatestSample) -> ObservationRow {
    let LatestSample { series, sample, source } = latest;
    let is_own = series.name == kpi.measure;
    ObservationRow {
        id: format!("{}:{}", sample.payload, sample.row),
        time: instant::iso(sample.time_ms),
        time_text: instant::short(sample.time_ms),
        value: if is_own { raw_text(writing, kpi, sample.value) } else { sample.value.to_string() },
        written: String::new(),
        sample: (!is_own || !series.labels.is_empty()).then(|| named(&series.name, &series.labels)),
        source: source.clone(),
        origin: sample.origin.explained().to_owned(),
        note: None,
        person: None,
        evidence: None,
        payload_id: sample.payload.to_string(),
        recorded_text: instant::long(sample.recorded_ms),
    }
}

/// A series with its labels: "ci.build: branch main, result success".
fn named(series: &str, labels: &[(String, String)]) -> String {
    if labels.is_empty() {
        return series.to_owned();
    }
    let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!("{series}: {}", labels.join(", "))
}
