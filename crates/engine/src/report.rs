//! What a benchmark says, in the form that is stored, sent and shown.

use serde::{Deserialize, Serialize};
use stats::Summary;

use crate::fingerprint::Fingerprint;
use crate::headline::Headline;
use crate::memory::ProcessMemory;
use crate::plan::Plan;
use crate::scheme::{Scheme, SchemeKind};

/// Raised whenever a field of [`Report`] changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Repeated measurements of a speed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// How many runs were measured.
    pub repetitions: usize,
    /// The middle run's speed.
    pub median_tokens_per_second: f64,
    /// The slowest run's speed.
    pub minimum_tokens_per_second: f64,
    /// The fastest run's speed.
    pub maximum_tokens_per_second: f64,
    /// Lower end of the median's 95 % interval; none below six runs.
    pub median_low_tokens_per_second: Option<f64>,
    /// Upper end of the median's 95 % interval; none below six runs.
    pub median_high_tokens_per_second: Option<f64>,
}

impl Rate {
    /// Summarises the speeds of single runs in tokens a second; `None` when there are none.
    pub(crate) fn of(tokens_per_second: &[f64]) -> Option<Self> {
        let summary = Summary::of(tokens_per_second)?;
        Some(Self {
            repetitions: summary.count,
            median_tokens_per_second: summary.median,
            minimum_tokens_per_second: summary.minimum,
            maximum_tokens_per_second: summary.maximum,
            median_low_tokens_per_second: summary.median_low,
            median_high_tokens_per_second: summary.median_high,
        })
    }

    /// The one with the higher median.
    pub(crate) fn faster(self, other: Self) -> Self {
        if other.median_tokens_per_second > self.median_tokens_per_second { other } else { self }
    }
}

/// What was measured of one scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchemeResult {
    /// The scheme.
    pub scheme: Scheme,
    /// What sort of format it is.
    pub kind: SchemeKind,
    /// The model's parameters.
    pub parameters: u64,
    /// Bytes in which all of them are stored.
    pub weight_bytes: u64,
    /// `weight_bytes` in bits over `parameters`; the norms, which stay f32, are part of both.
    pub bits_per_weight: f64,
    /// How long drawing and storing the weights took.
    pub weights_build_seconds: f64,
    /// The speed of reading the prompt at once (prefill). Here and below f32 is run with both of candle's kernels, and
    /// the faster counts.
    pub prompt: Rate,
    /// The speed of generating one token after the other (decode, batch size 1, with a key-value cache).
    pub generation: Rate,
    /// Memory after the measured runs and before the f32 comparison; none means not measured. It holds copies of weights
    /// that candle lays out anew for speed.
    pub process_memory: Option<ProcessMemory>,
    /// The distance of the logits from the f32 ones over the size of the f32 ones; 0 is none, 0.1 is a tenth.
    pub logits_relative_error: f64,
    /// The share of positions, from 0 to 1, at which the scheme ranks the same token first as f32 does.
    pub first_choice_agreement_share: f64,
    /// Threads that multiplied matrices.
    pub threads: usize,
}

/// What came of one scheme of the plan: no scheme is left out silently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SchemeOutcome {
    /// It ran.
    Measured(SchemeResult),
    /// It is not supported here or its process failed.
    NotMeasured {
        /// The scheme.
        scheme: Scheme,
        /// The error's own words.
        reason: String,
    },
}

impl SchemeOutcome {
    /// The scheme that this is the outcome of.
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Measured(result) => result.scheme,
            Self::NotMeasured { scheme, .. } => *scheme,
        }
    }

    /// The measurements, if there are any.
    pub const fn result(&self) -> Option<&SchemeResult> {
        match self {
            Self::Measured(result) => Some(result),
            Self::NotMeasured { .. } => None,
        }
    }
}

/// A whole benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form: [`SCHEMA_VERSION`] when it was written.
    pub schema_version: u32,
    /// What was asked for.
    pub plan: Plan,
    /// Where it ran.
    pub machine: Fingerprint,
    /// How many tasks wanted a processor on average in the minute before the start; none where the system does not tell.
    /// Near or above the number of cores the speeds below are those of a busy machine, and too low.
    pub load_average_before: Option<f64>,
    /// How long all of it took.
    pub duration_seconds: f64,
    /// One outcome for each scheme of the plan, in its order.
    pub schemes: Vec<SchemeOutcome>,
    /// What feeds the KPIs; see [`crate::headline`].
    pub headline: Option<Headline>,
    /// Why there is no headline; none when there is one.
    pub headline_absence_reason: Option<String>,
}
