//! Event streams: places of their own, and an end with their token.

use serde_json::json;

use super::{Raw, get_from, metric};
use crate::running::{Running, eventually, folder};

const TOKEN: &str = "correct horse battery staple";

/// Asks for a stream; its status.
fn open(server: &Running, source: &str, headers: &str) -> (u16, Raw) {
    let mut raw = Raw::open_from(server, source);
    raw.ask("GET /api/v1/events", headers);
    let head = raw.head();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    assert_eq!(status == 200, !head.to_ascii_lowercase().contains("retry-after: "), "{head}");
    (status, raw)
}

#[test]
fn streams_have_limits_of_their_own_and_take_no_place_of_anything_else() {
    let options = ["--max-streams", "5", "--max-streams-per-address", "3", "--max-connections-per-address", "2"];
    let server = Running::start_alone(&options, &[]);
    let statuses =
        |source: &str, number: usize| -> Vec<(u16, Raw)> { (0..number).map(|_| open(&server, source, "")).collect() };
    let first = statuses("127.0.0.2", 4);
    assert_eq!(first.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 200, 200, 429]);
    let second = statuses("127.0.0.3", 3);
    assert_eq!(second.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 200, 503]);
    assert_eq!(get_from(&server, "127.0.0.2", "/api/v1/kpis", "").0, 200);
    assert_eq!(metric(&server, "inferno_kpi_connections{kind=\"event-stream\"}"), 5);
    drop(first);
    eventually("a place", || (open(&server, "127.0.0.3", "").0 == 200).then_some(()));
}

#[test]
fn a_stream_ends_when_its_token_does_and_no_other_one_does() {
    for private in [true, false] {
        let data = folder();
        let options: &[&str] = if private { &["--private"] } else { &[] };
        let server = Running::start_with(data.path(), options, &[("INFERNO_KPI_TOKEN", TOKEN)]);
        let admin = format!("Bearer {TOKEN}");
        let admin = [("authorization", admin.as_str())];
        let make = |name: &str, expires: Option<String>| {
            let wanted = json!({ "name": name, "scopes": ["read"], "person": "Ada", "expires": expires });
            let answer = server.send("/api/v1/tokens", &admin, &wanted);
            assert_eq!(answer.status, 201, "{}", answer.text);
            let made = answer.json();
            [&made["token"]["id"], &made["secret"]].map(|value| value.as_str().unwrap().to_owned())
        };
        let revoke = |id: &str| {
            let answer = server.send(
                &format!("/api/v1/tokens/{id}/revoke"),
                &admin,
                &json!({ "person": "Ada", "reason": "a test" }),
            );
            assert!(answer.status < 300, "{}", answer.text);
        };
        let listen = |secret: &str| {
            let (status, mut raw) = open(&server, "127.0.0.1", &format!("Authorization: Bearer {secret}\r\n"));
            assert_eq!(status, 200);
            raw.until("listening");
            raw
        };
        let [revoked, secret] = make("revoked", None);
        let mut ends = listen(&secret);
        let [_, other] = make("another", None);
        let mut goes_on = [listen(&other), listen(TOKEN)];
        let mut anonymous = (!private).then(|| {
            let mut raw = open(&server, "127.0.0.1", "").1;
            raw.until("listening");
            raw
        });
        let soon = jiff::Timestamp::now() + std::time::Duration::from_secs(4);
        let [_, expiring] = make("expiring", Some(soon.to_string()));
        let mut expires = listen(&expiring);
        revoke(&revoked);
        let rest = ends.rest();
        assert_eq!(rest.matches("event: change").count(), 2, "what came after it was revoked is not told: {rest}");
        expires.rest();
        let sent = json!({ "kpi": "code-coverage", "value": 91.5 });
        assert_eq!(server.send("/api/v1/observations", &admin, &sent).status, 201);
        for raw in goes_on.iter_mut().chain(&mut anonymous) {
            raw.until("code-coverage");
        }
    }
}
