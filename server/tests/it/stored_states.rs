//! A stored state that can't be read stops the program, which says which one it is and what to do; it is never replaced by an empty one.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sqlx::Connection as _;
use tempfile::TempDir;

use crate::running::{Running, folder, run, text};

const STOPS_WITHIN: Duration = Duration::from_secs(30);
const STATES: [&str; 4] = ["alert-machine", "mapping:finance", "key channels", "block-formats"];

/// Changes a store that nobody has open; says how many rows were changed.
fn change(data: &Path, statement: &str, arguments: &[&str]) -> u64 {
    let url = format!("sqlite://{}", data.join("inferno-kpi.sqlite").display());
    let work = async {
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let mut query = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()));
        for argument in arguments {
            query = query.bind((*argument).to_owned());
        }
        let changed = query.execute(&mut connection).await.unwrap().rows_affected();
        connection.close().await.unwrap();
        changed
    };
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

/// A store whose server ran.
fn stored() -> TempDir {
    let data = folder();
    let server = Running::start(data.path());
    assert_eq!(server.observe(&json!([{ "kpi": "code-coverage", "value": 12 }])).0, 201);
    server.terminate_and_wait(STOPS_WITHIN);
    let insert = "INSERT INTO documents (name, body, changed_ms) VALUES ($1, $2, 1) ON CONFLICT (name) DO NOTHING";
    let machine = r#"{"started_ms":1,"latest_ms":1,"telling_steps":0,"states":{},"told":{}}"#;
    change(data.path(), insert, &["alert-machine", machine]);
    data
}

fn refusal(data: &Path) -> String {
    match Running::attempt(data, &[], &[]) {
        Ok(_) => panic!("the server starts"),
        Err(ended) => format!("{ended:?}"),
    }
}

#[test]
fn a_state_that_is_damaged_or_of_a_later_release_stops_the_server_until_it_is_set_aside() {
    let data = stored();
    change(data.path(), "INSERT INTO documents (name, body, changed_ms) VALUES ('mapping:finance', '', 1)", &[]);
    for name in STATES {
        for (body, why) in
            [("{", "it is damaged"), (r#"{"version":99,"state":{}}"#, "it is of version 99, and this release reads")]
        {
            let put = "UPDATE documents SET body = $2, digest = NULL WHERE name = $1";
            assert_eq!(change(data.path(), put, &[name, body]), 1, "{name}");
            let told = refusal(data.path());
            assert!(told.contains(why) && told.contains("backup") && told.contains(name), "{name}: {told}");
            // A command that only reads says the same, and nothing was replaced.
            let status = run(&["status", "--data", data.path().to_str().unwrap()]);
            assert!(!status.status.success() && text(&status.stderr).contains(why), "{}", text(&status.stderr));
            let kept = "UPDATE documents SET body = body WHERE name = $1 AND body = $2";
            assert_eq!(change(data.path(), kept, &[name, body]), 1, "{name}");
        }
        let aside = run(&["set-aside", "--data", data.path().to_str().unwrap(), name]);
        assert!(aside.status.success(), "{}", text(&aside.stderr));
        assert!(text(&aside.stdout).contains(&format!(" {name}")), "{}", text(&aside.stdout));
    }
    // It is there still, for somebody to look at.
    assert_eq!(change(data.path(), "UPDATE documents SET body = body WHERE name LIKE 'aside %'", &[]), 4);
    Running::start(data.path()).terminate_and_wait(STOPS_WITHIN);
}

#[test]
fn what_is_no_stored_state_or_not_there_is_not_set_aside() {
    let data = stored();
    for (name, why) in [("probe", "no stored state has the name"), ("pulled-until", "the store holds no document")] {
        let refused = run(&["set-aside", "--data", data.path().to_str().unwrap(), name]);
        assert!(!refused.status.success() && text(&refused.stderr).contains(why), "{}", text(&refused.stderr));
    }
}

#[test]
fn an_entry_of_the_journal_and_a_report_that_can_not_be_read_stop_the_server() {
    let data = stored();
    let entry = "INSERT INTO journal (id, stream, version, kind, subject, time_ms, body) VALUES ('x', 'silences', 1, 'silence', '', 1, '{')";
    change(data.path(), entry, &[]);
    assert!(refusal(data.path()).contains("an entry of the journal about"), "{}", refusal(data.path()));
    change(data.path(), "DELETE FROM journal WHERE id = 'x'", &[]);
    let report = r#"INSERT INTO benchmark_runs (id, started_ms, state, report_json) VALUES ('r', 1, 'done', '{"schema_version":9}')"#;
    change(data.path(), report, &[]);
    assert!(refusal(data.path()).contains("the report of a benchmark (run r of"), "{}", refusal(data.path()));
    change(data.path(), "UPDATE benchmark_runs SET state = 'failed'", &[]);
    Running::start(data.path()).terminate_and_wait(STOPS_WITHIN);
}
