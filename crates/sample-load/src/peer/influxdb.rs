//! `InfluxDB` 1: its configuration, and what it is asked.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;
use crate::http::{Connection, escaped};

/// Columns of a chart.
const COLUMNS: i64 = 500;

/// Writes a configuration: everything as it comes, but quiet, on free ports and in a folder of its own. Where that was a choice, the
/// one that costs it less was taken: it writes no log of requests and no statistics of its own.
pub fn configure(folder: &Path, snapshot_after: &str, compact_after: &str) -> Result<(PathBuf, String)> {
    let (http, other) = (free_address()?, free_address()?);
    let data = folder.join("data");
    let data = data.display();
    let text = format!(
        r#"reporting-disabled = true
bind-address = "{other}"

[meta]
  dir = "{data}/meta"

[data]
  dir = "{data}/data"
  wal-dir = "{data}/wal"
  # Each write is flushed to the disk before it is answered, which is what it does as it comes.
  wal-fsync-delay = "0s"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "{snapshot_after}"
  compact-full-write-cold-duration = "{compact_after}"

[monitor]
  store-enabled = false

[http]
  bind-address = "{http}"
  log-enabled = false
"#
    );
    let path = folder.join("influxdb.conf");
    std::fs::write(&path, text)?;
    Ok((path, http))
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

pub fn query(connection: &mut Connection, text: &str) -> Result<Value> {
    let answer = connection.post(&format!("/query?db=bench&q={}", escaped(text)), &[])?.good()?;
    Ok(serde_json::from_slice(&answer)?)
}

pub fn count(connection: &mut Connection) -> Result<u64> {
    let answer = query(connection, "SELECT count(usage_user) FROM cpu")?;
    let count = &answer["results"][0]["series"][0]["values"][0][1];
    count.as_u64().ok_or_else(|| format!("no count: {answer}").into())
}

/// The same marks of the same columns that a chart here shows.
pub fn chart_path(from_ms: i64, until_ms: i64) -> String {
    let column_ms = ((until_ms - from_ms) / COLUMNS).max(1);
    let text = format!(
        "SELECT first(usage_user), min(usage_user), max(usage_user), last(usage_user) FROM cpu \
         WHERE time >= {from_ms}ms AND time < {until_ms}ms GROUP BY time({column_ms}ms) fill(none)"
    );
    format!("/query?db=bench&epoch=ms&q={}", escaped(&text))
}
