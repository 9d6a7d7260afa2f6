//! One observation as a row, with where it came from.

use kpi::catalogue::Kpi;
use kpi::display;
use kpi::point::Origin;
use storage::Observation;

use super::ObservationRow;
use crate::instant;

pub(super) fn observation_row(kpi: &Kpi, observation: &Observation) -> ObservationRow {
    let origin = Origin::from_name(&observation.origin);
    let written = format!("{} {}", observation.value_written, observation.unit_written).trim().to_owned();
    let is_sample = observation.series != kpi.measure;
    let labels: Vec<String> = observation.labels.iter().map(|(name, value)| format!("{name} {value}")).collect();
    ObservationRow {
        id: observation.id.clone(),
        time: instant::iso(observation.time_ms),
        time_text: instant::short(observation.time_ms),
        value: if is_sample && written.is_empty() {
            "event".to_owned()
        } else if is_sample {
            written.clone()
        } else {
            display::value(observation.value, &kpi.unit)
        },
        written,
        sample: is_sample.then(|| {
            if labels.is_empty() {
                observation.series.clone()
            } else {
                format!("{}: {}", observation.series, labels.join(", "))
            }
        }),
        source: observation.source.clone(),
        origin: origin.map_or_else(|| observation.origin.clone(), |origin| origin.explained().to_owned()),
        note: observation.note.clone(),
        person: observation.person.clone(),
        evidence: observation.evidence.clone(),
        payload_id: observation.payload_id.clone(),
        recorded_text: instant::long(observation.recorded_ms),
    }
}
