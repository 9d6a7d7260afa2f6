//! Where a report stands among the others: which parts it belongs to, and what of them its values take the place of.

use std::collections::BTreeMap;

use formats::{Draft, Target};
use kpi::point::Origin;
use storage::Observation;

use super::part::Part;
use super::piece::Piece;
use super::whole::{self, Arrival, Key, Whole};
use super::{Format, Report, ReportError, number};
use crate::dashboard::Dashboard;
use crate::reading::PayloadDecoder;
use crate::receive::Incoming;
use crate::record::{RETRACTED, RecordError, sha256_hex};
use crate::validate::Valid;

/// The most parts of one run, and of one commit the latest that are looked at.
const MOST_PARTS: usize = 500;
const MOST_PARTS_OF_A_COMMIT: usize = 50;
/// The most bytes of them.
const MOST_PART_BYTES: i64 = 64 << 20;
/// The most values and samples of earlier parts that are superseded at once.
const MOST_STANDING: u32 = 10_000;

/// Where a report stands.
pub(super) struct Place {
    /// What makes two reports the same, or what the parts of a whole are.
    pub(super) identity: String,
    /// Of how many parts the report is made up so far.
    pub(super) parts: usize,
    /// The name under which its values are found; `None` where it stands for itself.
    name: Option<String>,
    /// Whether it is said again on another day that what was measured still holds.
    is_said_anew_each_day: bool,
    /// What the earlier parts stated, and nothing superseded.
    standing: Vec<Observation>,
}

impl Place {
    /// Of a report that stands for itself.
    pub(super) fn alone(identity: String) -> Self {
        Self { identity, parts: 1, name: None, is_said_anew_each_day: true, standing: Vec::new() }
    }

    /// The day on which a value without a time is said; of a run, which is over, the same one for ever.
    pub(super) fn day(&self, now_ms: i64) -> String {
        if self.is_said_anew_each_day { crate::instant::date(now_ms) } else { "run".to_owned() }
    }

    /// Lets values take the place of those that the earlier parts stated; what nothing takes the place of is retracted.
    pub(super) fn supersede(self, format: Format, valid: Vec<Valid>) -> Vec<Valid> {
        let Some(name) = self.name else { return valid };
        let mut standing: BTreeMap<Slot, Vec<Observation>> = BTreeMap::new();
        for before in self.standing.into_iter().rev() {
            standing.entry(slot(format, &before.series, &before.labels)).or_default().push(before);
        }
        let mut stated: Vec<Valid> = Vec::with_capacity(valid.len());
        for valid in valid {
            let slot = slot(format, &valid.measure, &valid.draft.labels);
            let before = standing.get_mut(&slot).and_then(Vec::pop);
            // A report is of the moment when its first part came.
            let time_ms = before.as_ref().map_or(valid.time_ms, |before| before.time_ms);
            let report = Some(name.clone());
            stated.push(Valid { report, time_ms, supersedes: before.map(Box::new), ..valid });
        }
        let left = standing.into_values().flatten();
        let retracted = left.map(|before| retraction(&self.identity, &name, before));
        stated.extend(retracted);
        stated
    }
}

/// What a value is of, whatever it comes to.
type Slot = (String, Vec<(String, String)>);

fn slot(format: Format, series: &str, labels: &[(String, String)]) -> Slot {
    let varies = |name: &str| match name {
        "testbed" => format != Format::Junit,
        "result" => series == "test.failed",
        _ => false,
    };
    (series.to_owned(), labels.iter().filter(|(name, _)| !varies(name)).cloned().collect())
}

fn retraction(identity: &str, name: &str, before: Observation) -> Valid {
    Valid {
        measure: RETRACTED.to_owned(),
        value: 0.0,
        unit_written: String::new(),
        value_written: String::new(),
        time_ms: before.time_ms,
        origin: Origin::Measured,
        report: Some(name.to_owned()),
        draft: Draft {
            row: 0,
            external_id: Some(format!("{identity}:retracted:{}", before.id)),
            target: Target::Series(RETRACTED.to_owned()),
            value: number(0.0),
            unit: None,
            time: None,
            note: Some("a later part of the report leaves this without a value".to_owned()),
            evidence: None,
            person: None,
            origin: None,
            labels: Vec::new(),
        },
        supersedes: Some(Box::new(before)),
    }
}

