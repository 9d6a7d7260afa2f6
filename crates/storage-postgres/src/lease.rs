//! Who writes to the database: one server at a time.
//!
//! Two things make it so. A lock that a connection of its own holds for as long as the store is open keeps a second server out and
//! tells it who is in. And a number, the *epoch*, moves with each server that takes the lock; every writing transaction reads it
//! under a lock on its row, so that a server that lost its connection writes nothing once another one took the database: what it
//! holds in memory would not be what the database holds.
//!
//! A lock that is lost while nobody else takes it is taken again, and until then by each writing transaction for itself.

use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection, Row as _};
use storage::{StoreError, WriteHealth};
use tokio::sync::{Mutex, Notify};

use crate::PostgresStore;

/// "IKPI": the first number of the lock; the second one is the schema's.
const FAMILY: i32 = 0x494B_5049;
const PLACE: &str = include_str!("../queries/lease/place.sql");
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock($1, $2)";
const HOLDER: &str = include_str!("../queries/lease/holder.sql");
const WRITER: &str = include_str!("../queries/lease/writer.sql");
const TAKE: &str = include_str!("../queries/lease/take.sql");
const GUARD: &str = include_str!("../queries/lease/guard.sql");
const RELEASE_ALL: &str = include_str!("../queries/leases/release_all.sql");
const END_OTHER_WRITES: &str = include_str!("../queries/lease/end_other_writes.sql");

/// How often the lock's connection is looked after.
const EVERY: Duration = Duration::from_secs(2);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// How often a lock that somebody holds is tried.
const AGAIN: Duration = Duration::from_millis(100);
/// How long writes of the server before are waited for, before they are ended: nobody was told that they were kept.
const OTHER_WRITES: &str = "SET lock_timeout = '5s'";
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Who wants to write, and how long it waits for another one to leave.
pub struct Writer<'a> {
    /// Who this is, for others to read: program, host and process.
    pub who: String,
    /// How long to wait: the database may not have noticed yet that a server was killed.
    pub patience: Duration,
    /// Told once who holds the database, where it has to be waited for.
    pub waiting: &'a (dyn Fn(&str) + Sync),
}

/// How a transaction stands to the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Somebody holds it, and nobody took the database from this store.
    Held,
    /// Nobody holds it but this transaction.
    Free,
    /// Another one took the database.
    Taken,
}

/// The right to write, while it is held.
pub struct Lease {
    options: PgConnectOptions,
    place: i32,
    epoch: i64,
    connection: Mutex<Option<PgConnection>>,
    /// Why nothing is written any more; for good.
    obstacle: RwLock<Option<Arc<str>>>,
    /// Closed for good together with it.
    health: WriteHealth,
    /// The lock was found to be free, or the store is closed.
    wake: Arc<Notify>,
}

impl std::fmt::Debug for Lease {
    /// Without the options: they hold a password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lease").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// The lock, taken, before the tables are up to date.
pub struct Locked {
    options: PgConnectOptions,
    connection: PgConnection,
    place: i32,
}

/// Takes the lock, waiting where somebody holds it.
///
/// # Errors
/// [`StoreError::InUse`] where somebody still holds it then.
pub async fn lock(options: &PgConnectOptions, writer: &Writer<'_>) -> Result<Locked, StoreError> {
    let failed = crate::store_error("take the database's lock");
    let options = options.clone().application_name(&short(&writer.who));
    let mut connection = crate::connection(&options).await?;
    let place = place(&mut connection).await.map_err(&failed)?;
    let rounds = writer.patience.as_millis() / AGAIN.as_millis();
    for round in 0..=rounds {
        if try_lock(&mut connection, place).await.map_err(&failed)? {
            return Ok(Locked { options, connection, place });
        }
        let by = holder(&mut connection).await.map_err(&failed)?;
        if round == rounds {
            return Err(StoreError::InUse { by });
        }
        if round == 0 {
            (writer.waiting)(&by);
        }
        tokio::time::sleep(AGAIN).await;
    }
    Err(StoreError::InUse { by: "another inferno-kpi".to_owned() })
}

impl Locked {
    /// Moves the epoch on, so that whoever held the lock before writes no more; the tables are up to date.
    ///
    /// # Errors
    /// What the database gives.
    pub async fn take(mut self, who: &str, health: WriteHealth) -> Result<Arc<Lease>, StoreError> {
        let failed = crate::store_error("take the database for writing");
        let epoch = match self.try_take(who).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => {
                sqlx::query(END_OTHER_WRITES).execute(&mut self.connection).await.map_err(&failed)?;
                self.try_take(who).await
            }
            other => other,
        }
        .map_err(&failed)?;
        let Self { options, connection, place } = self;
        let lease = Arc::new(Lease {
            options,
            place,
            epoch,
            connection: Mutex::new(Some(connection)),
            obstacle: RwLock::default(),
            health,
            wake: Arc::default(),
        });
        tokio::spawn(tend(Arc::downgrade(&lease), Arc::clone(&lease.wake)));
        Ok(lease)
    }

