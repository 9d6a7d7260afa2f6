//! Page views that browsers report: with the stamp of the page, once, within limits; and a few readers move no KPI.

use serde_json::{Value, json};

use crate::running::{Answer, Running, agent, folder};

/// Readers of networks of their own come through a proxy that the server trusts.
const BEHIND_A_PROXY: [&str; 2] = ["--trusted-proxy", "127.0.0.1"];

fn stamp(html: &str) -> Option<String> {
    let (_, rest) = html.split_once(" data-stamp=\"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn fresh(server: &Running, page: &str) -> String {
    let (status, html) = server.get(page);
    assert_eq!(status, 200, "{page}");
    stamp(&html).expect("a page has a stamp")
}

fn report(page: &str, stamp: &str, load_ms: f64) -> Value {
    let lcp_ms = if load_ms > 2_500.0 { load_ms } else { 100.0 };
    json!({ "stamp": stamp, "page": page, "load_ms": load_ms, "ttfb_ms": 4.0, "lcp_ms": lcp_ms, "cls": 0.0, "inp_ms": null, "final": true })
}

fn send(server: &Running, reader: &str, report: &Value) -> Answer {
    server.send("/api/v1/vitals", &[("x-forwarded-for", reader)], report)
}

/// A view of the overview by a reader, with a stamp of its own.
fn view(server: &Running, reader: &str, load_ms: f64) -> u16 {
    send(server, reader, &report("/", &fresh(server, "/"), load_ms)).status
}

/// The series of page views as the API lists them, by name.
fn series(server: &Running) -> Vec<Value> {
    let list = server.json("/api/v1/series?contains=dashboard.");
    list.as_array()
        .unwrap()
        .iter()
        .filter(|series| series["count"].as_u64().is_some_and(|count| count > 0))
        .cloned()
        .collect()
}

fn counts(server: &Running) -> Vec<u64> {
    series(server).iter().map(|series| series["count"].as_u64().unwrap()).collect()
}

#[test]
fn a_page_view_counts_once_with_the_stamp_of_its_page() {
    let data = folder();
    let server = Running::start(data.path());
    let stamp = fresh(&server, "/gates");
    let good = report("/gates", &stamp, 480.0);
    for _ in 0..3 {
        assert_eq!(server.tell("/api/v1/vitals", &good).0, 204);
    }
    assert_eq!(counts(&server), [1, 1]);
    let (_, html) = server.get("/kpis/dashboard-load-time");
    assert!(html.contains("page view of /gates"), "it is an observation like any other");
    assert!(!html.contains("127.0.0.1:"), "who read is not told");
    for (what, wrong) in [
        ("another page", report("/", &fresh(&server, "/gates"), 1.0)),
        ("no stamp", json!({ "page": "/", "load_ms": 1.0, "ttfb_ms": 1.0, "final": true })),
        ("a report of before", json!({ "id": "a", "page": "/", "load_ms": 1.0, "ttfb_ms": 1.0, "final": true })),
        ("a changed stamp", report("/gates", &stamp.replace('.', "0"), 1.0)),
        ("a cut stamp", report("/gates", &stamp[..stamp.len() - 1], 1.0)),
    ] {
        let (status, problem) = server.tell("/api/v1/vitals", &wrong);
        assert_eq!((status, &problem["type"]), (403, &json!("/docs/problems#page-view-stamp")), "{what}");
    }
    let mut implausible = report("/", &fresh(&server, "/"), -1.0);
    assert_eq!(server.tell("/api/v1/vitals", &implausible).0, 400);
    implausible["load_ms"] = json!("soon");
    assert_eq!(server.tell("/api/v1/vitals", &implausible).0, 400);
    assert_eq!(counts(&server), [1, 1]);
}

#[test]
fn pages_of_the_past_and_of_errors_have_no_stamp() {
    let data = folder();
    let server = Running::start(data.path());
    assert_eq!(stamp(&server.get("/?as_of=2026-01-01").1), None);
    assert_eq!(stamp(&server.get("/nowhere").1), None);
    assert_ne!(fresh(&server, "/"), fresh(&server, "/"), "no two pages share one");
}

#[test]
fn a_stamp_of_an_earlier_start_is_passed_over_without_an_error() {
    let data = folder();
    let server = Running::start(data.path());
    let old = report("/", &fresh(&server, "/"), 480.0);
    server.kill();
    let server = Running::start(data.path());
    assert_eq!(server.tell("/api/v1/vitals", &old).0, 204);
    assert!(counts(&server).is_empty());
}

#[test]
fn one_network_is_counted_for_sixty_views_however_many_pages_it_fetches() {
    let data = folder();
    let server = Running::start_with(data.path(), &BEHIND_A_PROXY, &[]);
    let stamps: Vec<String> = (0..90).map(|_| fresh(&server, "/")).collect();
    let mut counted = 0;
    for stamp in &stamps {
        let answer = send(&server, "192.0.2.7", &report("/", stamp, 600_000.0));
        match answer.status {
            204 => counted += 1,
            429 => assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0),
            other => panic!("{other}: {}", answer.text),
        }
    }
    // One comes back each minute.
    assert!((60..=61).contains(&counted), "{counted}");
    assert_eq!(counts(&server), [counted, counted]);
    let kpi = server.kpi("dashboard-load-time");
    assert_eq!((&kpi["value"], &kpi["status"]), (&Value::Null, &json!("no-data")), "{kpi}");
    let alerts = server.json("/api/v1/alerts");
    assert!(!alerts.to_string().contains("dashboard-load-time"), "{alerts}");
    // Whoever has other stamps of the flood, or an address beside it in the same /48, is counted for itself or not at all.
    assert_eq!(view(&server, "192.0.2.8", 480.0), 204);
    for number in 0..61 {
        let status = view(&server, &format!("2001:db8:1:{number:x}::1"), 480.0);
        assert_eq!(status, if number < 60 { 204 } else { 429 }, "{number}");
    }
}

