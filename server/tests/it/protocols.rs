//! Other systems' protocols: bodies that their own clients sent, and the answers that these clients expect.

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::running::{Running, folder};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/formats/tests/data");

struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: Vec<u8>,
}

fn sent(name: &str) -> Vec<u8> {
    std::fs::read(format!("{DATA}/{name}")).unwrap()
}

fn answer(response: Response<Body>) -> Answer {
    let (parts, mut body) = response.into_parts();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.read_to_vec().unwrap() }
}

fn post(server: &Running, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let request =
        headers.iter().fold(agent.post(server.url(path)), |request, (name, value)| request.header(*name, *value));
    answer(request.send(body).unwrap())
}

fn series(server: &Running, part: &str) -> Vec<Value> {
    server.json(&format!("/api/v1/series?contains={part}")).as_array().unwrap().clone()
}

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

#[test]
fn prometheus_writes_and_the_same_again_changes_nothing() {
    let data = folder();
    let server = Running::start(data.path());
    let body = sent("remote_write/prometheus-2.42-stale.snappy");
    // One of the series that end has a label that no series can have.
    let first = post(&server, "/api/v1/write", &[PROTOBUF], &body);
    let told = String::from_utf8_lossy(&first.body).into_owned();
    assert!(first.status == 400 && told.contains("control character") && !told.contains(';'), "{told}");
    let held = series(&server, "");
    assert!(!held.is_empty());
    assert_eq!(post(&server, "/api/v1/write", &[PROTOBUF], &body).status, 400);
    assert_eq!(series(&server, ""), held);
    // One of its labels holds a line break, which is refused; the others are kept.
    let partial = post(&server, "/api/v1/write", &[PROTOBUF], &sent("remote_write/prometheus-2.42-exemplars.snappy"));
    assert_eq!(partial.status, 400);
    assert!(String::from_utf8_lossy(&partial.body).contains("control character"));
    assert!(series(&server, "").len() > held.len());
    let broken = post(&server, "/api/v1/write", &[PROTOBUF], &body[..body.len() / 2]);
    assert_eq!(broken.status, 400);
    let other = post(&server, "/api/v1/write", &[("content-type", "text/plain")], &body);
    assert_eq!(other.status, 415);
}