    async fn try_take(&mut self, who: &str) -> Result<i64, sqlx::Error> {
        sqlx::query(OTHER_WRITES).execute(&mut self.connection).await?;
        let epoch = sqlx::query_scalar(TAKE).bind(who).fetch_one(&mut self.connection).await?;
        // One server at a time: whoever worked before has lost the database with everything else.
        sqlx::query(RELEASE_ALL).execute(&mut self.connection).await?;
        Ok(epoch)
    }
}

impl Lease {
    /// Why nothing is written any more; `None` where it is.
    pub fn obstacle(&self) -> Option<Arc<str>> {
        self.obstacle.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How a transaction stands to the lock.
    async fn ask(&self, transaction: &mut PgConnection) -> Result<Standing, sqlx::Error> {
        let row = sqlx::query(GUARD).bind(FAMILY).bind(self.place).fetch_one(&mut *transaction).await?;
        if row.try_get::<i64, _>("epoch")? != self.epoch {
            let who = writer(transaction).await?;
            self.stop(&who);
            return Ok(Standing::Taken);
        }
        Ok(if row.try_get("was_free")? { Standing::Free } else { Standing::Held })
    }

    /// Whether a transaction may write; a lock that was lost is taken again before.
    async fn lets(&self, transaction: &mut PgConnection) -> Result<bool, sqlx::Error> {
        match self.ask(transaction).await? {
            Standing::Taken => return Ok(false),
            Standing::Held => return Ok(true),
            Standing::Free => {}
        }
        // The transaction has the lock to itself until it ends; so it ends, and another one begins behind the lock.
        sqlx::raw_sql("ROLLBACK").execute(&mut *transaction).await?;
        self.look_or_tell().await;
        sqlx::raw_sql("BEGIN").execute(&mut *transaction).await?;
        // Where it could not be taken, this transaction still has it alone.
        Ok(self.ask(transaction).await? != Standing::Taken)
    }

    async fn look_or_tell(&self) {
        if let Err(error) = self.look().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database's lock could not be taken again");
        }
    }

    fn refuse(&self) -> Result<(), StoreError> {
        match self.obstacle() {
            Some(reason) => Err(StoreError::ReadOnly { reason: reason.to_string() }),
            None => Ok(()),
        }
    }

    fn stop(&self, who: &str) {
        let reason = format!(
            "the database was taken by {who} while this server had lost its lock, so what this one holds in memory may be old; \
             stop the other one and restart this one"
        );
        let mut obstacle = self.obstacle.write().unwrap_or_else(PoisonError::into_inner);
        if obstacle.is_none() {
            tracing::error!(reason, "this server writes nothing any more");
            // Opened, as of what stood in the way before nothing is to be said any more.
            self.health.open();
            self.health.close(&reason);
            *obstacle = Some(reason.into());
        }
    }

