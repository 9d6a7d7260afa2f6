//! What the server reads at run time: Leptos.toml, the catalogue, the store.

pub mod database;
pub mod last_known;

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kpi::catalogue::Catalogue;
use leptos::config::LeptosOptions;
use service::CatalogueSource;
use storage::Store;
use storage_postgres::PostgresStore;
use storage_sqlite::SqliteStore;

use crate::cli::Data;
use crate::commands::Failure;

/// The embedded catalogue.
pub const EMBEDDED_CATALOGUE: &str = include_str!("../../catalogue/inferno.toml");
/// What the server reads at run time where there is no such file in the working folder.
const EMBEDDED_SETTINGS: &str = include_str!("../../Leptos.toml");
/// The file of the SQLite database inside the data folder.
const DATABASE_FILE: &str = "inferno-kpi.sqlite";

/// The file that says that somebody writes to the data folder.
const LOCK_FILE: &str = "inferno-kpi.lock";

/// The settings of Leptos.toml in the working folder, or of the one that came with the program; `LEPTOS_*` override both.
pub fn leptos_options() -> Result<LeptosOptions, Failure> {
    let document = match std::fs::read_to_string("Leptos.toml") {
        Ok(document) => document,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => EMBEDDED_SETTINGS.to_owned(),
        Err(error) => return Err(Failure::usage(format!("Leptos.toml: {error}"))),
    };
    leptos::config::get_config_from_str(&document).map_err(|error| Failure::usage(format!("Leptos.toml: {error}")))
}

/// The catalogue of `path`, or the embedded one.
pub fn catalogue(path: Option<&Path>) -> Result<Catalogue, Failure> {
    let (name, document) = match path {
        Some(path) => {
            let document = std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
            (path.display().to_string(), document)
        }
        None => ("the embedded catalogue".to_owned(), EMBEDDED_CATALOGUE.to_owned()),
    };
    Catalogue::parse(&document).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("{name}:{error}")).collect();
        Failure::usage(lines.join("\n"))
    })
}

/// Where a command that works on local data takes the catalogue from: the file that is named counts alone.
pub fn catalogue_source(data: &Data) -> CatalogueSource {
    if data.catalogue.is_some() { CatalogueSource::Given } else { CatalogueSource::Versions }
}

/// The file of the SQLite database.
pub fn database_file(data: &Data) -> PathBuf {
    data.folder.join(DATABASE_FILE)
}

/// Opens the store for writing; creates it where it is missing. Whoever serves says where. A Postgres database is held by it.
///
/// # Errors
/// [`Failure`] also where another process writes to the database.
pub async fn open_store(data: &Data, serves: Option<SocketAddr>) -> Result<Arc<dyn Store>, Failure> {
    match &data.database {
        Some(url) => Ok(Arc::new(database::open(url, serves).await?)),
        None => Ok(Arc::new(SqliteStore::open(&database_file(data)).await.map_err(Failure::store)?)),
    }
}

/// Opens the store for reading beside a server that writes.
pub async fn open_store_to_read(data: &Data) -> Result<Arc<dyn Store>, Failure> {
    if let Some(url) = &data.database {
        return Ok(Arc::new(PostgresStore::open_read_only(url).await.map_err(Failure::store)?));
    }
    let file = database_file(data);
    if !file.exists() {
        return Err(Failure::usage(format!(
            "{} does not exist; start the server once, or name another folder with --data or a server with --url",
            file.display()
        )));
    }
    Ok(Arc::new(SqliteStore::open_read_only(&file).await.map_err(Failure::store)?))
}

/// Holds the data folder for one writer; another one would not see what this one records.
pub struct DataDirLock(#[expect(dead_code, reason = "the lock ends when the file is closed")] Option<File>);

/// Takes the data folder for writing. A Postgres database is held by [`open_store`], on a connection of its own.
///
/// # Errors
/// [`Failure`] where another process holds it.
pub fn hold(data: &Data) -> Result<DataDirLock, Failure> {
    if data.database.is_some() {
        return Ok(DataDirLock(None));
    }
    std::fs::create_dir_all(&data.folder)?;
    let file = File::create(data.folder.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(DataDirLock(Some(file))),
        Err(TryLockError::WouldBlock) => Err(Failure::usage(format!(
            "{} is in use by another inferno-kpi; stop it, or send to it with --url http://ADDRESS",
            data.folder.display()
        ))),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
