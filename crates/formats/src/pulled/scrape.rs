//! A scrape, and what the one who scrapes says about it: `up` and `scrape_duration_seconds`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exposition::{self, Dialect};
use crate::{Limits, Received, Refusal, Sample};

/// What is known of a scrape besides its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scrape {
    /// The label `job`.
    pub job: String,
    /// The label `instance`: host and port.
    pub instance: String,
    /// Whether the target answered with something that can be read.
    pub is_up: bool,
    pub duration_s: f64,
    /// Labels that every sample gets.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// The series that are kept, each whole or the beginning of a name with `*` behind it; all without it.
    #[serde(default)]
    pub keep: Option<Vec<String>>,
}

impl Scrape {
    /// The samples of the body, with the target's labels, and the two of the scrape itself.
    ///
    /// A label of the target's own that has one of these names gets `exported_` before it, as with Prometheus.
    pub(super) fn read(&self, content_type: &str, body: &[u8], limits: &Limits) -> Result<Received, Refusal> {
        let mut received =
            if self.is_up { exposition::read(body, Dialect::of(content_type), limits)? } else { Received::default() };
        let own: Vec<(&str, &str)> = [("instance", self.instance.as_str()), ("job", self.job.as_str())]
            .into_iter()
            .chain(self.constants.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .collect();
        let (mut unwanted, mut crowded) = (0, 0);
        received.samples.samples.retain_mut(|sample| {
            if !self.keeps(&sample.series) {
                unwanted += 1;
                return false;
            }
            if sample.labels.len() + own.len() > limits.labels {
                crowded += 1;
                return false;
            }
            for (name, _) in &mut sample.labels {
                if own.iter().any(|(taken, _)| taken == name) {
                    name.insert_str(0, "exported_");
                }
            }
            sample.labels.extend(own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            sample.labels.sort();
            sample.labels.dedup_by(|later, earlier| later.0 == earlier.0);
            true
        });
        for (what, count) in [("series that is not kept", unwanted), ("sample with too many labels", crowded)] {
            if count > 0 {
                received.left_out.insert(what, count);
            }
        }
        let mut labels: Vec<(String, String)> =
            own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        labels.sort();
        let about =
            [("up", f64::from(u8::from(self.is_up)), None), ("scrape_duration_seconds", self.duration_s, Some("s"))];
        received.samples.samples.extend(about.map(|(series, value, unit)| Sample {
            series: series.to_owned(),
            time_ms: None,
            value,
            unit: unit.map(str::to_owned),
            labels: labels.clone(),
            ..Sample::default()
        }));
        Ok(received)
    }

    fn keeps(&self, series: &str) -> bool {
        let fits =
            |wanted: &String| wanted.strip_suffix('*').map_or(wanted == series, |start| series.starts_with(start));
        self.keep.as_ref().is_none_or(|keep| keep.iter().any(fits))
    }
}
