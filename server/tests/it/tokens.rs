//! Tokens: what each allows, under which name, how much, and that nobody finds a secret afterwards.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::running::{Answer, PROGRAM, Running, agent, folder};

const SERVER_TOKEN: &str = "correct horse battery";
const START_S: i64 = 1_767_225_600;

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn closed(data: &std::path::Path) -> Running {
    Running::start_with(data, &[], &[("INFERNO_KPI_TOKEN", SERVER_TOKEN)])
}

fn with(server: &Running, token: &str, path: &str, body: &Value) -> Answer {
    server.send(path, &[("authorization", &bearer(token))], body)
}

fn read(server: &Running, token: &str, path: &str) -> Answer {
    Answer::of(agent().get(server.url(path)).header("authorization", bearer(token)).call().unwrap())
}

/// Makes a token with the server's own; gives id and secret.
fn make(server: &Running, wanted: &Value) -> (String, String) {
    let mut body = json!({ "name": "a sender", "scopes": ["ingest"], "source": "ci", "person": "Ada" });
    for (name, value) in wanted.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = with(server, SERVER_TOKEN, "/api/v1/tokens", &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    let made = answer.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["token"]["id"]), text(&made["secret"]))
}

fn observe(server: &Running, token: &str, query: &str) -> Answer {
    with(server, token, &format!("/api/v1/observations{query}"), &json!({ "kpi": "code-coverage", "value": 91 }))
}

fn write_line(server: &Running, token: &str, path: &str) -> Answer {
    let line = json!("cpu usage=1");
    let headers = [("authorization", format!("Token {token}"))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = format!("{} {START_S}", line.as_str().unwrap());
    let mut request = agent().post(server.url(path)).header("content-type", "text/plain");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    Answer::of(request.send(body.as_bytes()).unwrap())
}

#[test]
fn each_scope_allows_its_own_and_nothing_else() {
    let data = folder();
    let server = closed(data.path());
    let (_, ingest) = make(&server, &json!({ "name": "sends" }));
    let (_, read) = make(&server, &json!({ "name": "reads", "scopes": ["read"], "source": null }));
    let (_, admin) = make(&server, &json!({ "name": "decides", "scopes": ["admin"], "source": null }));
    let silence = json!({ "person": "Ada", "reason": "a test", "for": "1h" });
    for (token, sends, decides) in [(&ingest, 201, 403), (&read, 403, 403), (&admin, 201, 201)] {
        assert_eq!(observe(&server, token, "").status, sends);
        assert_eq!(with(&server, token, "/api/v1/silences", &silence).status, decides);
        let write = write_line(&server, token, "/write?db=t&precision=s").status;
        assert_eq!(write, if sends == 201 { 204 } else { 403 });
    }
    assert_eq!(observe(&server, "unknown", "").status, 401);
    assert_eq!(server.observe(&json!({ "kpi": "code-coverage", "value": 91 })).0, 401);
}

#[test]
fn everything_that_a_token_sends_comes_under_its_source() {
    let data = folder();
    let server = closed(data.path());
    let (_, secret) = make(&server, &json!({ "source": "billing" }));
    assert_eq!(observe(&server, &secret, "").status, 201);
    assert_eq!(observe(&server, &secret, "?source=billing").status, 201);
    assert_eq!(observe(&server, &secret, "?source=command-line").status, 201, "the program's usual name is no name");
    let refused = observe(&server, &secret, "?source=somebody-else");
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("billing"));
    assert_eq!(write_line(&server, &secret, "/write?db=telegraf&precision=s").status, 204);
    let track =
        json!([{ "event": "Signed Up", "properties": { "token": secret, "distinct_id": "u", "$insert_id": "1" } }]);
    assert_eq!(server.send("/import?strict=1", &[], &track).status, 200);
    let page = server.get("/sources").1;
    assert!(page.contains("billing"));
    for usual in ["influx:telegraf", "mixpanel"] {
        assert!(!page.contains(&format!("<th scope=\"row\">{usual}")), "{usual} is no source here");
    }
    let payload = server.json("/api/v1/dead-letters");
    assert_eq!(payload.as_array().map(Vec::len), Some(0), "{payload}");
}

