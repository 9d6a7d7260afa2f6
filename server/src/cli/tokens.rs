//! The options of `inferno-kpi token`.

use clap::{Args, Subcommand};

use super::Remote;

/// Tokens of a running server. It needs the server's own token, or one with the scope admin.
#[derive(Debug, Args)]
pub struct TokenCommand {
    #[command(flatten)]
    pub remote: Remote,
    #[command(subcommand)]
    pub action: TokenAction,
}

#[derive(Debug, Subcommand)]
pub enum TokenAction {
    /// Make a token and print its secret, which is shown this once.
    Create {
        /// What people call it.
        name: String,
        /// What it allows: ingest, read, payloads, metrics, admin. Can be repeated, or separated by commas.
        #[arg(long = "scope", required = true, value_delimiter = ',')]
        scopes: Vec<String>,
        /// The source under whose name everything comes that is sent with it; needed with ingest alone.
        #[arg(long)]
        source: Option<String>,
        /// How many requests a minute are answered.
        #[arg(long)]
        requests_per_minute: Option<u32>,
        /// How many bytes a request may have.
        #[arg(long)]
        body_bytes: Option<u32>,
        /// From when on it is refused: a date or an instant.
        #[arg(long)]
        expires: Option<String>,
        /// Who makes it.
        #[arg(long, env = "USER", default_value = "command line")]
        person: String,
    },
    /// List every token.
    List,
    /// Replace a token's secret and print the new one; the one before goes on for a while.
    Renew {
        /// The token's id.
        id: String,
        /// For how many minutes the secret before goes on; a day without it, 0 for not at all.
        #[arg(long, default_value_t = 1_440)]
        overlap_minutes: u32,
        /// Who renews it.
        #[arg(long, env = "USER", default_value = "command line")]
        person: String,
    },
    /// Refuse a token from now on.
    Revoke {
        /// The token's id.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Who revokes it.
        #[arg(long, env = "USER", default_value = "command line")]
        person: String,
    },
}
