//! `inferno-kpi verify`: is everything in the store what was written?

use std::process::ExitCode;

use service::Clock as _;
use service::verification::{AtOnce, Damage, Verification, verify};
use storage::{Store, StoreError};
use storage_postgres::PostgresStore;
use storage_sqlite::SqliteStore;

use super::Failure;
use crate::cli::{Data, Verify};
use crate::settings::{self, last_known};
use crate::system::SystemClock;

/// The exit status says it: 0 sound, 1 damaged, 2 no verdict.
pub async fn run(command: Verify) -> Result<ExitCode, Failure> {
    let started_ms = SystemClock.now_ms();
    let mut found = match open(&command.data).await? {
        Ok(store) => {
            let found = verify(store.as_ref(), &AtOnce).await.map_err(Failure::store)?;
            let mut found = found.ok_or_else(|| Failure::usage("the look was ended before"))?;
            compare(&command.data, store.as_ref(), &mut found).await?;
            store.close().await;
            found
        }
        Err(unreadable) => damaged("can't be opened", &unreadable),
    };
    (found.started_ms, found.finished_ms) = (started_ms, SystemClock.now_ms());
    if command.json {
        say!("{}", serde_json::to_string_pretty(&found).map_err(|error| Failure::usage(error.to_string()))?);
    } else {
        tell(&found);
    }
    Ok(if found.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The store; the inner error is a damage, not a wrong argument.
async fn open(data: &Data) -> Result<Result<Box<dyn Store>, StoreError>, Failure> {
    let opened: Result<Box<dyn Store>, StoreError> = match &data.database {
        Some(url) => Ok(Box::new(PostgresStore::open_read_only(url).await.map_err(Failure::store)?)),
        None => {
            let file = settings::database_file(data);
            if !file.is_file() {
                return Err(Failure::usage(format!("{} does not exist; name the folder of the data", file.display())));
            }
            SqliteStore::open_read_only(&file).await.map(|store| Box::new(store) as Box<dyn Store>)
        }
    };
    match opened {
        Err(error @ StoreError::Failed { .. }) => Ok(Err(error)),
        other => other.map(Ok).map_err(Failure::store),
    }
}

/// What the file beside the store knows that the store does not.
async fn compare(data: &Data, store: &dyn Store, found: &mut Verification) -> Result<(), Failure> {
    let mut lost = Vec::new();
    match last_known::read(data).await {
        Ok(None) => {}
        Ok(Some(known)) => {
            lost.extend(known.compare(store).await.map_err(Failure::store)?);
            lost.extend(known.findings.into_iter().map(|finding| finding.text));
        }
        Err(error) => lost.push(error),
    }
    for text in lost {
        found.damage_count += 1;
        found.damages.insert(0, of_database(text));
    }
    Ok(())
}

fn of_database(problem: String) -> Damage {
    Damage { table: "database".to_owned(), row: String::new(), problem, affects: String::new() }
}

fn damaged(what: &str, error: &StoreError) -> Verification {
    let problem = format!("{what}: {}", storage::write_health::told(error));
    Verification { damages: vec![of_database(problem)], damage_count: 1, ..Verification::default() }
}

fn tell(found: &Verification) {
    for checked in &found.checked {
        let without = match checked.without_checksum {
            0 => String::new(),
            count => format!("  ({count} of them have no checksum: an older version wrote them)"),
        };
        say!("{:<18} {:>12} rows{without}", checked.table, checked.rows);
    }
    for damage in &found.damages {
        let affects = if damage.affects.is_empty() { String::new() } else { format!(" ({})", damage.affects) };
        say!("DAMAGED  {} {}: {}{affects}", damage.table, damage.row, damage.problem);
    }
    let told = found.damages.len() as u64;
    if found.damage_count > told {
        say!("… and {} more", found.damage_count - told);
    }
    match found.damage_count {
        0 => say!("{} rows were looked at; everything is what was written", found.rows()),
        count => say!(
            "{count} damage{} found; docs/operations.md says what to do",
            if count == 1 { " was" } else { "s were" }
        ),
    }
}
