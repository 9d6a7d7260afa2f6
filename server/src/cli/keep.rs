//! How long things are kept: numbers of days on the command line.

use clap::Args;
use service::retention::Retention;

const DAY_MS: i64 = 86_400_000;

/// How long things are kept, in days; 0 is for ever. What is finer is never kept longer than what is coarser.
#[derive(Debug, Clone, Args)]
pub struct Keep {
    /// The bytes of payloads of which everything was taken. Their rows and hashes stay.
    #[arg(long = "keep-payloads-days", default_value_t = 90, env = "INFERNO_KPI_KEEP_PAYLOADS_DAYS")]
    payloads_days: u32,
    /// Samples as they came; older ones are refused when they arrive. Observations of KPIs are kept for ever.
    #[arg(long = "keep-samples-days", default_value_t = 400, env = "INFERNO_KPI_KEEP_SAMPLES_DAYS")]
    samples_days: u32,
    /// What the samples of each minute come to.
    #[arg(long = "keep-minutes-days", default_value_t = 400, env = "INFERNO_KPI_KEEP_MINUTES_DAYS")]
    minutes_days: u32,
    /// What the samples of each hour come to.
    #[arg(long = "keep-hours-days", default_value_t = 1_830, env = "INFERNO_KPI_KEEP_HOURS_DAYS")]
    hours_days: u32,
    /// What the samples of each day come to.
    #[arg(long = "keep-days-days", default_value_t = 0, env = "INFERNO_KPI_KEEP_DAYS_DAYS")]
    days_days: u32,
}

impl Keep {
    /// The same in milliseconds.
    pub fn retention(&self) -> Retention {
        let length_ms = |days: u32| (days > 0).then(|| i64::from(days) * DAY_MS);
        Retention {
            payloads_ms: length_ms(self.payloads_days),
            samples: sample_desk::Retention {
                raw_ms: length_ms(self.samples_days),
                minutes_ms: length_ms(self.minutes_days),
                hours_ms: length_ms(self.hours_days),
                days_ms: length_ms(self.days_days),
            },
        }
    }
}
