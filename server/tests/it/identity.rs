//! Who is who: what nobody showed a token for changes nothing, wrong tokens are slowed down, and a browser's memory is no consent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::running::{Answer, PROGRAM, Running, agent, folder};

const TOKEN: &str = "correct horse battery";

fn closed(data: &std::path::Path) -> Running {
    Running::start_with(
        data,
        &[],
        &[("INFERNO_KPI_TOKEN", TOKEN), ("INFERNO_KPI_GITHUB_SECRET", "hush"), ("INFERNO_KPI_STRIPE_SECRET", "hush")],
    )
}

fn get(server: &Running, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = agent().get(server.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.call().unwrap())
}

fn post(server: &Running, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let request = agent().post(server.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send(body).unwrap())
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[test]
fn bodies_of_strangers_say_nothing_about_a_source() {
    let data = folder();
    let server = closed(data.path());
    let json_type = ("content-type", "application/json");
    let forged = "sha256=0000000000000000000000000000000000000000000000000000000000000000";
    for _ in 0..20 {
        for (path, headers, body) in [
            ("/2/httpapi", vec![json_type], &b"{"[..]),
            ("/2/httpapi", vec![json_type, ("content-encoding", "gzip")], b"no gzip"),
            ("/batch", vec![json_type], br#"{"api_key":7,"events":[]}"#),
            ("/track", vec![], b"data=%7B"),
            ("/import", vec![json_type], b"["),
            ("/engage", vec![], b"\xff"),
            ("/write?db=a", vec![], b"a value="),
            ("/api/v2/write?bucket=a", vec![], b"a value="),
            ("/v1/metrics", vec![json_type], b"{"),
            ("/api/v1/write", vec![("content-type", "application/x-protobuf")], b"x"),
            ("/api/v1/observations", vec![json_type], b"{"),
            ("/webhooks/github", vec![("x-hub-signature-256", forged)], b"{"),
            ("/webhooks/stripe", vec![], b"{"),
        ] {
            let answer = post(&server, path, &headers, body);
            // Mixpanel's clients read the body alone: 0 says that nothing was taken.
            let is_refused = (400..500).contains(&answer.status) || answer.text == "0";
            assert!(is_refused, "{path}: {} {}", answer.status, answer.text);
        }
    }
    let read = |path: &str| get(&server, path, &[("authorization", &bearer(TOKEN))]);
    assert_eq!(read("/api/v1/dead-letters").json(), json!([]));
    let alerts = read("/api/v1/alerts").text;
    assert!(!alerts.contains("source:"), "{alerts}");
    let metrics = read("/metrics").text;
    for name in ["amplitude", "mixpanel", "github", "stripe", "influx", "prometheus", "opentelemetry", "api"] {
        assert!(!metrics.contains(&format!("source=\"{name}")), "{name} is a source");
    }
    // What one who is known sends counts, good or bad.
    let bad = json!({ "api_key": TOKEN, "events": 7 });
    assert_eq!(post(&server, "/2/httpapi", &[json_type], bad.to_string().as_bytes()).status, 400);
    assert_eq!(read("/api/v1/dead-letters").json().as_array().map(Vec::len), Some(1));
}

#[test]
fn a_key_is_looked_for_in_the_first_mebibyte_of_a_body() {
    let data = folder();
    let server = closed(data.path());
    let json_type = ("content-type", "application/json");
    let event = json!({ "event_type": "login", "user_id": "ann", "insert_id": "1" });
    let filler = "x".repeat(2 << 20);
    let first = format!(r#"{{"api_key":"{TOKEN}","options":"{filler}","events":[{event}]}}"#);
    assert_eq!(post(&server, "/2/httpapi", &[json_type], first.as_bytes()).status, 200);
    let late = format!(r#"{{"options":"{filler}","api_key":"{TOKEN}","events":[{event}]}}"#);
    let refused = post(&server, "/2/httpapi", &[json_type], late.as_bytes());
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("Invalid API key"), "{}", refused.text);
    // Who is known by a header may write it wherever it likes, and it is not kept either.
    let known = bearer(TOKEN);
    let taken = post(&server, "/2/httpapi", &[json_type, ("authorization", &known)], late.as_bytes());
    assert_eq!(taken.status, 200, "{}", taken.text);
    drop(server);
    for file in std::fs::read_dir(data.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()));
    }
}

#[test]
fn what_a_browser_remembers_writes_nothing_for_another_site() {
    let data = folder();
    let server = closed(data.path());
    let basic = format!("Basic {}", STANDARD.encode(format!("ada:{TOKEN}")));
    let data_of = |token: &str| {
        let event = json!({ "event": "forged", "properties": { "distinct_id": "u", "token": token } });
        format!("data={}", STANDARD.encode(event.to_string()).replace('+', "%2B").replace('=', "%3D"))
    };
    let auth = ("authorization", basic.as_str());
    for path in ["/track", "/engage", "/import"] {
        let image = format!("{path}?{}", data_of(""));
        // An image on a page, with and without what today's browsers say of it; and an address that somebody opens.
        for headers in [
            vec![auth],
            vec![auth, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
            vec![auth, ("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "image")],
            vec![auth, ("sec-fetch-site", "same-site")],
            vec![auth, ("referer", "http://evil.example/page")],
        ] {
            let answer = get(&server, &image, &headers);
            let is_taken = answer.status == 200 && answer.text != "0";
            assert!(!is_taken, "{path} {headers:?}: {} {}", answer.status, answer.text);
        }
        let head = agent().head(server.url(&image)).header(auth.0, auth.1).call().unwrap();
        assert_eq!(head.status().as_u16(), 405, "{path}");
    }
    let series = || server.json("/api/v1/series?contains=forged").as_array().unwrap().len();
    assert_eq!(series(), 0);
    // A form on another site's page.
    for headers in [
        vec![auth, ("origin", "http://evil.example")],
        vec![auth, ("origin", "null")],
        vec![auth, ("referer", "https://evil.example/")],
        vec![auth, ("sec-fetch-site", "cross-site")],
    ] {
        for path in ["/track", "/write?db=a", "/api/v1/observations", "/check-in", "/sources/tokens", "/sources/import"]
        {
            assert_eq!(post(&server, path, &headers, b"a=1").status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(series(), 0);
    // A token in the address is one that the page knows, and a program shows what it likes.
    assert_eq!(get(&server, &format!("/track?{}", data_of(TOKEN)), &[]).text, "1");
    assert_eq!(series(), 1);
    let told = get(&server, &format!("/track?{}&api_key={}", data_of(""), TOKEN.replace(' ', "+")), &[]);
    assert_eq!(told.text, "1");
    let program = bearer(TOKEN);
    assert_eq!(get(&server, &format!("/track?{}", data_of("")), &[("authorization", &program)]).text, "1");
    let imported = json!([{ "event": "imported", "properties": { "distinct_id": "u", "$insert_id": "1" } }]);
    let body = imported.to_string();
    let answer = post(&server, "/import", &[auth, ("content-type", "application/json")], body.as_bytes());
    assert_eq!(answer.status, 200, "the libraries of servers show basic credentials: {}", answer.text);
}

#[test]
fn wrong_tokens_are_told_to_wait_and_right_ones_are_not() {
    let data = folder();
    let server = closed(data.path());
    let try_one = |token: &str| get(&server, "/api/v1/kpis", &[("authorization", &bearer(token))]);
    // Two minutes may share the tries.
    assert_eq!(try_one("wrong 0").status, 401);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|thread| scope.spawn(move || (0..8).map(|at| try_one(&format!("wrong {thread} {at}")).status).max()))
            .collect();
        let most = threads.into_iter().filter_map(|thread| thread.join().unwrap()).max();
        assert_eq!(most, Some(429));
    });
    // A new minute may begin between any two of them.
    let told = |send: &dyn Fn() -> Answer| {
        let found = (0..200).map(|_| send()).find(|answer| answer.status == 429);
        found.expect("a sender of wrong tokens is told to wait")
    };
    let last = told(&|| try_one("wrong again"));
    let seconds: u64 = last.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(try_one(TOKEN).status, 200, "a right one from the same address");
    // In each protocol's own words, and in forms.
    let event = json!({ "api_key": "wrong", "events": [{ "event_type": "a", "user_id": "u" }] }).to_string();
    let events = told(&|| post(&server, "/2/httpapi", &[], event.as_bytes()));
    assert_eq!(events.json()["code"], json!(429), "{}", events.text);
    told(&|| post(&server, "/write?db=a", &[("authorization", "Token wrong")], b"a v=1"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    told(&|| post(&server, "/check-in", &[form], b"kpi=code-coverage&value=1&token=wrong"));
    let metrics = get(&server, "/metrics", &[("authorization", &bearer(TOKEN))]).text;
    let line = metrics.lines().find(|line| line.starts_with("inferno_kpi_wrong_tokens_total ")).unwrap();
    assert!(line.rsplit(' ').next().unwrap().parse::<u32>().unwrap() > 130, "{line}");
    let page = get(&server, "/sources/tokens", &[("authorization", &bearer(TOKEN))]).text;
    assert!(page.contains("requests showed a wrong token"), "{page}");
    assert!(!server.get("/sources/tokens").1.contains("requests showed a wrong token"), "strangers are not told");
}

#[test]
fn the_servers_own_token_is_long_or_made() {
    let data = folder();
    let output = std::process::Command::new(PROGRAM)
        .args(["serve", "--address", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("INFERNO_KPI_TOKEN", "short")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("5 characters") && told.contains("--token-file"), "{told}");
    let file = data.path().join("token");
    let server = Running::start_with(data.path(), &["--token-file", file.to_str().unwrap()], &[]);
    let made = std::fs::read_to_string(&file).unwrap();
    assert_eq!(server.observe(&json!({ "kpi": "code-coverage", "value": 91 })).0, 401);
    let shown = bearer(made.trim());
    let body = json!({ "kpi": "code-coverage", "value": 91 });
    assert_eq!(server.send("/api/v1/observations", &[("authorization", &shown)], &body).status, 201);
    server.terminate_and_wait(Duration::from_secs(20));
    let again = Running::start_with(data.path(), &["--token-file", file.to_str().unwrap()], &[]);
    assert_eq!(again.send("/api/v1/observations", &[("authorization", &shown)], &body).status, 201);
}

#[test]
fn a_token_of_before_the_new_scopes_goes_on() {
    let data = folder();
    let server = closed(data.path());
    let wanted = json!({ "name": "of before", "scopes": ["ingest", "read"], "source": "ci", "person": "Ada" });
    let made = server.send("/api/v1/tokens", &[("authorization", &bearer(TOKEN))], &wanted).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    let body = json!({ "kpi": "code-coverage", "value": 91 });
    server.terminate_and_wait(Duration::from_secs(20));
    let server = closed(data.path());
    assert_eq!(server.send("/api/v1/observations", &[("authorization", &bearer(&secret))], &body).status, 201);
    let listed = get(&server, "/api/v1/tokens", &[("authorization", &bearer(TOKEN))]).json();
    assert_eq!(listed[0]["scopes"], Value::from(vec!["ingest", "read"]));
}
