//! The product measuring itself, for the KPIs that are about a dashboard: bundle size, build time, page load, vitals.

/// The source under which these observations are recorded, and that of what browsers report.
pub use access::reserved::{BROWSER_SOURCE, OWN_SOURCE as SOURCE};
use formats::{Draft, Drafts, Target, Written};
use kpi::point::Origin;
use serde::{Deserialize, Serialize};

use crate::dashboard::Dashboard;
use crate::record::{Receipt, RecordError, Submission};

/// Good by the Core Web Vitals: largest paint within 2.5 s, layout shift up to 0.1, interaction within 200 ms.
const GOOD_LARGEST_PAINT_MS: f64 = 2_500.0;
const GOOD_LAYOUT_SHIFT: f64 = 0.1;
const GOOD_INTERACTION_MS: f64 = 200.0;
/// A page load that took longer than this was a sleeping computer.
const LONGEST_LOAD_MS: f64 = 600_000.0;

/// What a browser reports of one page view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vitals {
    /// What the server put into the page; empty without.
    #[serde(default)]
    pub stamp: String,
    /// The path of the page.
    pub page: String,
    /// Time from the start of the navigation to the end of the load event, in milliseconds.
    pub load_ms: f64,
    /// Time to the first byte, in milliseconds.
    pub ttfb_ms: f64,
    /// Time to the largest contentful paint, in milliseconds.
    pub lcp_ms: Option<f64>,
    /// Cumulative layout shift.
    pub cls: Option<f64>,
    /// Interaction to next paint, in milliseconds; `None` without an interaction.
    pub inp_ms: Option<f64>,
    /// Whether the page was left; a page view counts once, by its first report.
    #[serde(rename = "final")]
    pub is_final: bool,
}

impl Vitals {
    /// Whether every number can be one.
    pub fn is_plausible(&self) -> bool {
        let within = |value: f64, most: f64| value.is_finite() && (0.0..=most).contains(&value);
        self.page.len() <= 200
            && within(self.load_ms, LONGEST_LOAD_MS)
            && within(self.ttfb_ms, LONGEST_LOAD_MS)
            && self.lcp_ms.is_none_or(|value| within(value, LONGEST_LOAD_MS))
            && self.inp_ms.is_none_or(|value| within(value, LONGEST_LOAD_MS))
            && self.cls.is_none_or(|value| within(value, 1_000.0))
    }

    /// Whether the page view was good by every Core Web Vital that was measured.
    pub fn is_good(&self) -> bool {
        self.lcp_ms.is_none_or(|value| value <= GOOD_LARGEST_PAINT_MS)
            && self.cls.is_none_or(|value| value <= GOOD_LAYOUT_SHIFT)
            && self.inp_ms.is_none_or(|value| value <= GOOD_INTERACTION_MS)
    }
}

/// A measurement of the dashboard itself.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnMeasurement {
    /// The KPI that it is about.
    pub kpi: &'static str,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What makes it the same measurement when it is reported again.
    pub external_id: String,
    /// What was measured, for the reader.
    pub note: String,
    /// When it was measured, in milliseconds since the Unix epoch; `None` means now.
    pub time_ms: Option<i64>,
}

impl Dashboard {
    /// Records measurements of the dashboard itself with the evidence that they were read from. Those whose KPI the
    /// catalogue does not have are left out; `None` where that leaves nothing.
    ///
    /// # Errors
    /// [`RecordError`] where the store failed.
    pub async fn record_own(
        &self,
        source: &str,
        measurements: Vec<OwnMeasurement>,
        evidence: Vec<u8>,
    ) -> Result<Option<Receipt>, RecordError> {
        let catalogue = self.catalogue();
        let known: Vec<OwnMeasurement> =
            measurements.into_iter().filter(|measurement| catalogue.kpi(measurement.kpi).is_some()).collect();
        if known.is_empty() {
            return Ok(None);
        }
        let rows = known.len();
        let drafts = (1..).zip(known).map(|(row, measurement)| draft(row, measurement)).collect();
        let submission = Submission {
            source: source.to_owned(),
            content_type: "application/json".to_owned(),
            body: evidence,
            drafts: Drafts { drafts, problems: Vec::new(), rows },
            partial: false,
            origin: Origin::Dashboard,
            reading: None,
        };
        self.record(submission).await.map(Some)
    }
}

fn draft(row: usize, measurement: OwnMeasurement) -> Draft {
    Draft {
        row,
        target: Target::Kpi(measurement.kpi.to_owned()),
        value: Written::Number(measurement.value, measurement.value.to_string()),
        unit: Some(measurement.unit.to_owned()),
        time: measurement.time_ms.map(formats::WrittenTime::Milliseconds),
        external_id: Some(measurement.external_id),
        note: Some(measurement.note),
        evidence: None,
        person: None,
        origin: None,
        labels: Vec::new(),
    }
}
