//! Rows of databases.

use std::time::Duration;

use connect::{Failure, Fetch as _, Fetched, Network, Range};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tokio::time::Instant;

use crate::{START_MS, config, limits};

const RANGE: Range = Range { from_ms: START_MS, until_ms: START_MS + 60_000 };

async fn ask(place: &str, query: &str) -> Result<Fetched, Failure> {
    let config = config(&format!(
        "[[pull]]\nname = \"a\"\n{place}\nevery = \"1 min\"\ntimeout = \"500 ms\"\n[[pull.query]]\nseries = \"x\"\nquery = '''{query}'''\n"
    ));
    Network::new(limits()).fetch(&config.pulls[0], &config.pulls[0].requests[0], RANGE).await
}

async fn sqlite(folder: &std::path::Path) -> String {
    let path = folder.join("crm.sqlite");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    connection
        .execute("CREATE TABLE deals(amount, time TEXT, plan TEXT, raw BLOB); INSERT INTO deals VALUES (12.5, '2026-01-01 00:00:10', 'team', x'00'), (3, '2026-01-01 00:00:20', 'a\"b', NULL), (NULL, '2025-01-01', NULL, NULL)")
        .await
        .unwrap();
    connection.close().await.unwrap();
    format!("kind = \"sqlite\"\nfile = \"{}\"", path.display())
}

#[tokio::test]
async fn rows_of_sqlite_are_lines_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let place = sqlite(folder.path()).await;
    let fetched =
        ask(&place, "SELECT amount AS value, time, plan, raw FROM deals WHERE time >= '2026' ORDER BY time; -- all\n")
            .await;
    // A comment behind the semicolon is a second statement's place.
    assert!(fetched.is_err());
    let fetched =
        ask(&place, "SELECT amount AS value, time, plan, raw FROM deals ORDER BY time -- all of them").await.unwrap();
    assert_eq!(
        String::from_utf8(fetched.body).unwrap(),
        "{\"plan\":null,\"raw\":null,\"time\":\"2025-01-01\",\"value\":null}\n\
         {\"plan\":\"team\",\"time\":\"2026-01-01 00:00:10\",\"value\":12.5}\n\
         {\"plan\":\"a\\\"b\",\"raw\":null,\"time\":\"2026-01-01 00:00:20\",\"value\":3}\n"
    );
    let fetched = ask(&place, "SELECT {from_ms} AS value, '{until}' AS time;").await.unwrap();
    assert_eq!(fetched.body, b"{\"time\":\"2026-01-01T00:01:00.000Z\",\"value\":1767225600000}\n");
}

#[tokio::test]
async fn sqlite_is_not_written_to_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let place = sqlite(folder.path()).await;
    for query in [
        "DELETE FROM deals",
        "DELETE FROM deals RETURNING 1",
        "ATTACH 'x.sqlite' AS x",
        "SELECT 1); DELETE FROM deals; --",
        "SELECT 1) UNION SELECT (2",
    ] {
        let outcome = ask(&place, query).await;
        let rows = ask(&place, "SELECT count(*) AS value FROM deals").await.unwrap();
        assert_eq!(rows.body, b"{\"value\":3}\n", "{query}: {outcome:?}");
        if !query.contains("UNION") {
            assert!(outcome.is_err(), "{query}");
        }
    }
    let missing = folder.path().join("missing.sqlite");
    let told =
        ask(&format!("kind = \"sqlite\"\nfile = \"{}\"", missing.display()), "SELECT 1 AS value").await.unwrap_err();
    assert!(told.to_string().contains("database"), "{told}");
    assert!(!missing.exists());
}

#[tokio::test]
async fn more_rows_than_the_limit_are_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let place = sqlite(folder.path()).await;
    let many = |count: u32| {
        format!(
            "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT {count}) SELECT value FROM n"
        )
    };
    assert_eq!(ask(&place, &many(1_001)).await, Err(Failure::TooLarge { limit: "1000 rows".to_owned() }));
    assert_eq!(String::from_utf8(ask(&place, &many(1_000)).await.unwrap().body).unwrap().lines().count(), 1_000);
    let wide = ask(&place, "SELECT 1 AS value, hex(randomblob(60000)) AS wide").await;
    assert_eq!(wide, Err(Failure::TooLarge { limit: "100000 bytes".to_owned() }));
}

