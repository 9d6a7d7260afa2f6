//! Who may write, and how much at a time.

use std::path::PathBuf;

use clap::Args;

/// Who may write, and how much at a time.
#[derive(Debug, Clone, Args)]
pub struct Access {
    /// A file with the server's own token; where there is none, the server makes one of random bits and writes it there, readable
    /// by its own user alone.
    #[arg(long, env = "INFERNO_KPI_TOKEN_FILE", conflicts_with = "token")]
    pub token_file: Option<PathBuf>,
    /// How many MiB of bodies the server has in hand at most, counted unpacked; what comes beyond is told to come back.
    #[arg(long, value_name = "MIB", env = "INFERNO_KPI_BODY_BUDGET_MIB", default_value_t = 128,
          value_parser = clap::value_parser!(u32).range(64..=4_096))]
    pub body_budget_mib: u32,
}