#[test]
fn a_secret_is_shown_once_and_stands_nowhere() {
    let data = folder();
    let server = closed(data.path());
    let (id, secret) = make(&server, &json!({}));
    let track =
        json!([{ "event": "Signed Up", "properties": { "token": secret, "distinct_id": "u", "$insert_id": "1" } }]);
    assert_eq!(server.send("/import?strict=1", &[], &track).status, 200);
    assert_eq!(observe(&server, &secret, "").status, 201);
    let listed = read(&server, SERVER_TOKEN, "/api/v1/tokens").text;
    assert!(listed.contains(&id) && !listed.contains(&secret), "{listed}");
    assert!(!server.get("/sources/tokens").1.contains(&secret));
    server.terminate_and_wait(std::time::Duration::from_secs(20));
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the secret stands in {}", path.display());
    }
    let server = closed(data.path());
    assert_eq!(observe(&server, &secret, "").status, 201, "it counts after a restart");
    let token = &read(&server, SERVER_TOKEN, "/api/v1/tokens").json()[0];
    assert!(token["last_used"].is_string(), "the last use is known after a restart: {token}");
}

#[test]
fn a_renewed_token_lets_senders_change_over_and_a_revoked_one_is_refused() {
    let data = folder();
    let server = closed(data.path());
    let (id, first) = make(&server, &json!({}));
    let renew = |minutes: u32| {
        let body = json!({ "person": "Ada", "overlap_minutes": minutes });
        let answer = with(&server, SERVER_TOKEN, &format!("/api/v1/tokens/{id}/renew"), &body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["secret"].as_str().unwrap().to_owned()
    };
    let second = renew(60);
    assert_eq!((observe(&server, &first, "").status, observe(&server, &second, "").status), (201, 201));
    let third = renew(0);
    assert_eq!((observe(&server, &first, "").status, observe(&server, &second, "").status), (401, 401));
    assert_eq!(observe(&server, &third, "").status, 201);
    let revoke = format!("/api/v1/tokens/{id}/revoke");
    assert_eq!(with(&server, SERVER_TOKEN, &revoke, &json!({ "person": "Ada", "reason": " " })).status, 422);
    assert_eq!(with(&server, SERVER_TOKEN, &revoke, &json!({ "person": "Ada", "reason": "it leaked" })).status, 200);
    let refused = observe(&server, &third, "");
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains("revoked"), "{}", refused.text);
    assert_eq!(with(&server, SERVER_TOKEN, &revoke, &json!({ "person": "Ada", "reason": "again" })).status, 404);
    assert_eq!(
        with(&server, SERVER_TOKEN, &format!("/api/v1/tokens/{id}/renew"), &json!({ "person": "Ada" })).status,
        404
    );
}

