//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod access;
mod connections;
mod keep;
mod reports;
mod soundness;
mod tokens;
mod transfer;

pub use self::access::Access;
pub use self::connections::ConnectionArguments;
pub use self::keep::Keep;
pub use self::reports::Reports;
pub use self::soundness::{Verify, Verifying};
pub use self::tokens::{TokenAction, TokenCommand};
pub use self::transfer::{Backup, Migrate, Restore};
use crate::http::ingest::webhooks::Secrets;

/// KPIs, phase gates and alerts from real measurements.
#[derive(Debug, Parser)]
#[command(name = "inferno-kpi", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the dashboard and its API.
    Serve(Serve),
    /// Send observations or test reports to a server.
    Push(Push),
    /// Say whether a gate passes: exit status 0 if it does, 1 if not, 2 on errors.
    Gate(Gate),
    /// List the status of every KPI.
    Status(Status),
    /// Measure the embedded engine and record the result.
    Bench(Bench),
    /// Check or show a catalogue.
    Catalogue(CatalogueCommand),
    /// Check the file of what the server fetches by itself.
    Sources(SourcesCommand),
    /// Make, list, renew and revoke tokens of a running server.
    Token(TokenCommand),
    /// Copy everything to an empty database or folder, and compare checksums: exit status 0 only if all agree.
    Migrate(Migrate),
    /// Write a backup to a file, also while a server runs.
    Backup(Backup),
    /// Fill an empty store from a backup.
    Restore(Restore),
    /// Look at the whole store, also beside a server: exit status 0 if everything is what was written, 1 if not, 2 on errors.
    Verify(Verify),
    /// Forget the segments of points that KPIs are computed of; the server makes them anew when it starts.
    Reindex(Reindex),
    /// Set a stored state aside that this release can't read, so that the server starts without it; the server's message names it.
    SetAside(SetAside),
    /// Measure one scheme in this process and print the result as JSON; used by `bench`.
    #[command(hide = true)]
    BenchScheme(BenchScheme),
}

/// The store whose segments are made anew.
#[derive(Debug, Args)]
pub struct Reindex {
    #[command(flatten)]
    pub data: Data,
}

/// A stored state that is to be set aside.
#[derive(Debug, Args)]
pub struct SetAside {
    #[command(flatten)]
    pub data: Data,
    /// The name of its document, such as `alert-machine`.
    pub document: String,
}

/// The file of what the server fetches by itself.
#[derive(Debug, Args)]
pub struct SourcesCommand {
    #[command(subcommand)]
    pub action: SourcesAction,
}