#[test]
fn a_few_readers_move_neither_kpi_past_what_the_others_have() {
    let data = folder();
    let server = Running::start_with(data.path(), &BEHIND_A_PROXY, &[]);
    server.observe(&json!({ "kpi": "dashboard-load-time", "value": "400 ms" }));
    // Five readers alone, as often as they may.
    for _ in 0..8 {
        for reader in 1..=5 {
            assert_eq!(view(&server, &format!("192.0.2.{reader}"), 60_000.0), 204);
        }
    }
    let text = |id: &str| server.kpi(id)["value"]["text"].clone();
    assert_eq!(text("dashboard-load-time"), "0.4 seconds", "what was known before stands");
    assert_eq!(text("performance-budget"), Value::Null);
    for reader in 1..=16 {
        assert_eq!(view(&server, &format!("198.51.100.{reader}"), 480.0), 204);
    }
    assert_eq!(text("dashboard-load-time"), "0.48 seconds");
    assert_eq!(text("performance-budget"), "100%");
    // Many readers do.
    for reader in 6..=9 {
        assert_eq!(view(&server, &format!("192.0.2.{reader}"), 60_000.0), 204);
    }
    assert_ne!(text("dashboard-load-time"), "0.48 seconds");
    let readers = &series(&server)[0]["labels"][0];
    assert_eq!(readers["name"], "reader");
    assert!(!readers.to_string().contains("192.0.2"), "{readers}");
}

#[test]
fn a_reader_has_the_same_name_after_a_restart() {
    let data = folder();
    let names = |server: &Running| series(server)[0]["labels"][0]["values"].clone();
    let server = Running::start_with(data.path(), &BEHIND_A_PROXY, &[]);
    assert_eq!(view(&server, "192.0.2.1", 480.0), 204);
    let before = names(&server);
    server.kill();
    let server = Running::start_with(data.path(), &BEHIND_A_PROXY, &[]);
    assert_eq!(view(&server, "192.0.2.1", 480.0), 204);
    assert_eq!(names(&server), before, "or it would count twice");
    assert_eq!(counts(&server), [2, 2]);
}

#[test]
fn a_reader_of_a_private_server_reports_with_the_token_that_reads() {
    let data = folder();
    let secret = "a-secret-of-the-server-itself-0123456789";
    let server = Running::start_with(data.path(), &["--private"], &[("INFERNO_KPI_TOKEN", secret)]);
    let authorization = format!("Bearer {secret}");
    let mut page = agent().get(server.url("/")).header("authorization", &authorization).call().unwrap();
    let stamp = stamp(&page.body_mut().read_to_string().unwrap()).unwrap();
    let report = report("/", &stamp, 480.0);
    assert_eq!(server.send("/api/v1/vitals", &[], &report).status, 401);
    assert_eq!(server.send("/api/v1/vitals", &[("authorization", &authorization)], &report).status, 204);
}
