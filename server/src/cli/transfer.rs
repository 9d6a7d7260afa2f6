//! The arguments of the commands that copy whole stores.

use std::path::PathBuf;

use clap::Args;

use super::Data;

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    pub from: From,
    #[command(flatten)]
    pub to: To,
}

/// What is copied.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct From {
    /// The data folder to copy; no server may be writing to it.
    #[arg(long = "from-data", value_name = "FOLDER")]
    pub from_folder: Option<PathBuf>,
    /// The Postgres database to copy: `postgres://user:password@host/name`.
    #[arg(long = "from", value_name = "URL")]
    pub from_database: Option<String>,
}

/// Where it is copied to.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct To {
    /// The data folder to fill; made where it is missing.
    #[arg(long = "to-data", value_name = "FOLDER")]
    pub to_folder: Option<PathBuf>,
    /// The Postgres database to fill, which holds no records yet.
    #[arg(long = "to", value_name = "URL")]
    pub to_database: Option<String>,
}

#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    pub data: Data,
    /// The file to write, which does not exist yet: a store in SQLite, whatever database the records are in.
    #[arg(long = "to", value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    pub file: PathBuf,
    #[command(flatten)]
    pub data: Data,
}