/// A field of a message, of a length below 128.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A request of version 2.0: one series `m` with a sample for each value and time.
fn version_2(samples: &[(f64, i64)]) -> Vec<u8> {
    let symbols: Vec<u8> = ["", "__name__", "m"].iter().flat_map(|symbol| field(4, symbol.as_bytes())).collect();
    let mut series = field(1, &[1, 2]);
    for (value, time_ms) in samples {
        let mut sample = [&[1 << 3 | 1][..], &value.to_le_bytes(), &[2 << 3]].concat();
        let mut rest = time_ms.cast_unsigned();
        while rest >= 0x80 {
            sample.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        sample.push(rest.to_le_bytes()[0]);
        series.extend(field(2, &sample));
    }
    let request = [symbols, field(5, &series)].concat();
    // One Snappy block of literals.
    let literal = [&[60 << 2, u8::try_from(request.len() - 1).unwrap()], request.as_slice()].concat();
    assert!(request.len() < 256);
    let length = u8::try_from(request.len() & 0x7f).unwrap();
    let header = if request.len() < 0x80 { vec![length] } else { vec![length | 0x80, 1] };
    [header, literal].concat()
}

#[test]
fn prometheus_is_told_how_many_samples_were_kept() {
    const TIME_MS: i64 = 1_772_357_400_000;
    const FUTURE_MS: i64 = 4_102_444_800_000;
    let proto = ("content-type", "application/x-protobuf;proto=io.prometheus.write.v2.Request");
    let data = folder();
    let server = Running::start(data.path());
    for (samples, status, kept, told) in [
        (vec![(1.0, TIME_MS), (2.0, TIME_MS + 1)], 204, "2", vec![]),
        // The same again is on disk.
        (vec![(1.0, TIME_MS), (2.0, TIME_MS + 1)], 204, "2", vec![]),
        // Of two samples of one instant one is kept.
        (vec![(1.0, TIME_MS), (1.0, TIME_MS), (2.0, TIME_MS + 2), (3.0, TIME_MS + 2)], 204, "2", vec![]),
        (vec![(1.0, FUTURE_MS)], 400, "0", vec!["row 1"]),
        (
            vec![(1.0, FUTURE_MS), (1.0, TIME_MS + 3), (f64::INFINITY, TIME_MS + 4), (2.0, FUTURE_MS)],
            400,
            "1",
            vec!["row 1", "row 4"],
        ),
    ] {
        let answer = post(&server, "/api/v1/write", &[proto], &version_2(&samples));
        let written = answer.headers["x-prometheus-remote-write-samples-written"].to_str().unwrap();
        assert_eq!((answer.status, written), (status, kept), "{samples:?}");
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(told.iter().all(|row| body.contains(row)), "{body}");
    }
}

#[test]
fn opentelemetry_writes_in_both_encodings_and_packed() {
    let data = folder();
    let server = Running::start(data.path());
    let plain = post(&server, "/v1/metrics", &[PROTOBUF], &sent("otlp/python.pb"));
    assert_eq!((plain.status, plain.body), (200, Vec::new()));
    let held = series(&server, "");
    assert!(!held.is_empty());
    assert_eq!(post(&server, "/v1/metrics", &[PROTOBUF], &sent("otlp/python.pb")).status, 200);
    assert_eq!(series(&server, ""), held, "the same batch again is no second one");
    let packed = post(&server, "/v1/metrics", &[PROTOBUF, ("content-encoding", "gzip")], &sent("otlp/python.pb.gz"));
    assert_eq!(packed.status, 200);
    assert_ne!(series(&server, ""), held, "a later reading is a further one");
    let json_type = ("content-type", "application/json");
    let json = post(&server, "/v1/metrics", &[json_type], &sent("otlp/javascript.json"));
    assert_eq!((json.status, json.body), (200, b"{}".to_vec()));
    let broken = post(&server, "/v1/metrics", &[json_type], b"{");
    assert_eq!(broken.status, 400);
    let told: Value = serde_json::from_slice(&broken.body).unwrap();
    assert_eq!(told["code"], 3, "{told}");
}

#[test]
fn influx_1_writes_are_answered_with_204_and_errors_in_its_own_words() {
    let data = folder();
    let server = Running::start(data.path());
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let ping = answer(agent.get(server.url("/ping")).call().unwrap());
    assert_eq!(ping.status, 204);
    assert!(ping.headers["x-influxdb-version"].to_str().unwrap().starts_with("1."));
    let lines =
        b"pipeline-build-time value=7 1767225600000000000\nlatency,route=/a p95=0.3,p50=0.1 1767225600000000000\n";
    let written = post(&server, "/write?db=ci", &[], lines);
    assert_eq!((written.status, written.body), (204, Vec::new()));
    assert_eq!(series(&server, "latency").len(), 2);
    assert_eq!(series(&server, "latency.p95")[0]["labels"], json!([{ "name": "route", "values": ["/a"] }]));
    assert_eq!(server.kpi("pipeline-build-time")["value"]["number"], 7.0);
    let partial = post(&server, "/write?db=ci", &[], b"good value=1 1767225600000000000\nbad value=\n");
    assert_eq!(partial.status, 400);
    let told: Value = serde_json::from_slice(&partial.body).unwrap();
    assert!(
        told["error"].as_str().unwrap().contains("partial write")
            || told["error"].as_str().unwrap().contains("unable to parse"),
        "{told}"
    );
    assert_eq!(partial.headers["x-influxdb-error"].to_str().unwrap(), told["error"].as_str().unwrap());
    assert_eq!(series(&server, "good").len(), 1, "the good line is kept");
    assert_eq!(post(&server, "/write", &[], lines).status, 400, "a database is named");
}

#[test]
fn influx_2_writes_take_gzip_and_the_token_in_its_own_way() {
    let data = folder();
    let server = Running::start_with(data.path(), &[], &[("INFERNO_KPI_TOKEN", "a secret of the server")]);
    let path = "/api/v2/write?org=o&bucket=b&precision=ns";
    let packed = sent("influx/python-2-ns.txt.gz");
    let gzip = ("content-encoding", "gzip");
    let denied = post(&server, path, &[gzip], &packed);
    assert_eq!(denied.status, 401);
    assert_eq!(serde_json::from_slice::<Value>(&denied.body).unwrap()["code"], "unauthorized");
    let before = series(&server, "");
    let taken = post(&server, path, &[gzip, ("authorization", "Token a secret of the server")], &packed);
    assert_eq!((taken.status, taken.body), (204, Vec::new()));
    assert!(series(&server, "").len() > before.len());
}

#[test]
fn what_was_taken_survives_a_kill_and_leads_back_to_its_payload() {
    let data = folder();
    let server = Running::start(data.path());
    let line = b"pipeline-build-time value=7 1767225600000000000";
    assert_eq!(post(&server, "/write?db=ci", &[], line).status, 204);
    server.kill();
    let server = Running::start(data.path());
    assert_eq!(server.kpi("pipeline-build-time")["value"]["number"], 7.0);
    let (_, page) = server.get("/kpis/pipeline-build-time");
    let id = page.split("/api/v1/payloads/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(server.get(&format!("/api/v1/payloads/{id}")).1.as_bytes(), line);
}

#[test]
fn mixpanels_clients_get_the_answers_that_they_read() {
    let data = folder();
    let server = Running::start(data.path());
    let form = ("content-type", "application/x-www-form-urlencoded");
    let tracked = post(&server, "/track", &[form], &sent("mixpanel/python-track.form"));
    assert_eq!(tracked.status, 200);
    let told: Value = serde_json::from_slice(&tracked.body).unwrap();
    assert_eq!(told, json!({ "status": 1, "error": null }));
    let held = series(&server, "");
    assert!(held.iter().any(|row| row["labels"][0]["name"].is_string()), "{held:?}");
    let query = String::from_utf8(sent("mixpanel/node-track.query")).unwrap();
    let (status, body) =
        server.get(&format!("/track?{}", query.trim().trim_start_matches("/track/?").trim_start_matches('?')));
    assert_eq!((status, body.as_str()), (200, "1"), "the client of Node wants exactly 1");
    let broken = post(&server, "/track", &[form], b"data=%7B&verbose=1");
    assert_eq!(serde_json::from_slice::<Value>(&broken.body).unwrap()["status"], 0);
}

#[test]
fn amplitudes_clients_get_the_answers_that_they_read() {
    let data = folder();
    let server = Running::start(data.path());
    let json_type = ("content-type", "application/json");
    let body = sent("amplitude/python-httpapi.json");
    let first = post(&server, "/2/httpapi", &[json_type], &body);
    let told: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!((first.status, &told["code"]), (200, &json!(200)), "{told}");
    let held = series(&server, "");
    assert_eq!(post(&server, "/batch", &[json_type], &body).status, 200);
    assert_eq!(series(&server, ""), held, "the same events again are no further ones");
    let broken = post(&server, "/2/httpapi", &[json_type], b"{}");
    let told: Value = serde_json::from_slice(&broken.body).unwrap();
    assert_eq!((broken.status, &told["code"]), (400, &json!(400)), "{told}");
}

#[test]
fn a_token_that_a_sender_shows_in_its_body_is_not_kept() {
    let data = folder();
    let server = Running::start_with(data.path(), &[], &[("INFERNO_KPI_TOKEN", "a-very-long-secret")]);
    let json_type = ("content-type", "application/json");
    let body = json!({ "api_key": "a-very-long-secret", "events": [{
        "event_type": "login", "user_id": "ann", "insert_id": "1", "time": 1_767_225_600_000_i64,
    }] });
    let wrong = json!({ "api_key": "other", "events": body["events"] });
    let denied = post(&server, "/2/httpapi", &[json_type], wrong.to_string().as_bytes());
    assert_eq!(denied.status, 400);
    assert!(String::from_utf8(denied.body).unwrap().contains("Invalid API key:"));
    assert!(series(&server, "login").is_empty());
    assert_eq!(post(&server, "/2/httpapi", &[json_type], body.to_string().as_bytes()).status, 200);
    assert_eq!(series(&server, "login").len(), 1);
    drop(server);
    let stored: Vec<u8> = std::fs::read_dir(data.path())
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default())
        .collect();
    assert!(!stored.windows(b"a-very-long-secret".len()).any(|window| window == b"a-very-long-secret"));
}

#[test]
fn another_site_can_write_in_no_protocol() {
    let data = folder();
    let server = Running::start(data.path());
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let event = "/track?data=eyJldmVudCI6ImEiLCJwcm9wZXJ0aWVzIjp7fX0%3D";
    let crossed = agent.get(server.url(event)).header("sec-fetch-site", "cross-site").call().unwrap();
    assert_eq!(crossed.status().as_u16(), 403);
    assert_eq!(post(&server, "/write?db=a", &[("origin", "http://evil.example")], b"a value=1").status, 403);
}

#[test]
fn githubs_webhooks_are_taken_when_they_are_signed() {
    let data = folder();
    let body = sent("github/workflow_run.json");
    let event = ("x-github-event", "workflow_run");
    let closed = Running::start(data.path());
    assert_eq!(post(&closed, "/webhooks/github", &[event], &body).status, 404, "without a secret nothing is taken");
    drop(closed);
    let server = Running::start_with(data.path(), &[], &[("INFERNO_KPI_GITHUB_SECRET", "hush")]);
    assert_eq!(post(&server, "/webhooks/github", &[event], &body).status, 401);
    let forged = ("x-hub-signature-256", "sha256=0000000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(post(&server, "/webhooks/github", &[event, forged], &body).status, 401);
    let signature = signed(b"hush", &body);
    let taken = post(&server, "/webhooks/github", &[event, ("x-hub-signature-256", &signature)], &body);
    assert_eq!(taken.status, 200, "{}", String::from_utf8_lossy(&taken.body));
    let runs = series(&server, "ci.run");
    assert_eq!(runs[0]["count"], 1);
    assert_eq!(post(&server, "/webhooks/github", &[event, ("x-hub-signature-256", &signature)], &body).status, 200);
    assert_eq!(series(&server, "ci.run"), runs, "a replayed webhook adds nothing");
    let stripe = post(&server, "/webhooks/stripe", &[], b"{}");
    assert_eq!(stripe.status, 404);
}

fn signed(secret: &[u8], body: &[u8]) -> String {
    use std::fmt::Write as _;

    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
