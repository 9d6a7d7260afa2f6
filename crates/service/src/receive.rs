//! Samples that other systems send in their own protocols: every good one is recorded, every other one is told.

use std::collections::HashSet;

use formats::{Draft, Drafts, Problem, Received, Sample, Target, Written, WrittenTime};
use kpi::point::{Observations as _, Origin};
use kpi::unit::Unit;

use crate::dashboard::Dashboard;
use crate::record::{Receipt, RecordError, Submission};

/// How many series are held; a sender that makes a new one for every sample must not fill the memory.
const MOST_SERIES: usize = 50_000;

/// A payload in another system's protocol, with what was read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Who sends it.
    pub source: String,
    /// The media type of the body.
    pub content_type: String,
    /// The bytes that arrived, before they were unpacked.
    pub body: Vec<u8>,
    /// What was read from them.
    pub received: Received,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reception {
    /// How many samples are on disk, those that had been recorded before included.
    pub kept: usize,
    /// What was refused, by row; what the reader refused comes first.
    pub problems: Vec<Problem>,
    /// The receipt; `None` where there was nothing to record.
    pub receipt: Option<Receipt>,
}

impl Dashboard {
    /// Records every good sample of a delivery. What is counted as kept is on disk.
    ///
    /// # Errors
    /// [`RecordError::Store`] where the store failed; nothing is recorded then.
    pub async fn receive(&self, delivery: Delivery) -> Result<Reception, RecordError> {
        let mut problems = delivery.received.samples.problems;
        let (samples, without_room) = {
            let series = self.read_series();
            let room = MOST_SERIES.saturating_sub(series.series_count());
            within_room(delivery.received.samples.samples, |name| !series.points(name).is_empty(), room)
        };
        problems.extend(without_room);
        if samples.is_empty() {
            if let Some(problem) = problems.first() {
                self.source_refused(&delivery.source, &problem.detail);
            }
            return Ok(Reception { kept: 0, problems, receipt: None });
        }
        let rows = samples.len();
        let drafts = samples.into_iter().zip(1..).map(|(sample, row)| draft(sample, row)).collect();
        let submission = Submission {
            source: delivery.source,
            content_type: delivery.content_type,
            body: delivery.body,
            drafts: Drafts { drafts, problems: Vec::new(), rows },
            partial: true,
            origin: Origin::Measured,
        };
        match self.record(submission).await {
            Ok(receipt) => {
                problems.extend(receipt.refused.iter().cloned());
                Ok(Reception { kept: receipt.accepted + receipt.duplicates, problems, receipt: Some(receipt) })
            }
            Err(RecordError::Refused { problems: refused, .. }) => {
                problems.extend(refused);
                Ok(Reception { kept: 0, problems, receipt: None })
            }
            Err(error) => Err(error),
        }
    }
}

/// The samples of series that are known, or for which there is room, and what is wrong with the others.
fn within_room(samples: Vec<Sample>, is_known: impl Fn(&str) -> bool, mut room: usize) -> (Vec<Sample>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut added: HashSet<String> = HashSet::new();
    let mut kept = Vec::with_capacity(samples.len());
    for (sample, row) in samples.into_iter().zip(1..) {
        if !is_known(&sample.series) && !added.contains(&sample.series) {
            if room == 0 {
                problems.push(Problem {
                    row,
                    field: "series".to_owned(),
                    code: "too-many-series",
                    detail: format!("{} would be one series more than the {MOST_SERIES} that are held", sample.series),
                    expected: "fewer series; tell things apart by labels".to_owned(),
                });
                continue;
            }
            room -= 1;
            added.insert(sample.series.clone());
        }
        kept.push(sample);
    }
    (kept, problems)
}

fn draft(sample: Sample, row: usize) -> Draft {
    // A unit that is not known here says nothing that the name of the series does not say.
    let unit = sample.unit.as_deref().map(formats::units::plain_name).filter(|unit| Unit::parse(unit).is_ok());
    Draft {
        row,
        target: Target::Series(sample.series),
        value: Written::Number(sample.value, sample.value.to_string()),
        unit: unit.map(std::borrow::Cow::into_owned),
        time: sample.time_ms.map(WrittenTime::Milliseconds),
        external_id: sample.external_id,
        note: None,
        evidence: None,
        person: None,
        origin: None,
        labels: sample.labels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(series: &str) -> Sample {
        let (time_ms, unit, labels, external_id) = (None, None, Vec::new(), None);
        Sample { series: series.to_owned(), time_ms, value: 1.0, unit, labels, external_id }
    }

    #[test]
    fn a_sender_of_ever_new_series_is_stopped_and_known_series_are_not() {
        let samples = ["old", "new", "newer", "new", "newest", "old"].map(sample).to_vec();
        let (kept, problems) = within_room(samples, |name| name == "old", 2);
        let kept: Vec<&str> = kept.iter().map(|sample| sample.series.as_str()).collect();
        assert_eq!(kept, ["old", "new", "newer", "new", "old"]);
        let told: Vec<(usize, &str)> = problems.iter().map(|problem| (problem.row, problem.code)).collect();
        assert_eq!(told, [(5, "too-many-series")]);
    }
}
