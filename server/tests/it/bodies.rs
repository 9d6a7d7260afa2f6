//! What bodies may cost: little before it is known who sends, one budget for all, and memory that is given back.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;

use crate::running::{Answer, Running, agent, eventually, folder};

const TOKEN: &str = "correct horse battery";
const MIB: usize = 1 << 20;
/// What all that anybody sends at once may take beside what the server has at rest.
const MOST_ABOVE_REST: u64 = 512 << 20;

fn closed(data: &std::path::Path) -> Running {
    let secrets = [("INFERNO_KPI_TOKEN", TOKEN), ("INFERNO_KPI_GITHUB_SECRET", "hush")];
    Running::start_with(data, &[], &secrets)
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn post(server: &Running, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let request = agent().post(server.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send(body).unwrap())
}

/// Posts the same body many times at once; gives how often each status came. A sender that is cut off counts as 0.
fn flood(server: &Running, times: usize, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<(u16, usize)> {
    let counts: Mutex<std::collections::BTreeMap<u16, usize>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..times {
            scope.spawn(|| {
                let request = agent().post(server.url(path));
                let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                let status = request.send(body).map_or(0, |response| {
                    let answer = Answer::of(response);
                    if matches!(answer.status, 429 | 503) {
                        assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{path}");
                    }
                    answer.status
                });
                *counts.lock().unwrap().entry(status).or_default() += 1;
            });
        }
    });
    counts.into_inner().unwrap().into_iter().collect()
}