#[test]
fn a_token_makes_no_others_unless_it_may_do_everything() {
    let data = folder();
    let server = closed(data.path());
    let (_, ingest) = make(&server, &json!({}));
    let wanted = json!({ "name": "mine", "scopes": ["admin"], "person": "Mallory" });
    assert_eq!(with(&server, &ingest, "/api/v1/tokens", &wanted).status, 403);
    for (wrong, field) in [
        (json!({ "name": "a sender", "scopes": ["ingest"], "source": "x", "person": "Ada" }), "name"),
        (json!({ "name": "b", "scopes": ["everything"], "person": "Ada" }), "scopes"),
        (json!({ "name": "b", "scopes": ["ingest"], "person": "Ada" }), "source"),
        (json!({ "name": "b", "scopes": ["read"], "person": "" }), "person"),
        (json!({ "name": "b", "scopes": ["read"], "person": "Ada", "expires": "2020-01-01" }), "expires"),
        (json!({ "name": "b", "scopes": ["read"], "person": "Ada", "requests_per_minute": 0 }), "requests_per_minute"),
    ] {
        let answer = with(&server, SERVER_TOKEN, "/api/v1/tokens", &wrong);
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
}

#[test]
fn payloads_metrics_and_the_list_of_tokens_need_scopes_of_their_own() {
    let data = folder();
    let server = closed(data.path());
    let (_, ingest) = make(&server, &json!({ "name": "sends" }));
    let scoped =
        |name: &str, scopes: Value| make(&server, &json!({ "name": name, "scopes": scopes, "source": null })).1;
    let reader = scoped("reads", json!(["read"]));
    let payloads = scoped("looks into payloads", json!(["read", "payloads"]));
    let metrics = scoped("watches", json!(["metrics"]));
    let admin = scoped("decides", json!(["admin"]));
    let recorded = observe(&server, &ingest, "").json();
    let payload = format!("/api/v1/payloads/{}", recorded["payload_id"].as_str().unwrap());
    for (token, wanted) in [
        (ingest.as_str(), [403, 403, 403]),
        (&reader, [403, 403, 403]),
        (&payloads, [200, 403, 403]),
        (&metrics, [403, 200, 403]),
        (&admin, [200, 200, 200]),
        (SERVER_TOKEN, [200, 200, 200]),
        ("unknown", [401, 401, 401]),
    ] {
        let paths = [payload.as_str(), "/metrics", "/api/v1/tokens"];
        assert_eq!(paths.map(|path| read(&server, token, path).status), wanted, "{token}");
    }
    for path in [&payload, "/metrics", "/api/v1/tokens", "/sources/tokens?list=1"] {
        let answer = server.fetch(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.header("www-authenticate").starts_with("Basic "), "a browser can ask its reader: {path}");
    }
    // Pages say so instead of leading to a refusal.
    let hint = "needs a token with the scope payloads";
    assert!(server.get("/kpis/code-coverage").1.contains(hint));
    assert!(!read(&server, &payloads, "/kpis/code-coverage").text.contains(hint));
    let page = server.get("/sources/tokens").1;
    assert!(page.contains("Show the list") && !page.contains("looks into payloads"), "{page}");
    let page = read(&server, &admin, "/sources/tokens").text;
    assert!(!page.contains("Show the list") && page.contains("looks into payloads"));
    let wrong = submit(&server, "/sources/tokens", "form=create&do=create&name=x&scopes=admin&person=Eve&token=wrong");
    assert_eq!(wrong.status, 401);
    assert!(!wrong.text.contains("looks into payloads"), "a form that is refused shows no more than the page");
}

#[test]
fn a_token_that_was_made_closes_them_on_an_open_server_too() {
    let data = folder();
    let server = Running::start(data.path());
    let recorded = server.observe(&json!({ "kpi": "code-coverage", "value": 91 })).1;
    let payload = format!("/api/v1/payloads/{}", recorded["payload_id"].as_str().unwrap());
    for path in [&payload, "/metrics", "/api/v1/tokens"] {
        assert_eq!(server.get(path).0, 200, "{path}");
    }
    let wanted = json!({ "name": "all", "scopes": ["admin"], "person": "Ada" });
    let made = server.tell("/api/v1/tokens", &wanted).1;
    for path in [&payload, "/metrics", "/api/v1/tokens"] {
        assert_eq!(server.get(path).0, 401, "who comes from this machine is nobody: {path}");
        assert_eq!(read(&server, "anything", path).status, 401, "{path}");
        assert_eq!(read(&server, made["secret"].as_str().unwrap(), path).status, 200, "{path}");
    }
    assert_eq!(server.get("/api/v1/kpis").0, 200);
}

fn submit(server: &Running, path: &str, fields: &str) -> Answer {
    let request = agent().post(server.url(path)).header("content-type", "application/x-www-form-urlencoded");
    Answer::of(request.send(fields.as_bytes()).unwrap())
}

/// What each protocol is sent with a token that has one request a minute and 1,024 bytes.
fn requests(secret: &str, filler: &str) -> Vec<(&'static str, &'static str, String, &'static str)> {
    let events = json!({ "api_key": secret, "events": [{ "event_type": "a", "user_id": "u", "insert_id": filler }] });
    let track = json!([{ "event": "a", "properties": { "token": secret, "distinct_id": "u", "$insert_id": filler } }]);
    let resource = json!({ "resourceMetrics": [], "schemaUrl": filler });
    vec![
        (
            "/api/v1/observations",
            "application/json",
            json!({ "kpi": "code-coverage", "value": 91, "note": filler }).to_string(),
            "detail",
        ),
        ("/api/v1/reports?format=junit", "text/xml", format!("<testsuites><!--{filler}--></testsuites>"), "detail"),
        ("/write?db=t", "text/plain", format!("a v=1\n#{filler}"), "error"),
        ("/api/v2/write?bucket=t", "text/plain", format!("a v=1\n#{filler}"), "message"),
        ("/v1/metrics", "application/json", resource.to_string(), "message"),
        ("/import", "application/json", track.to_string(), "error"),
        ("/2/httpapi", "application/json", events.to_string(), "error"),
    ]
}

#[test]
fn limits_of_a_token_are_told_in_each_senders_own_words() {
    let data = folder();
    let server = closed(data.path());
    let long = "x".repeat(1_100);
    for index in 0..requests("", "").len() {
        let wanted = json!({ "name": format!("sender {index}"), "requests_per_minute": 2, "body_bytes": 1_024 });
        let (_, secret) = make(&server, &wanted);
        let send = |filler: &str| {
            let (path, content_type, body, member) = requests(&secret, filler).swap_remove(index);
            let request = agent().post(server.url(path)).header("content-type", content_type);
            let answer = request.header("authorization", bearer(&secret)).send(body.as_bytes()).unwrap();
            (path, Answer::of(answer), member)
        };
        let (path, answer, member) = send(&long);
        assert_eq!(answer.status, 413, "{path}: {}", answer.text);
        assert!(answer.json()[member].as_str().unwrap().contains("1024 bytes"), "{path}: {}", answer.text);
        let (path, answer, _) = send("short");
        assert_ne!(answer.status, 413, "{path}: {}", answer.text);
        let (path, answer, member) = send("short");
        assert_eq!(answer.status, 429, "{path}: {}", answer.text);
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=30).contains(&seconds), "{path}: {seconds}");
        assert!(answer.json()[member].as_str().is_some_and(|text| !text.is_empty()), "{path}: {}", answer.text);
    }
}

