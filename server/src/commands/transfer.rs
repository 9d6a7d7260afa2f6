//! `inferno-kpi migrate`, `backup` and `restore`: a whole store copied into an empty one, and both compared.

mod report;
mod target;

use std::path::Path;
use std::process::ExitCode;

use storage::StoreLifecycle as _;
use storage::transfer::{self, Copied, Transfer};
use storage_postgres::PostgresStore;
use storage_sqlite::SqliteStore;

use self::target::NewFile;
use super::Failure;
use crate::cli::{Backup, Data, Migrate, Restore};
use crate::settings;

pub async fn migrate(command: Migrate) -> Result<ExitCode, Failure> {
    let from = data(command.from.from_folder, command.from.from_database);
    let to = data(command.to.to_folder, command.to.to_database);
    // What a server recorded after the copy would be missing in it.
    let hold = existing(&from).and_then(|()| settings::hold(&from))?;
    let source: Box<dyn Transfer> = match &from.database {
        // Opened to write, nobody else can until the copy is whole.
        Some(url) => Box::new(settings::database::open(url, None).await?),
        None => Box::new(read_file(&settings::database_file(&from)).await?),
    };
    let outcome = fill(source.as_ref(), &to).await;
    drop((source, hold));
    outcome
}

pub async fn backup(command: Backup) -> Result<ExitCode, Failure> {
    existing(&command.data)?;
    if command.file.exists() {
        return Err(Failure::usage(format!("{} exists already; name another file", command.file.display())));
    }
    let from = source(&command.data).await?;
    write_file(from.as_ref(), &command.file).await
}

pub async fn restore(command: Restore) -> Result<ExitCode, Failure> {
    let from = read_file(&command.file).await?;
    fill(&from, &command.data).await
}

/// The place that is meant; the folder counts only without a database.
fn data(folder: Option<std::path::PathBuf>, database: Option<String>) -> Data {
    Data { folder: folder.unwrap_or_default(), database, catalogue: None }
}

fn existing(data: &Data) -> Result<(), Failure> {
    let file = settings::database_file(data);
    if data.database.is_some() || file.is_file() {
        return Ok(());
    }
    Err(Failure::usage(format!("{} does not exist; name the folder of the data", file.display())))
}

async fn source(data: &Data) -> Result<Box<dyn Transfer>, Failure> {
    match &data.database {
        Some(url) => Ok(Box::new(PostgresStore::open_read_only(url).await.map_err(Failure::store)?)),
        None => Ok(Box::new(read_file(&settings::database_file(data)).await?)),
    }
}

async fn read_file(file: &Path) -> Result<SqliteStore, Failure> {
    if !file.is_file() {
        return Err(Failure::usage(format!("{} does not exist", file.display())));
    }
    SqliteStore::open_read_only(file).await.map_err(Failure::store)
}

/// Copies to a folder or a database that holds no records.
async fn fill(from: &dyn Transfer, to: &Data) -> Result<ExitCode, Failure> {
    if let Some(url) = &to.database {
        let store = settings::database::open(url, None).await?;
        refuse_filled(&store, "the database").await?;
        let copied = transfer::copy(from, &store).await.map_err(Failure::store)?;
        store.close().await;
        settings::last_known::forget(to)?;
        return Ok(report::say(&copied));
    }
    let hold = settings::hold(to)?;
    let file = settings::database_file(to);
    if file.exists() {
        let store = SqliteStore::open(&file).await.map_err(Failure::store)?;
        let outcome = refuse_filled(&store, &file.display().to_string()).await;
        // Closed, it leaves no log behind that would be taken for the new file's.
        store.close().await;
        outcome?;
    }
    let outcome = write_file(from, &file).await;
    if outcome.is_ok() {
        // What was written last into a store that was here before.
        settings::last_known::forget(to)?;
    }
    drop(hold);
    outcome
}

async fn refuse_filled(store: &dyn Transfer, name: &str) -> Result<(), Failure> {
    match transfer::first_filled(store).await.map_err(Failure::store)? {
        None => Ok(()),
        Some(table) => Err(Failure::usage(format!(
            "{name} holds records already (in the table {table}); nothing was changed: name an empty one"
        ))),
    }
}

/// Copies to a file that gets its name only when it is whole.
async fn write_file(from: &dyn Transfer, file: &Path) -> Result<ExitCode, Failure> {
    let new = NewFile::beside(file)?;
    let store = SqliteStore::open(new.path()).await.map_err(Failure::store)?;
    let outcome = transfer::copy(from, &store).await;
    store.close().await;
    let copied = outcome.map_err(Failure::store)?;
    if copied.iter().all(Copied::agrees) {
        new.give_name(file)?;
    }
    Ok(report::say(&copied))
}
