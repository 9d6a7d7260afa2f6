//! What a deployment brought, from GitHub's webhooks: lead time is that of every commit, whatever is told first.

use serde_json::{Value, json};

use crate::running::Running;

const HOUR_MS: i64 = 3_600_000;

#[expect(clippy::disallowed_methods, reason = "the server under test has the clock of the machine")]
pub fn now_ms() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn hex(secret: &[u8], body: &[u8]) -> String {
    use std::fmt::Write as _;

    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn send(server: &Running, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request =
        headers.iter().fold(agent.post(server.url(path)), |request, (name, value)| request.header(*name, *value));
    let mut response = request.send(body).unwrap();
    (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
}

pub fn signed_stripe(server: &Running, secret: &[u8], body: &str) -> (u16, String) {
    let time = now_ms() / 1000;
    let signature = format!("t={time},v1={}", hex(secret, format!("{time}.{body}").as_bytes()));
    send(server, "/webhooks/stripe", &[("stripe-signature", &signature)], body)
}

fn github(server: &Running, event: &str, body: &Value) -> String {
    let body = body.to_string();
    let signature = format!("sha256={}", hex(b"hush", body.as_bytes()));
    let (status, told) =
        send(server, "/webhooks/github", &[("x-github-event", event), ("x-hub-signature-256", &signature)], &body);
    assert_eq!(status, 200, "{told}");
    told
}

fn at(hours_ago: i64) -> String {
    jiff::Timestamp::from_millisecond(now_ms() - hours_ago * HOUR_MS).unwrap().to_string()
}

fn push(commits: &[(&str, i64)]) -> Value {
    let commits: Vec<Value> = commits
        .iter()
        .map(|(id, hours_ago)| json!({ "id": id, "timestamp": at(*hours_ago), "distinct": true }))
        .collect();
    json!({ "ref": "refs/heads/main", "commits": commits, "repository": { "full_name": "a/b" } })
}

fn deployment(id: u64, sha: &str, environment: &str, hours_ago: i64) -> Value {
    json!({
        "deployment_status": { "id": id, "state": "success", "environment": environment, "created_at": at(hours_ago) },
        "deployment": { "id": id, "sha": sha }, "repository": { "full_name": "a/b" }
    })
}

#[test]
fn the_lead_time_is_that_of_every_commit_that_a_deployment_brought() {
    let lead_time = |told: &[(&str, Value)]| {
        let server = Running::start_alone(&[], &[("INFERNO_KPI_GITHUB_SECRET", "hush")]);
        for (event, body) in told {
            github(&server, event, body);
        }
        server.kpi("lead-time-for-changes")["value"]["number"].as_f64().map(|hours| (hours * 10.0).round() / 10.0)
    };
    let one_by_one = [
        ("push", push(&[("a", 31)])),
        ("push", push(&[("b", 21)])),
        ("push", push(&[("c", 2)])),
        ("deployment_status", deployment(1, "c", "Production", 1)),
    ];
    assert_eq!(lead_time(&one_by_one), Some(20.0), "30, 20 and 1 hours");
    let backwards: Vec<(&str, Value)> = one_by_one.iter().rev().cloned().collect();
    assert_eq!(lead_time(&backwards), Some(20.0));
    let at_once = [
        ("deployment_status", deployment(1, "c", "production", 1)),
        ("push", push(&[("a", 31), ("b", 21), ("c", 2)])),
        // The same commit once more, and a step back, bring nothing.
        ("deployment_status", deployment(2, "c", "production", 0)),
        ("deployment_status", deployment(3, "a", "production", 0)),
    ];
    assert_eq!(lead_time(&at_once), Some(20.0));
}

#[test]
fn a_push_that_lists_not_all_of_its_commits_is_told_and_kept_in_part() {
    let server = Running::start_alone(&[], &[("INFERNO_KPI_GITHUB_SECRET", "hush")]);
    let mut cut = push(&[("a", 3), ("b", 2)]);
    cut["head_commit"] = json!({ "id": "z", "timestamp": at(1) });
    let told = github(&server, "push", &cut);
    assert!(told.contains("tells 2 of its commits and not all"), "{told}");
    assert_eq!(server.json("/api/v1/series?contains=commit.pushed")[0]["count"], 2);
    assert!(server.json("/api/v1/dead-letters").to_string().contains("not all"));
}

#[test]
fn githubs_forms_are_taken_as_its_json_is() {
    let server = Running::start_alone(&[], &[("INFERNO_KPI_GITHUB_SECRET", "hush")]);
    let body = push(&[("a", 3), ("b", 2)]).to_string();
    let json = body.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let body = format!("payload={json}");
    let signature = format!("sha256={}", hex(b"hush", body.as_bytes()));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers = [("x-github-event", "push"), ("x-hub-signature-256", &signature), form];
    let (status, told) = send(&server, "/webhooks/github", &headers, &body);
    assert_eq!(status, 200, "{told}");
    assert_eq!(server.json("/api/v1/series?contains=commit.pushed")[0]["count"], 2);
}
