//! What many idle event streams cost. It opens ten thousand connections, so it is left out of test runs:
//! `cargo test -p server --test it ten_thousand -- --ignored --nocapture`

use serde_json::json;

use super::Raw;
use crate::running::Running;

const STREAMS: usize = 10_000;
/// Resident memory that they may need in all, in KiB.
const MOST_KIB: u64 = 300 * 1024;

fn resident_kib(server: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[ignore = "opens ten thousand connections"]
#[cfg(target_os = "linux")]
fn ten_thousand_idle_event_streams_fit_into_300_mb() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let hard = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: hard, maximum: hard }).unwrap();
    let options = ["--max-streams", "10000", "--max-streams-per-address", "1000"];
    let server = Running::start_alone(&options, &[]);
    let rest = resident_kib(&server);
    let mut streams: Vec<Raw> = (0..STREAMS)
        .map(|number| {
            let mut raw = Raw::open_from(&server, &format!("127.0.0.{}", 2 + number % 19));
            raw.ask("GET /api/v1/events", "");
            raw.until("listening");
            raw
        })
        .collect();
    let idle = resident_kib(&server);
    assert_eq!(server.observe(&json!({ "kpi": "code-coverage", "value": 91.5 })).0, 201);
    for raw in &mut streams {
        raw.until("code-coverage");
    }
    let told = resident_kib(&server);
    println!(
        "resident: {rest} KiB at rest, {idle} KiB with {STREAMS} streams, {told} KiB after all were told a change"
    );
    assert!(idle.max(told) <= MOST_KIB);
}