impl Dashboard {
    /// Finds the parts that a report belongs to: what its try comes to, and then the later tries in which it counts. To be called while no
    /// other report does.
    pub(super) async fn placed(&self, report: &Report, piece: Piece) -> Result<Vec<(Whole, Place)>, ReportError> {
        let arrival =
            Arrival { sha256_hex: sha256_hex(&report.body), part: report.part.clone(), payload_id: None, piece };
        let Some(key) = Key::of(report) else {
            return Ok(vec![(Whole::alone(arrival), Place::alone(super::identity(report)))]);
        };
        let arrivals = self.earlier_parts(&key).await?;
        let mut placed = Vec::new();
        for whole in whole::unite(&key, arrivals, arrival) {
            let place = self.place_of(&key, &whole).await?;
            placed.push((whole, place));
        }
        Ok(placed)
    }

    async fn place_of(&self, key: &Key, whole: &Whole) -> Result<Place, ReportError> {
        let name = key.name(whole.attempt);
        let digest = sha256_hex(format!("{name}\n{}", whole.hashes.join("\n")).as_bytes());
        let identity = digest.get(..16).unwrap_or(&digest).to_owned();
        // What is said again supersedes nothing.
        let standing = match whole.begun_by.as_deref().filter(|_| !whole.is_known) {
            Some(payload_id) => {
                let standing = self.store().standing_of_report(&name, payload_id, MOST_STANDING).await;
                standing.map_err(RecordError::from)?
            }
            None => Vec::new(),
        };
        let is_said_anew_each_day = key.is_said_anew_each_day();
        Ok(Place { identity, parts: whole.parts, name: Some(name), is_said_anew_each_day, standing })
    }

    /// The parts that came before, the first one first.
    async fn earlier_parts(&self, key: &Key) -> Result<Vec<Arrival>, ReportError> {
        let store = self.store();
        let limit = u32::try_from(MOST_PARTS + 1).unwrap_or(u32::MAX);
        let listed = store.payloads_of_reports(key.base(), limit).await.map_err(RecordError::from)?;
        let bytes: i64 = listed.iter().map(|payload| payload.byte_count).sum();
        let is_too_much = listed.len() > MOST_PARTS || bytes > MOST_PART_BYTES;
        if is_too_much && !key.is_said_anew_each_day() {
            let mib = MOST_PART_BYTES >> 20;
            let told =
                format!("a run has at most {MOST_PARTS} parts of {mib} MiB in all; there are {} already", listed.len());
            return Err(ReportError::TooManyParts(told));
        }
        let most = if key.is_said_anew_each_day() { MOST_PARTS_OF_A_COMMIT } else { MOST_PARTS };
        let mut room = MOST_PART_BYTES;
        let mut arrivals = Vec::new();
        for payload in listed.into_iter().take(most) {
            room -= payload.byte_count;
            if room < 0 {
                break;
            }
            let Some(payload) = store.payload(&payload.id).await.map_err(RecordError::from)? else { continue };
            if payload.body_dropped_ms.is_some() {
                continue;
            }
            let read = self.readers.aside(move || part_of(payload)).await;
            arrivals.extend(read);
        }
        arrivals.reverse();
        Ok(arrivals)
    }
}

/// A part that was read before. `None` where this version can't read it any more.
fn part_of(payload: storage::Payload) -> Option<Arrival> {
    let reading = PayloadDecoder::kept(&payload.format, &payload.context_json)?;
    let incoming = Incoming {
        source: payload.source,
        content_type: payload.content_type,
        body: payload.body,
        unpacked: None,
        reading,
        partial: true,
    };
    let report = Report::kept(incoming).ok()?;
    let mut piece = Piece::read(&report).ok()??;
    piece.forget_problems();
    let part: Part = report.part;
    Some(Arrival { sha256_hex: payload.sha256_hex, part, payload_id: Some(payload.id), piece })
}