#[derive(Debug, Subcommand)]
pub enum SourcesAction {
    /// Say what is wrong with the file, or which sources it names. Nobody is asked anything.
    Check {
        /// The file.
        file: PathBuf,
    },
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct Data {
    /// The folder of the SQLite database.
    #[arg(long = "data", default_value = "data", env = "INFERNO_KPI_DATA")]
    pub folder: PathBuf,
    /// A Postgres database instead: `postgres://user:password@host/name`.
    #[arg(long, env = "INFERNO_KPI_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
    /// A catalogue of your own instead of the embedded one.
    #[arg(long, env = "INFERNO_KPI_CATALOGUE")]
    pub catalogue: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub data: Data,
    /// The address to listen on; Leptos.toml says 127.0.0.1:3000.
    #[arg(long)]
    pub address: Option<SocketAddr>,
    /// The folder of the built site.
    #[arg(long)]
    pub site: Option<PathBuf>,
    /// Serve generated demonstration data from a folder of its own.
    #[arg(long)]
    pub demo: bool,
    /// The token that writing needs; required when other machines can reach the address.
    #[arg(long, env = "INFERNO_KPI_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Reading needs a token too: pages ask for it as a password, the API takes it as `Authorization: Bearer`.
    #[arg(long, env = "INFERNO_KPI_PRIVATE")]
    pub private: bool,
    /// A host name under which browsers reach this server, besides the address itself. Can be repeated.
    #[arg(long = "host-name")]
    pub host_names: Vec<String>,
    #[command(flatten)]
    pub access: Access,
    #[command(flatten)]
    pub notify: Notify,
    #[command(flatten)]
    pub secrets: WebhookSecrets,
    #[command(flatten)]
    pub keep: Keep,
    #[command(flatten)]
    pub connections: ConnectionArguments,
    #[command(flatten)]
    pub verifying: Verifying,
    /// The file that says what this server fetches by itself, and what becomes of analytics events: docs/pulling.md.
    #[arg(long, env = "INFERNO_KPI_SOURCES")]
    pub sources: Option<PathBuf>,
    /// Listen for StatsD datagrams here, such as 127.0.0.1:8125.
    #[arg(long, env = "INFERNO_KPI_STATSD")]
    pub statsd: Option<SocketAddr>,
}

/// The secrets that senders sign their webhooks with. Without one, a sender's webhooks are not taken.
#[derive(Debug, Clone, Default, Args)]
pub struct WebhookSecrets {
    /// The secret of GitHub's webhooks.
    #[arg(long = "github-secret", env = "INFERNO_KPI_GITHUB_SECRET", hide_env_values = true)]
    github: Option<String>,
    /// The signing secret of Stripe's webhooks.
    #[arg(long = "stripe-secret", env = "INFERNO_KPI_STRIPE_SECRET", hide_env_values = true)]
    stripe: Option<String>,
    /// The client secret of the `HubSpot` app.
    #[arg(long = "hubspot-secret", env = "INFERNO_KPI_HUBSPOT_SECRET", hide_env_values = true)]
    hubspot: Option<String>,
}

impl WebhookSecrets {
    /// The secrets; an empty one is none.
    pub fn of_webhooks(&self) -> Secrets {
        let filled = |secret: &Option<String>| secret.clone().filter(|secret| !secret.is_empty());
        Secrets { github: filled(&self.github), stripe: filled(&self.stripe), hubspot: filled(&self.hubspot) }
    }
}

/// Where notifications of alerts go.
#[derive(Debug, Clone, Default, Args)]
pub struct Notify {
    /// A webhook that gets every notification as JSON, as an address or as `NAME=ADDRESS`. Can be repeated; in the environment
    /// separated by spaces.
    #[arg(long = "webhook", env = "INFERNO_KPI_WEBHOOK_URL", hide_env_values = true, value_delimiter = ' ')]
    pub webhooks: Vec<String>,
    /// The mail server: `smtps://user:password@mail.example:465` or `smtp://mail.example:587?tls=required`.
    #[arg(long, env = "INFERNO_KPI_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of mail: `Inferno KPI <kpi@example.com>`.
    #[arg(long, env = "INFERNO_KPI_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// A mailbox that gets every notification; owners with an address in the catalogue get their own. Can be repeated.
    #[arg(long, env = "INFERNO_KPI_MAIL_TO", value_delimiter = ',')]
    pub mail_to: Vec<String>,
}

/// Where the server is.
#[derive(Debug, Clone, Args)]
pub struct Remote {
    /// The server's address.
    #[arg(long, env = "INFERNO_KPI_URL")]
    pub url: Option<String>,
    /// The server's token, if it asks for one.
    #[arg(long, env = "INFERNO_KPI_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

#[derive(Debug, Args)]
pub struct Push {
    #[command(flatten)]
    pub remote: Remote,
    /// Observations: `kpi-id=value` (`pipeline-build-time=7min`), or files: .json, .ndjson, .csv, or `-` for NDJSON on
    /// standard input.
    pub observations: Vec<String>,
    /// The name of the sender. A token that belongs to a source sends as that one.
    #[arg(long, default_value = "command-line")]
    pub source: String,
    /// The instant that `kpi-id=value` is about; now without it.
    #[arg(long)]
    pub time: Option<String>,
    /// A note for `kpi-id=value`.
    #[arg(long)]
    pub note: Option<String>,
    /// Record the good rows even if others are refused.
    #[arg(long)]
    pub partial: bool,
    #[command(flatten)]
    pub reports: Reports,
}

/// What a test report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum About {
    /// The platform whose KPIs are shown.
    Platform,
    /// This dashboard itself.
    Dashboard,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Gate {
    #[command(subcommand)]
    pub action: Option<GateAction>,
    /// The phase that the gate ends.
    #[arg(required = true)]
    pub phase: Option<u8>,
    #[command(flatten)]
    pub view: View,
}

#[derive(Debug, Subcommand)]
pub enum GateAction {
    /// Check the chain of recorded decisions: exit status 0 if it is sound, 1 if not.
    Verify {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        remote: Remote,
    },
}

#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub view: View,
}

/// Which server or data to read, and at which instant.
#[derive(Debug, Args)]
pub struct View {
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub remote: Remote,
    /// A past instant: 2026-11-23 or 2026-11-23T14:30:00Z.
    #[arg(long)]
    pub as_of: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Bench {
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub remote: Remote,
    /// A model so small that the figures say nothing; for trying the command out.
    #[arg(long)]
    pub tiny: bool,
    /// Print the report as JSON and record nothing.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchScheme {
    #[arg(long)]
    pub scheme: String,
    #[arg(long)]
    pub plan: String,
}

#[derive(Debug, Args)]
pub struct CatalogueCommand {
    #[command(subcommand)]
    pub command: CatalogueAction,
}

#[derive(Debug, Subcommand)]
pub enum CatalogueAction {
    /// Report every error of a catalogue file with line and column.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Print a catalogue, to start your own from: the embedded one, or that of a server.
    Show {
        #[command(flatten)]
        remote: Remote,
    },
    /// Say in lines what one catalogue file changes against another one.
    Difference {
        /// The file before.
        before: PathBuf,
        /// The file after.
        after: PathBuf,
    },
    /// Send a catalogue to a server, where it becomes a new version.
    Apply {
        /// The file.
        file: PathBuf,
        /// Who changes it.
        #[arg(long)]
        person: String,
        /// Why.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        remote: Remote,
    },
    /// Say which series the catalogue needs, and whether a server gets them: exit status 1 where one is missing.
    Contract {
        /// A catalogue file; without it, the server's own catalogue.
        file: Option<PathBuf>,
        #[command(flatten)]
        remote: Remote,
    },
}