#[tokio::test]
async fn a_query_of_sqlite_that_never_ends_is_ended_when_nobody_waits() {
    let folder = tempfile::tempdir().unwrap();
    let place = sqlite(folder.path()).await;
    let endless =
        "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT count(*) AS value FROM n";
    let waited = tokio::time::timeout(Duration::from_millis(200), ask(&place, endless)).await;
    assert!(waited.is_err());
    // The runtime of this test ends only after SQLite's thread has left the query; the runner would tell if it did not.
    assert!(ask(&place, "SELECT 1 AS value").await.is_ok());
}

/// The address of the tests' server.
fn postgres() -> String {
    let Ok(url) = std::env::var("INFERNO_KPI_TEST_POSTGRES_URL") else {
        panic!("there is no PostgreSQL: run `scripts/with-postgres.sh cargo test -p connect`")
    };
    url
}

async fn ask_postgres(url: &str, query: &str) -> Result<Fetched, Failure> {
    let document = format!(
        "[[pull]]\nname = \"a\"\nkind = \"postgres\"\nurl = \"${{URL}}\"\nevery = \"1 min\"\ntimeout = \"500 ms\"\n[[pull.query]]\nseries = \"x\"\nquery = '''{query}'''\n"
    );
    let config = connect::Config::read(&document, &|_| Some(url.to_owned())).unwrap();
    Network::new(limits()).fetch(&config.pulls[0], &config.pulls[0].requests[0], RANGE).await
}

#[tokio::test]
async fn postgresql_writes_its_rows_as_json_and_can_not_be_written_to() {
    let url = postgres();
    let query = "SELECT 1.50::numeric AS value, timestamptz '2026-01-01 01:00:00+01' AS time, timestamp '2026-01-01' AS plain, 'ü' AS plan, NULL AS none, 7::bigint AS id; ";
    let fetched = ask_postgres(&url, query).await.unwrap();
    assert_eq!(
        String::from_utf8(fetched.body).unwrap(),
        "{\"value\":1.50,\"time\":\"2026-01-01T00:00:00+00:00\",\"plain\":\"2026-01-01T00:00:00\",\"plan\":\"ü\",\"none\":null,\"id\":7}\n"
    );
    let fetched = ask_postgres(&url, "SELECT extract(epoch FROM timestamptz '{until}') - {from_s} AS value -- seconds")
        .await
        .unwrap();
    assert_eq!(fetched.body, b"{\"value\":60.000000}\n");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    connection.execute("CREATE TABLE IF NOT EXISTS pulled_deals(amount bigint); CREATE OR REPLACE FUNCTION add_deal() RETURNS bigint LANGUAGE sql AS 'INSERT INTO pulled_deals VALUES (1) RETURNING amount'").await.unwrap();
    for query in [
        "SELECT add_deal() AS value",
        "DELETE FROM pulled_deals",
        "SELECT 1) AS x; COMMIT; DELETE FROM pulled_deals; --",
        "COMMIT",
    ] {
        let told = ask_postgres(&url, query).await.unwrap_err().to_string();
        assert!(told.contains("the database answers"), "{query}: {told}");
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM pulled_deals").fetch_one(&mut connection).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn postgresql_ends_what_takes_too_long_and_what_is_too_much() {
    let url = postgres();
    let start = Instant::now();
    let told = ask_postgres(&url, "SELECT 1 AS value FROM pg_sleep(20)").await.unwrap_err().to_string();
    assert!(told.contains("statement timeout"), "{told}");
    assert!(start.elapsed() < Duration::from_secs(10));
    let many = ask_postgres(&url, "SELECT value FROM generate_series(1, 5000) AS value").await;
    assert_eq!(many, Err(Failure::TooLarge { limit: "1000 rows".to_owned() }));
    let wrong = url.replace("tester:", "tester:wrong");
    let told = ask_postgres(&wrong, "SELECT 1 AS value").await.unwrap_err().to_string();
    assert!(told.contains("password authentication failed"), "{told}");
}
