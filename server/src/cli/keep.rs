//! How long things are kept: numbers of days on the command line.

use clap::Args;
use service::retention::Retention;

const DAY_MS: i64 = 86_400_000;

/// How long things are kept, in days; 0 is for ever. What is finer is never kept longer than what is coarser.
#[derive(Debug, Clone, Args)]
pub struct Keep {
    /// The bytes of payloads of which everything was taken. Their rows and hashes stay.
    #[arg(
        id = "keep-payloads-days",
        long = "keep-payloads-days",
        value_name = "DAYS",
        default_value_t = 90,
        env = "INFERNO_KPI_KEEP_PAYLOADS_DAYS"
    )]
    payloads: u32,
    /// Samples as they came; older ones are refused when they arrive. Observations of KPIs are kept for ever.
    #[arg(
        id = "keep-samples-days",
        long = "keep-samples-days",
        value_name = "DAYS",
        default_value_t = 400,
        env = "INFERNO_KPI_KEEP_SAMPLES_DAYS"
    )]
    samples: u32,
    /// What the samples of each minute come to.
    #[arg(
        id = "keep-minutes-days",
        long = "keep-minutes-days",
        value_name = "DAYS",
        default_value_t = 400,
        env = "INFERNO_KPI_KEEP_MINUTES_DAYS"
    )]
    minutes: u32,
    /// What the samples of each hour come to.
    #[arg(
        id = "keep-hours-days",
        long = "keep-hours-days",
        value_name = "DAYS",
        default_value_t = 1_830,
        env = "INFERNO_KPI_KEEP_HOURS_DAYS"
    )]
    hours: u32,
    /// What the samples of each day come to.
    #[arg(
        id = "keep-days-days",
        long = "keep-days-days",
        value_name = "DAYS",
        default_value_t = 0,
        env = "INFERNO_KPI_KEEP_DAYS_DAYS"
    )]
    days: u32,
}

impl Keep {
    /// The same in milliseconds.
    pub fn retention(&self) -> Retention {
        let length_ms = |days: u32| (days > 0).then(|| i64::from(days) * DAY_MS);
        Retention {
            payloads_ms: length_ms(self.payloads),
            samples: timeseries::Retention {
                raw_ms: length_ms(self.samples),
                minutes_ms: length_ms(self.minutes),
                hours_ms: length_ms(self.hours),
                days_ms: length_ms(self.days),
            },
        }
    }
}