    async fn release(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            // Closed or broken, the lock is gone.
            let _ = tokio::time::timeout(ANSWER, connection.close()).await;
        }
        let mut obstacle = self.obstacle.write().unwrap_or_else(PoisonError::into_inner);
        obstacle.get_or_insert_with(|| "the store is closed".into());
        drop(obstacle);
        self.wake.notify_one();
    }

    /// Sees to it that the lock is held.
    async fn look(&self) -> Result<(), StoreError> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = held.as_mut() {
            if matches!(tokio::time::timeout(ANSWER, connection.ping()).await, Ok(Ok(()))) {
                return Ok(());
            }
            *held = None;
            tracing::warn!("the connection that holds the database's lock is lost; the lock is taken again");
        }
        let failed = crate::store_error("take the database's lock again");
        let mut connection = crate::connection(&self.options).await?;
        let is_ours = try_lock(&mut connection, self.place).await.map_err(&failed)?;
        let row = sqlx::query(WRITER).fetch_one(&mut connection).await.map_err(&failed)?;
        if row.try_get::<i64, _>("epoch").map_err(&failed)? != self.epoch {
            self.stop(&in_words(&row, "who").map_err(&failed)?);
        } else if is_ours {
            tracing::info!("the database's lock is held again, and nobody else had taken it");
            *held = Some(connection);
        }
        Ok(())
    }
}

/// Lets a transaction write, or refuses: the first thing in every transaction that writes.
///
/// # Errors
/// [`StoreError::ReadOnly`] where another server took the database, or where it was opened to read.
pub async fn guard(store: &PostgresStore, transaction: &mut PgConnection) -> Result<(), StoreError> {
    let Some(lease) = &store.lease else {
        return Err(StoreError::ReadOnly { reason: "the database was opened to read".to_owned() });
    };
    lease.refuse()?;
    let failed = store.write_failed("make sure that nobody else writes");
    if lease.lets(transaction).await.map_err(failed)? { Ok(()) } else { lease.refuse() }
}

/// Lets others in.
pub async fn release(store: &PostgresStore) {
    if let Some(lease) = &store.lease {
        lease.release().await;
    }
}

/// Looks after a lease until it is gone or given up.
async fn tend(lease: Weak<Lease>, wake: Arc<Notify>) {
    loop {
        // Woken or not, it is looked.
        let _ = tokio::time::timeout(EVERY, wake.notified()).await;
        let Some(lease) = lease.upgrade() else { return };
        if lease.obstacle().is_some() {
            return;
        }
        lease.look_or_tell().await;
    }
}

async fn place(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar(PLACE).fetch_one(connection).await
}

async fn try_lock(connection: &mut PgConnection, place: i32) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(TRY_LOCK).bind(FAMILY).bind(place).fetch_one(connection).await
}

/// Who holds the lock, in words.
async fn holder(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    let Some(row) = sqlx::query(HOLDER).bind(i64::from(FAMILY)).fetch_optional(&mut *connection).await? else {
        return Ok("another inferno-kpi".to_owned());
    };
    let name: Option<String> = row.try_get("name")?;
    // What the holder wrote of itself says more; where the tables are not made yet there is nothing.
    if let Ok(written) = sqlx::query(WRITER).fetch_one(&mut *connection).await
        && written.try_get::<String, _>("who").is_ok_and(|who| Some(short(&who)) == name)
    {
        return in_words(&written, "who");
    }
    in_words(&row, "name")
}

/// Who took the database last, in words.
async fn writer(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    in_words(&sqlx::query(WRITER).fetch_one(connection).await?, "who")
}

fn in_words(row: &sqlx::postgres::PgRow, column: &str) -> Result<String, sqlx::Error> {
    let who: Option<String> = row.try_get(column)?;
    let who = who.filter(|who| !who.is_empty()).unwrap_or_else(|| "another program".to_owned());
    let since: Option<String> = row.try_get("since")?;
    Ok(since.map_or_else(|| who.clone(), |since| format!("{who} since {since}")))
}

/// As much as `PostgreSQL` keeps of a connection's name.
fn short(who: &str) -> String {
    const MOST_BYTES: usize = 63;
    who.chars()
        .scan(0, |bytes, character| {
            *bytes += character.len_utf8();
            (*bytes <= MOST_BYTES).then_some(character)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_name_is_cut_between_characters() {
        assert_eq!(short("inferno-kpi on a"), "inferno-kpi on a");
        assert_eq!(short(&"é".repeat(40)), "é".repeat(31));
    }
}