#[test]
fn on_an_open_server_a_token_counts_and_anything_else_is_let_in() {
    let data = folder();
    let server = Running::start(data.path());
    let wanted = json!({ "name": "CI", "scopes": ["ingest"], "source": "ci", "person": "Ada" });
    let made = server.tell("/api/v1/tokens", &wanted).1;
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(observe(&server, secret, "?source=other").status, 403);
    assert_eq!(observe(&server, "anything", "?source=other").status, 201);
    let revoke = format!("/api/v1/tokens/{}/revoke", made["token"]["id"].as_str().unwrap());
    assert_eq!(server.tell(&revoke, &json!({ "person": "Ada", "reason": "it leaked" })).0, 200);
    assert_eq!(observe(&server, secret, "").status, 401);
}

#[test]
fn with_private_reading_needs_a_token_and_a_browser_is_asked_for_one() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--private"], &[("INFERNO_KPI_TOKEN", SERVER_TOKEN)]);
    let (_, read) = make(&server, &json!({ "name": "reads", "scopes": ["read"], "source": null }));
    let (_, ingest) = make(&server, &json!({ "name": "sends" }));
    for path in ["/", "/api/v1/kpis", "/metrics", "/sources/tokens", "/api/v1/events", "/nowhere"] {
        let answer = server.fetch(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.header("www-authenticate").starts_with("Basic "), "{path}");
        assert!(!answer.text.contains("code-coverage"), "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.get(path).0, 200, "{path}");
    }
    let status = |authorization: &str| {
        let request = agent().get(server.url("/")).header("authorization", authorization);
        request.call().unwrap().status().as_u16()
    };
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("ada:{read}"));
    assert_eq!(status(&format!("Basic {basic}")), 200);
    assert_eq!(status(&bearer(&read)), 200);
    assert_eq!(status(&bearer(&ingest)), 403, "who sends does not read");
    assert_eq!(status(&bearer("unknown")), 401);
    let gate = std::process::Command::new(PROGRAM)
        .args(["gate", "1", "--url", &server.address])
        .env("INFERNO_KPI_TOKEN", &read)
        .output()
        .unwrap();
    assert_eq!(gate.status.code(), Some(1), "{}", String::from_utf8_lossy(&gate.stderr));
    let refused = std::process::Command::new(PROGRAM)
        .args(["serve", "--private", "--address", "127.0.0.1:0", "--data"])
        .arg(folder().path())
        .env_remove("INFERNO_KPI_TOKEN")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn tokens_are_made_and_revoked_from_a_shell() {
    let data = folder();
    let server = closed(data.path());
    let run = |words: &[&str]| {
        let command = std::process::Command::new(PROGRAM)
            .args(["token", "--url", &server.address])
            .args(words)
            .env("INFERNO_KPI_TOKEN", SERVER_TOKEN)
            .output()
            .unwrap();
        assert!(command.status.success(), "{}", String::from_utf8_lossy(&command.stderr));
        String::from_utf8(command.stdout).unwrap()
    };
    let secret = run(&["create", "CI of main", "--scope", "ingest", "--source", "ci"]);
    assert_eq!(observe(&server, secret.trim(), "").status, 201);
    let listed = run(&["list"]);
    assert!(listed.contains("holds  CI of main (ingest, source ci), used last"), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    let renewed = run(&["renew", id, "--overlap-minutes", "0"]);
    assert_eq!((observe(&server, secret.trim(), "").status, observe(&server, renewed.trim(), "").status), (401, 201));
    assert!(run(&["revoke", id, "--reason", "moved"]).contains("revoked"));
    assert_eq!(observe(&server, renewed.trim(), "").status, 401);
}

#[test]
fn the_page_makes_renews_and_revokes_and_its_secret_is_never_cached() {
    let data = folder();
    let server = closed(data.path());
    let form = |fields: &str| {
        let token = SERVER_TOKEN.replace(' ', "+");
        let request =
            agent().post(server.url("/sources/tokens")).header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request.send(format!("{fields}&person=Ada&token={token}").as_bytes()).unwrap())
    };
    let wrong = form("form=create&do=create&name=CI&scopes=ingest&source=");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("belongs to one source"), "the form comes back with what is wrong");
    let made = form("form=create&do=create&name=CI&scopes=ingest&source=ci&requests_per_minute=&body_kib=");
    assert_eq!((made.status, made.header("cache-control")), (200, "no-store"));
    let at = made.text.find("ikpi_").expect("the page shows the secret");
    let secret: String = made.text[at..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
    assert_eq!(observe(&server, &secret, "").status, 201);
    let submit = |token: &str, path: &str, fields: &str| {
        let request = agent().post(server.url(path)).header("content-type", "application/x-www-form-urlencoded");
        request.send(format!("{fields}&person=Ada&token={token}").as_bytes()).unwrap().status().as_u16()
    };
    assert_eq!(submit(&secret, "/check-in", "kpi=code-coverage&value=92"), 303, "who sends may check in");
    assert!(!server.get("/sources").1.contains("<th scope=\"row\">check-in"), "under the name of the token's source");
    assert_eq!(submit(&secret, "/alerts/test", "form=test"), 403, "and decides nothing");
    let id = read(&server, SERVER_TOKEN, "/api/v1/tokens").json()[0]["id"].as_str().unwrap().to_owned();
    let revoked = form(&format!("form=revoke-{id}&do=revoke&id={id}&reason=moved"));
    assert_eq!(revoked.status, 303, "{}", revoked.text);
    assert_eq!(observe(&server, &secret, "").status, 401);
    let denied = agent()
        .post(server.url("/sources/tokens"))
        .header("content-type", "application/x-www-form-urlencoded")
        .send(&b"form=create&do=create&name=x&scopes=admin&person=Mallory&token=wrong"[..])
        .unwrap();
    assert_eq!(denied.status().as_u16(), 401);
}

#[test]
fn the_servers_own_metrics_are_read_as_prometheus_reads_them() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "code-coverage", "value": 91.5 }));
    let answer = server.fetch("/metrics");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        "inferno_kpi_kpi_value{kpi=\"code-coverage\"} 91.5",
        "inferno_kpi_gate_needed{phase=\"1\"} 36.0",
        "inferno_kpi_source_payloads_total{source=\"api\"} 1",
        "inferno_kpi_source_rows_kept_total{source=\"api\"} 1",
        "inferno_kpi_source_dead_letters{source=\"api\"} 0.0",
        "inferno_kpi_http_requests_total{status=\"2xx\"} 1",
    ] {
        assert!(answer.text.lines().any(|found| found == line), "{line} is missing:\n{}", answer.text);
    }
    assert!(!answer.text.contains("kpi_value{kpi=\"net-promoter-score\"}"), "no data is no number");
    let read = formats::exposition::read(
        answer.text.as_bytes(),
        formats::exposition::Dialect::OpenMetrics,
        &formats::Limits::default(),
    );
    let read = read.expect("the product's own reader takes it");
    assert!(read.samples.problems.is_empty(), "{:?}", read.samples.problems);
}