/// Fails where the server took more than it may, and waits until it has given it back.
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
fn costs_little(server: &Running, rest: u64, what: &str) {
    let peak = server.memory("VmHWM").saturating_sub(rest);
    let above = || server.memory("VmRSS").saturating_sub(rest);
    let (after, started) = (above(), std::time::Instant::now());
    assert!(peak < MOST_ABOVE_REST, "{what}: {} MiB above rest", peak >> 20);
    eventually("memory that is given back", || (above() < MOST_ABOVE_REST / 4).then_some(()));
    println!(
        "{what}: {} MiB above rest at the most, {} afterwards, {} within {:?}",
        peak >> 20,
        after >> 20,
        above() >> 20,
        started.elapsed()
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
fn a_few_packed_bytes_of_millions_of_rows_cost_little() {
    let rows = vec![r#"{"a":0}"#; 4_000_000].join(",");
    let import = packed(&format!("[{rows}]"));
    let events = packed(&format!(r#"{{"api_key":"{TOKEN}","events":[{rows}]}}"#));
    let resources = packed(&format!(r#"{{"resourceMetrics":[{rows}]}}"#));
    assert!(import.len() < 100_000);
    let (data, open_data) = (folder(), folder());
    for server in [closed(data.path()), Running::start(open_data.path())] {
        let is_closed = server.get("/api/v1/dead-letters/1").0 != 200 && server.observe(&json!([])).0 == 401;
        let rest = server.memory("VmRSS");
        let packing = ("content-encoding", "gzip");
        let json_type = ("content-type", "application/json");
        let started = std::time::Instant::now();
        let answer = post(&server, "/import", &[packing, json_type], &import);
        assert!((400..500).contains(&answer.status), "{}: {}", answer.status, answer.text);
        if is_closed {
            assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        }
        assert_eq!(post(&server, "/2/httpapi", &[packing, json_type], &events).status, 413, "10,000 events at once");
        let own = format!("Bearer {TOKEN}");
        let known = ("authorization", own.as_str());
        assert_eq!(post(&server, "/v1/metrics", &[packing, json_type, known], &resources).status, 413);
        assert_eq!(post(&server, "/import", &[packing, json_type, known], &import).status, 413);
        flood(&server, 5, "/import", &[packing, json_type, known], &import);
        flood(&server, 5, "/2/httpapi", &[packing, json_type], &events);
        costs_little(&server, rest, if is_closed { "packed, closed" } else { "packed, open" });
    }
}

#[test]
fn many_large_bodies_share_one_budget() {
    let (data, open_data) = (folder(), folder());
    let filler = "x".repeat(8 * MIB - 200);
    let events = format!(r#"{{"api_key":"{{key}}","events":[{{"event_type":"{filler}"}}]}}"#);
    let json_type = ("content-type", "application/json");
    let server = closed(data.path());
    let rest = server.memory("VmRSS");
    let wrong = flood(&server, 300, "/2/httpapi", &[json_type], events.replace("{key}", "wrong").as_bytes());
    assert!(wrong.iter().all(|(status, _)| [0, 400, 429, 503].contains(status)), "{wrong:?}");
    let multipart = ("content-type", "multipart/form-data; boundary=b");
    let file = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{filler}");
    let forms = flood(&server, 100, "/sources/import", &[multipart], format!("{file}\r\n--b--\r\n").as_bytes());
    assert!(forms.iter().all(|(status, _)| [0, 400, 413, 429, 503].contains(status)), "{forms:?}");
    let urlencoded = ("content-type", "application/x-www-form-urlencoded");
    let confirm = flood(&server, 100, "/sources/import", &[urlencoded], format!("csv={filler}").as_bytes());
    assert!(confirm.iter().all(|(status, _)| [0, 400, 413, 429, 503].contains(status)), "{confirm:?}");
    let forged = format!("sha256={}", "0".repeat(64));
    let hooks = flood(&server, 100, "/webhooks/github", &[("x-hub-signature-256", &forged)], filler.as_bytes());
    assert!(hooks.iter().all(|(status, _)| [0, 401, 429, 503].contains(status)), "{hooks:?}");
    let check_in = flood(&server, 100, "/check-in", &[urlencoded], format!("note={filler}").as_bytes());
    assert!(check_in.iter().all(|(status, _)| [0, 400, 413, 429, 503].contains(status)), "{check_in:?}");
    costs_little(&server, rest, "large bodies, closed");
    println!("{wrong:?} {forms:?} {confirm:?} {hooks:?} {check_in:?}");
    // Afterwards everything goes on.
    let known = format!("Bearer {TOKEN}");
    let body = json!({ "kpi": "code-coverage", "value": 91 });
    assert_eq!(server.send("/api/v1/observations", &[("authorization", &known)], &body).status, 201);
    drop(server);
    let open = Running::start(open_data.path());
    let rest = open.memory("VmRSS");
    let anybody = flood(&open, 300, "/2/httpapi", &[json_type], events.replace("{key}", "any").as_bytes());
    assert!(anybody.iter().all(|(status, _)| [0, 400, 413, 429, 503].contains(status)), "{anybody:?}");
    costs_little(&open, rest, "large bodies, open");
    println!("{anybody:?}");
    assert_eq!(open.observe(&body).0, 201);
}

/// Begins a body and does not end it.
fn half_sent(server: &Running, path: &str, bytes: usize) -> TcpStream {
    let address = server.address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n", bytes + 1);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b'#'; bytes]).unwrap();
    stream
}

/// Whether the server has answered or ended a connection whose body is not sent to its end.
fn is_over(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let found = stream.peek(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    !found.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

#[test]
fn beyond_the_budget_senders_are_told_to_come_back_and_are_taken_then() {
    let data = folder();
    // Long enough for the slowest machine: a body that stands still for its time gives its share back.
    let server = Running::start_with(data.path(), &["--body-budget-mib", "64", "--body-seconds", "600"], &[]);
    let line = format!("cpu value=1 1767225600\n#{}", "x".repeat(MIB));
    let begin = || half_sent(&server, "/write?db=a", 8 * MIB - MIB / 16);
    let mut held: Vec<TcpStream> = (0..8).map(|_| begin()).collect();
    for (path, headers, member) in [
        ("/write?db=a&precision=s", vec![], Some("error")),
        ("/api/v2/write?bucket=a&precision=s", vec![], Some("message")),
        ("/2/httpapi", vec![("content-type", "application/json")], Some("error")),
        ("/v1/metrics", vec![("content-type", "application/json")], Some("message")),
        ("/import", vec![("content-type", "application/json")], None),
        ("/api/v1/write", vec![("content-type", "application/x-protobuf")], None),
        ("/api/v1/observations", vec![("content-type", "text/csv")], Some("detail")),
        ("/api/v1/reports/junit", vec![], Some("detail")),
    ] {
        let answer = eventually("a budget that is used up", || {
            // One that was still on its way when another body took the last room was refused itself.
            held.iter_mut().filter(|stream| is_over(stream)).for_each(|stream| *stream = begin());
            let answer = post(&server, path, &headers, line.as_bytes());
            (answer.status == 503).then_some(answer)
        });
        assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{path}");
        if let Some(member) = member {
            assert!(answer.json()[member].is_string(), "{path}: {}", answer.text);
        }
    }
    assert_eq!(server.get("/healthz").0, 200);
    drop(held);
    eventually("room", || (post(&server, "/write?db=a&precision=s", &[], line.as_bytes()).status == 204).then_some(()));
}

#[test]
fn one_who_sends_slowly_without_a_name_keeps_nobody_else_from_sending() {
    let data = folder();
    let server = closed(data.path());
    // Eight of them use up the turns of strangers of this address.
    let held: Vec<TcpStream> = (0..8).map(|_| half_sent(&server, "/import", 100)).collect();
    let known = format!("Bearer {TOKEN}");
    let body = json!({ "kpi": "code-coverage", "value": 91 });
    assert_eq!(server.send("/api/v1/observations", &[("authorization", &known)], &body).status, 201);
    let event = json!({ "api_key": TOKEN, "events": [{ "event_type": "a", "user_id": "u" }] });
    // Their time ends, and the next one's begins.
    let taken = eventually("a turn", || {
        let answer = server.send("/2/httpapi", &[], &event);
        (answer.status == 200).then_some(answer)
    });
    assert_eq!(taken.json()["code"], 200);
    drop(held);
}
