//! How a PostgreSQL database is opened: who this program says it is, and what it tells of who is in already.

use std::net::SocketAddr;
use std::time::Duration;

use storage::StoreError;
use storage_postgres::{PostgresStore, Writer};

use crate::commands::Failure;

/// How long a server before this one is waited for: killed or stopping, it is gone within that time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a database for writing; whoever serves says where.
///
/// # Errors
/// [`Failure`], which names who writes to it already.
pub async fn open(url: &str, serves: Option<SocketAddr>) -> Result<PostgresStore, Failure> {
    let waiting = |by: &str| {
        eprintln!(
            "the database {} is in use by {by}; waiting for up to {} s until it is free",
            shown(url),
            PATIENCE.as_secs()
        );
    };
    let writer = Writer { who: who(serves), patience: PATIENCE, waiting: &waiting };
    PostgresStore::open(url, &writer).await.map_err(|error| match error {
        StoreError::InUse { by } => Failure::usage(format!(
            "the database {} is in use by {by}; stop it, or send to it with --url http://ADDRESS",
            shown(url)
        )),
        other => Failure::store(other),
    })
}

/// This process, for others to read.
fn who(serves: Option<SocketAddr>) -> String {
    let host = host().unwrap_or_else(|| "an unknown computer".to_owned());
    // A port that the system chooses is not known yet.
    let address = serves.filter(|address| address.port() != 0).map(|address| format!(", at {address}"));
    format!(
        "inferno-kpi on {host} (pid {}), version {}{}",
        std::process::id(),
        env!("CARGO_PKG_VERSION"),
        address.unwrap_or_default()
    )
}

/// The name of this computer, where the system tells it.
fn host() -> Option<String> {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    told.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The database without user, password and parameters.
fn shown(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    place.rsplit_once('@').map_or(place, |(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_its_secrets() {
        assert_eq!(shown("postgres://me:p@ss@db.example.org:5432/kpi?password=x"), "db.example.org:5432/kpi");
        assert_eq!(shown("postgres:///kpi"), "/kpi");
        assert_eq!(shown("nonsense"), "nonsense");
    }

    #[test]
    fn a_process_says_where_it_serves_once_that_is_known() {
        let process = format!("(pid {})", std::process::id());
        assert!(who(None).contains(&process) && !who(None).contains("at "));
        assert!(!who(Some(SocketAddr::from(([127, 0, 0, 1], 0)))).contains(", at"));
        assert!(who(Some(SocketAddr::from(([127, 0, 0, 1], 3000)))).ends_with(", at 127.0.0.1:3000"));
    }
}
