//! How often the whole store is looked at, and the command that does it at once.

use clap::Args;

use super::Data;

/// How often a server looks at its whole store.
#[derive(Debug, Clone, Args)]
pub struct Verifying {
    /// Look at the whole database that often, in hours: is every row what was written? 0 is never.
    #[arg(
        id = "verify-hours",
        long = "verify-hours",
        value_name = "HOURS",
        default_value_t = 24.0,
        env = "INFERNO_KPI_VERIFY_HOURS"
    )]
    pub hours: f64,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub data: Data,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
