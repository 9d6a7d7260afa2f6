//! The report of a benchmark as it is stored: version 1, read leniently so that old runs stay readable.

use serde::Deserialize;

/// The version that this product reads.
const VERSION: u32 = 1;

/// A stored report.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BenchmarkReport {
    /// The version of this format.
    pub schema_version: u32,
    /// What was measured: sizes of the model, repetitions.
    pub plan: serde_json::Map<String, serde_json::Value>,
    /// The machine's fingerprint.
    pub machine: serde_json::Map<String, serde_json::Value>,
    /// How many processes wanted a processor before the run began, where the system tells it.
    #[serde(default)]
    pub load_average_before: Option<f64>,
    /// How long the whole run took, in seconds.
    pub duration_seconds: f64,
    /// One entry for each scheme.
    pub schemes: Vec<SchemeEntry>,
    /// What feeds the KPIs.
    pub headline: Option<Headline>,
    /// Why there is no headline.
    pub headline_absence_reason: Option<String>,
}

/// What became of one scheme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SchemeEntry {
    /// It ran.
    Measured(MeasuredScheme),
    /// It could not run.
    NotMeasured {
        /// Its name.
        scheme: String,
        /// Why.
        reason: String,
    },
}

/// The figures of one scheme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MeasuredScheme {
    /// Its name.
    pub scheme: String,
    /// How many parameters the model has.
    pub parameters: f64,
    /// Bytes of all weights.
    pub weight_bytes: f64,
    /// Prompt tokens per second.
    pub prompt: MeasuredRate,
    /// Generated tokens per second.
    pub generation: MeasuredRate,
    /// The memory of its process, where the system tells it.
    pub process_memory: Option<Memory>,
    /// Relative L2 error of the logits against f32.
    pub logits_relative_error: f64,
    /// How often the most likely token is that of f32, between 0 and 1.
    pub first_choice_agreement_share: f64,
}

/// A rate with its spread.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct MeasuredRate {
    /// How often it was measured.
    pub repetitions: usize,
    /// The median, in tokens per second.
    pub median_tokens_per_second: f64,
    /// The slowest.
    pub minimum_tokens_per_second: f64,
    /// The fastest.
    pub maximum_tokens_per_second: f64,
}

/// Process memory.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Memory {
    /// Resident bytes with the weights loaded.
    pub resident_bytes: f64,
}

/// What feeds the KPIs: figures of the fastest scheme whose output stays close to f32.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Headline {
    /// The scheme.
    pub scheme: String,
    /// How much smaller the weights are, in percent.
    pub size_reduction_percent: f64,
    /// How many times faster it generates.
    pub speedup_factor: f64,
    /// How much less memory the process holds, in percent.
    pub memory_reduction_percent: Option<f64>,
    /// How many quantisation schemes ran.
    pub supported_schemes: usize,
}

impl BenchmarkReport {
    /// Reads a stored report.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(json: &str) -> Result<Self, String> {
        let report: Self = serde_json::from_str(json).map_err(|error| format!("the report can't be read: {error}"))?;
        if report.schema_version == VERSION {
            Ok(report)
        } else {
            Err(format!("the report has version {}; this server reads version {VERSION}", report.schema_version))
        }
    }

    /// How long the run took, in milliseconds.
    pub fn duration_ms(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "a run lasts minutes; the cast saturates")]
        let milliseconds = (self.duration_seconds * 1_000.0).max(0.0) as i64;
        milliseconds
    }

    /// The reference and every scheme that ran, in the order of the report.
    pub fn measured(&self) -> impl Iterator<Item = &MeasuredScheme> {
        self.schemes.iter().filter_map(|entry| match entry {
            SchemeEntry::Measured(scheme) => Some(scheme),
            SchemeEntry::NotMeasured { .. } => None,
        })
    }
}
