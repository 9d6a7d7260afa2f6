//! What can go wrong in a benchmark, said so that a person can act on it.

use crate::scheme::Scheme;

/// Why a benchmark, or one scheme of it, gave no result.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The plan asks for something that cannot be run; the text says what and what would be right.
    #[error("the benchmark plan is not valid: {0}")]
    InvalidPlan(String),
    /// A scheme's name that the engine does not know.
    #[error("unknown scheme '{name}': use one of {known}")]
    UnknownScheme {
        /// The name as given.
        name: String,
        /// Every name that would be right.
        known: String,
    },
    /// The inference library refused an operation.
    #[error("inference failed: {0}")]
    Inference(#[from] candle_core::Error),
    /// The inference library panicked.
    #[error("inference panicked: {0}")]
    Panicked(String),
    /// The model's output held a value that is not a number, or no signal at all.
    #[error("the model's output cannot be compared: {0}")]
    Output(&'static str),
    /// The process that measures a scheme could not be started or waited for.
    #[error("the measuring process of {scheme} could not be run: {source}")]
    ChildProcess {
        /// The scheme to measure.
        scheme: Scheme,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The process that measures a scheme ended without an answer that can be read.
    #[error("the measuring process of {scheme} {ended} and gave no result: {message}")]
    ChildAnswer {
        /// The scheme to measure.
        scheme: Scheme,
        /// How the process ended.
        ended: String,
        /// The last line of its error output, or why its answer could not be read.
        message: String,
    },
    /// The process that measures a scheme ran past the plan's limit and was ended.
    #[error("the measuring process of {scheme} was ended after its limit of {limit_seconds} s")]
    ChildTimeLimit {
        /// The scheme to measure.
        scheme: Scheme,
        /// The plan's limit.
        limit_seconds: u32,
    },
    /// The measuring process answered that the scheme does not run here.
    #[error("{reason}")]
    NotMeasured {
        /// The scheme to measure.
        scheme: Scheme,
        /// The process's own words.
        reason: String,
    },
    /// The plan could not be written or read as JSON.
    #[error("the plan could not be written or read as JSON: {0}")]
    PlanJson(#[from] serde_json::Error),
    /// The caller asked to stop.
    #[error("the benchmark was cancelled")]
    Cancelled,
}
