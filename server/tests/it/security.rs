//! Hosts, origins, the token and headers.

use serde_json::json;

use crate::running::{PROGRAM, Running, agent, folder, site};

#[test]
fn requests_under_another_host_name_are_refused() {
    let data = folder();
    let server = Running::start(data.path());
    let response = agent().get(server.url("/api/v1/kpis")).header("host", "attacker.example").call().unwrap();
    assert_eq!(response.status().as_u16(), 421);
    let named = Running::start_with(folder().path(), &["--host-name", "kpi.example"], &[]);
    let response = agent().get(named.url("/api/v1/kpis")).header("host", "kpi.example").call().unwrap();
    assert_eq!(response.status().as_u16(), 200);
}

#[test]
fn pages_of_other_sites_may_not_write() {
    let data = folder();
    let server = Running::start(data.path());
    let body = json!({ "kpi": "code-coverage", "value": 91.5 }).to_string();
    for (name, value, expected) in [
        ("origin", "https://attacker.example", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 201),
    ] {
        let response = agent()
            .post(server.url("/api/v1/observations"))
            .header("content-type", "application/json")
            .header(name, value)
            .send(body.as_bytes())
            .unwrap();
        assert_eq!(response.status().as_u16(), expected, "{name}: {value}");
    }
}

#[test]
fn with_a_token_writing_needs_it_and_reading_does_not() {
    let data = folder();
    let server = Running::start_with(data.path(), &[], &[("INFERNO_KPI_TOKEN", "correct horse battery")]);
    let body = json!({ "kpi": "code-coverage", "value": 91.5 });
    assert_eq!(server.observe(&body).0, 401);
    for (token, expected) in [("wrong", 401), ("correct horse battery", 201)] {
        let response = agent()
            .post(server.url("/api/v1/observations"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .send(body.to_string().as_bytes())
            .unwrap();
        assert_eq!(response.status().as_u16(), expected, "{token}");
    }
    assert_eq!(server.get("/api/v1/kpis").0, 200);
    for (token, expected) in [("wrong", 401), ("correct+horse+battery", 303)] {
        let form = format!("kpi=code-coverage&value=92&token={token}");
        let response = agent()
            .post(server.url("/check-in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form.as_bytes())
            .unwrap();
        assert_eq!(response.status().as_u16(), expected, "{token}");
    }
    for path in [
        "gates/1/decisions",
        "alerts/level:code-coverage/acknowledge",
        "alerts/level:code-coverage/unacknowledge",
        "silences",
        "silences/any/end",
        "notifications/test",
        "notifications/retry",
        "notes",
        "kpis/code-coverage/baseline",
        "catalogue?person=Ada",
        "catalogue/contract",
    ] {
        assert_eq!(server.tell(&format!("/api/v1/{path}"), &json!({})).0, 401, "{path}");
    }
    for path in ["/benchmarks/start", "/benchmarks/cancel"] {
        let response = agent()
            .post(server.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(&b"token=wrong"[..])
            .unwrap();
        assert_eq!(response.status().as_u16(), 401, "{path}");
    }
}

#[test]
fn an_address_that_others_can_reach_needs_a_token() {
    let data = folder();
    let output = std::process::Command::new(PROGRAM)
        .args(["serve", "--address", "0.0.0.0:0", "--data"])
        .arg(data.path())
        .env_remove("INFERNO_KPI_TOKEN")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("INFERNO_KPI_TOKEN"));
}

#[test]
fn every_answer_carries_the_headers_that_protect_a_browser() {
    let data = folder();
    let server = Running::start(data.path());
    for path in ["/", "/api/v1/kpis", "/no-such-page", "/api/v1/no-such-thing"] {
        let response = agent().get(server.url(path)).call().unwrap();
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[test]
fn a_data_folder_has_one_writer() {
    let (data, site) = (folder(), site());
    let server = Running::start(data.path());
    for words in [&["serve", "--address", "127.0.0.1:0"][..], &["bench", "--tiny"]] {
        let output = std::process::Command::new(PROGRAM)
            .args(words)
            .arg("--data")
            .arg(data.path())
            .env("LEPTOS_SITE_ROOT", site.path())
            .env_remove("INFERNO_KPI_URL")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("in use by another inferno-kpi"), "{words:?}");
    }
    drop(server);
}

#[test]
fn a_demonstration_never_mixes_with_real_data() {
    let (data, site) = (folder(), site());
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "code-coverage", "value": 91.5 }));
    drop(server);
    let output = std::process::Command::new(PROGRAM)
        .args(["serve", "--demo", "--address", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("LEPTOS_SITE_ROOT", site.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds real data"));
}
