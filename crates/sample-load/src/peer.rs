//! What is measured: `InfluxDB`, and this product on each of its databases, each with data of its own that go with it.

mod influxdb;
mod postgres;
mod sqlite;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use self::postgres::Database;
use crate::arguments::Arguments;
use crate::http::Connection;
use crate::server::Server;
use crate::{Result, disk, process};

/// Where points are written to, on every server.
pub const WRITE_PATH: &str = "/write?db=bench";
/// The series of the points here.
const SERIES: &str = "cpu.usage_user";
/// How many series one answer lists.
const SERIES_PAGE: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    InfluxDb,
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn all(arguments: &Arguments) -> Vec<Self> {
        let mut all = vec![Self::InfluxDb, Self::Sqlite];
        all.extend(arguments.postgres.is_some().then_some(Self::Postgres));
        all
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::InfluxDb => "InfluxDB",
            Self::Sqlite => "Inferno KPI, SQLite",
            Self::Postgres => "Inferno KPI, PostgreSQL",
        }
    }
}

/// Bytes on disk after a stop, everything written in its final form.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stored {
    pub all: u64,
    /// Of these, the payloads as they arrived, packed. `InfluxDB` keeps none.
    pub payloads: u64,
    /// Of these, blocks of samples and of buckets.
    pub blocks: u64,
}

pub struct Peer<'a> {
    pub kind: Kind,
    arguments: &'a Arguments,
    folder: TempDir,
    database: Option<Database>,
    server: Option<Server>,
}

impl<'a> Peer<'a> {
    /// A server that runs with nothing in it.
    pub fn start(kind: Kind, arguments: &'a Arguments) -> Result<Self> {
        let database = match (kind, &arguments.postgres) {
            (Kind::Postgres, Some(url)) => Some(Database::create(url)?),
            _ => None,
        };
        let mut peer = Self { kind, arguments, folder: tempfile::tempdir()?, database, server: None };
        peer.start_again()?;
        if kind == Kind::InfluxDb {
            influxdb::query(&mut peer.connect()?, "CREATE DATABASE bench")?;
        }
        Ok(peer)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn start_again(&mut self) -> Result<()> {
        self.start_with("10m", "4h")
    }

    /// `InfluxDB` puts what it holds in memory into files when nothing was written for the first time, and these together after the second.
    fn start_with(&mut self, snapshot_after: &str, compact_after: &str) -> Result<()> {
        let (folder, log, data) = (self.folder.path(), self.folder.path().join("log.txt"), self.data());
        let data_text = data.display().to_string();
        let server = match (self.kind, &self.database) {
            (Kind::InfluxDb, _) => {
                let (config, address) = influxdb::configure(folder, snapshot_after, compact_after)?;
                Server::influxdb(&self.arguments.influxd, &config, address, &log)?
            }
            (_, None) => Server::inferno_kpi(&self.arguments.inferno_kpi, &["--data", &data_text], folder, &log)?,
            (_, Some(database)) => {
                let arguments = ["--data", &data_text, "--database", &database.url];
                Server::inferno_kpi(&self.arguments.inferno_kpi, &arguments, folder, &log)?
            }
        };
        self.server = Some(server);
        Ok(())
    }

    /// Asks it to stop, which puts what this product holds in memory into blocks; says how much processor time it took in its life, and
    /// its database up to now.
    pub fn stop(&mut self) -> Result<f64> {
        let own = self.server.take().map_or(Ok(0.0), Server::stop)?;
        Ok(own + self.database_seconds()?)
    }

    fn database_seconds(&self) -> Result<f64> {
        self.database.as_ref().map_or(Ok(0.0), |database| process::family_seconds(database.process))
    }

    /// Ends the process without a warning.
    pub fn kill(&mut self) {
        self.server = None;
    }

    fn server(&self) -> Result<&Server> {
        self.server.as_ref().ok_or_else(|| "the server does not run".into())
    }

    pub fn address(&self) -> Result<&str> {
        Ok(&self.server()?.address)
    }

    pub fn connect(&self) -> Result<Connection> {
        Connection::open(self.address()?)
    }

    /// Processor time of the server, with that of its database.
    pub fn cpu_seconds(&self) -> Result<f64> {
        Ok(process::seconds(self.server()?.process())? + self.database_seconds()?)
    }

    /// The most memory that the server has held; a database beside it comes on top.
    pub fn peak_bytes(&self) -> Result<u64> {
        process::peak_bytes(self.server()?.process())
    }

    /// Waits until it has nothing left to do, at most a minute.
    pub fn wait_until_idle(&self) -> Result<()> {
        let mut before = self.cpu_seconds()?;
        let mut quiet = 0;
        for _ in 0..120 {
            std::thread::sleep(Duration::from_millis(500));
            let now = self.cpu_seconds()?;
            quiet = if now - before < 0.03 { quiet + 1 } else { 0 };
            before = now;
            if quiet == 3 {
                break;
            }
        }
        Ok(())
    }

    /// How many points it has, all series together.
    pub fn count(&self) -> Result<u64> {
        let mut connection = self.connect()?;
        if self.kind == Kind::InfluxDb {
            return influxdb::count(&mut connection);
        }
        let mut sum = 0;
        for number in series(&mut connection)? {
            let path = format!("/api/v1/sample-series/{number}/window?from=2000-01-01");
            let window: Value = serde_json::from_slice(&connection.get(&path)?)?;
            sum += window["count"].as_u64().unwrap_or_default();
        }
        Ok(sum)
    }

    /// What is asked for a chart of 500 columns of the only series.
    pub fn chart_path(&self, connection: &mut Connection, from_ms: i64, until_ms: i64) -> Result<String> {
        if self.kind == Kind::InfluxDb {
            return Ok(influxdb::chart_path(from_ms, until_ms));
        }
        let number = series(connection)?.first().copied().ok_or("there is no series")?;
        Ok(format!("/api/v1/sample-series/{number}/chart?from={from_ms}&until={until_ms}&columns=500"))
    }

    /// Stops it once everything is in its final form, and says how much that is.
    pub fn stored(&mut self) -> Result<Stored> {
        self.stop()?;
        if self.kind == Kind::InfluxDb {
            self.start_with("1s", "1s")?;
            std::thread::sleep(Duration::from_secs(3));
            self.wait_until_idle()?;
            self.stop()?;
        }
        match &self.database {
            Some(database) => database.stored(),
            None if self.kind == Kind::Sqlite => sqlite::stored(&self.data()),
            None => Ok(Stored { all: disk::bytes(&self.data())?, ..Stored::default() }),
        }
    }
}

/// The numbers of the series of points.
fn series(connection: &mut Connection) -> Result<Vec<i64>> {
    let mut numbers: Vec<i64> = Vec::new();
    loop {
        let after = numbers.last().copied().unwrap_or_default();
        let path = format!("/api/v1/sample-series?name={SERIES}&after={after}");
        let page: Vec<Value> = serde_json::from_slice(&connection.get(&path)?)?;
        numbers.extend(page.iter().filter_map(|series| series["number"].as_i64()));
        if page.len() < SERIES_PAGE {
            return Ok(numbers);
        }
    }
}
