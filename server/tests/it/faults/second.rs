//! What a store holds, asked by a connection of the test's own: the server may believe whatever it likes.

use std::collections::HashMap;
use std::path::Path;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::deed::Deed;

/// Where the records are.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a file.
    Sqlite(std::path::PathBuf),
    /// At an address.
    Postgres(String),
}

enum Opened {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A second connection.
pub struct Second {
    runtime: tokio::runtime::Runtime,
    opened: Opened,
}

/// How often each deed is held, by its key; payloads by their hash.
pub type Held = HashMap<String, usize>;

impl Second {
    pub fn of_file(file: &Path) -> Self {
        Self::open(&Place::Sqlite(file.to_owned()))
    }

    pub fn open(place: &Place) -> Self {
        Self::try_open(place).expect("the store can be opened by a second connection")
    }

    /// # Errors
    /// Where the database can't be reached at this moment.
    pub fn try_open(place: &Place) -> Result<Self, sqlx::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let opened = runtime.block_on(async {
            match place {
                Place::Sqlite(file) => {
                    let options = SqliteConnectOptions::new().filename(file).read_only(true);
                    options.connect().await.map(Opened::Sqlite)
                }
                Place::Postgres(url) => PgConnection::connect(url).await.map(Opened::Postgres),
            }
        })?;
        Ok(Self { runtime, opened })
    }

    /// The texts of the first column.
    pub fn texts(&mut self, statement: &'static str, bound: &str) -> Vec<String> {
        self.try_texts(statement, bound).unwrap()
    }

    fn try_texts(&mut self, statement: &'static str, bound: &str) -> Result<Vec<String>, sqlx::Error> {
        let Self { runtime, opened } = self;
        runtime.block_on(async {
            match opened {
                Opened::Sqlite(connection) => sqlx::query_scalar(statement).bind(bound).fetch_all(connection).await,
                Opened::Postgres(connection) => sqlx::query_scalar(statement).bind(bound).fetch_all(connection).await,
            }
        })
    }

    /// Runs a statement that gives nothing, such as one that ends other connections.
    pub fn run(&mut self, statement: &str) {
        let Self { runtime, opened } = self;
        let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()));
        runtime.block_on(async {
            match opened {
                Opened::Sqlite(connection) => drop(statement.execute(connection).await.unwrap()),
                Opened::Postgres(connection) => drop(statement.execute(connection).await.unwrap()),
            }
        });
    }

    /// How often a deed is held at this moment.
    pub fn count(&mut self, deed: &Deed) -> usize {
        self.try_count(deed).unwrap()
    }

    /// # Errors
    /// Where the database does not answer at this moment.
    pub fn try_count(&mut self, deed: &Deed) -> Result<usize, sqlx::Error> {
        let key = deed.key();
        let observed = "SELECT id FROM observations WHERE external_id = $1 OR note = $1";
        let written = "SELECT body FROM journal WHERE body LIKE '%' || $1 || '%'";
        let sent = "SELECT id FROM payloads WHERE sha256_hex = $1";
        if deed.kind.is_sample() {
            return deed.hashes().iter().map(|hash| Ok(self.try_texts(sent, hash)?.len())).sum();
        }
        // A number may be the beginning of a longer one.
        let entries = self.try_texts(written, &key)?;
        let entries = entries.iter().filter(|body| keys(body).any(|found| found == key)).count();
        Ok(self.try_texts(observed, &key)?.len() + entries)
    }

    /// Everything that is held.
    pub fn held(&mut self) -> Held {
        let mut held = Held::new();
        let ids = self.texts("SELECT external_id FROM observations WHERE source <> $1", "");
        let notes = self.texts("SELECT note FROM observations WHERE note IS NOT NULL AND note <> $1", "");
        let hashes = self.texts("SELECT sha256_hex FROM payloads WHERE sha256_hex <> $1", "");
        let entries = self.texts("SELECT body FROM journal WHERE body LIKE '%' || $1 || '%'", "fault-");
        let mut of_entries = Vec::new();
        for body in &entries {
            let mut found: Vec<&str> = keys(body).collect();
            found.sort_unstable();
            found.dedup();
            of_entries.extend(found.into_iter().map(str::to_owned));
        }
        for key in ids.into_iter().chain(notes).chain(hashes).chain(of_entries) {
            *held.entry(key).or_default() += 1;
        }
        held
    }
}

/// The keys of deeds that a text names.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("fault-").map(|(from, _)| {
        let rest = &text[from..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(rest.len());
        &rest[..end]
    })
}
