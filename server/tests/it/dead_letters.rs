//! What can't be taken waits with its reason, can be read again after a fix, and is never recorded twice.

use serde_json::{Value, json};

use crate::running::{Running, folder};

fn waiting(server: &Running) -> Vec<Value> {
    server.json("/api/v1/dead-letters").as_array().unwrap().clone()
}

fn with_kpi(id: &str) -> String {
    include_str!("../../../catalogue/inferno.toml").replace("id = \"pipeline-build-time\"", &format!("id = \"{id}\""))
}

#[test]
fn what_can_not_be_read_is_kept_with_its_reason_and_its_bytes() {
    let data = folder();
    let server = Running::start(data.path());
    assert!(waiting(&server).is_empty());
    let broken = b"{\"kpi\": \"pipeline-build-time\", \"value\": 7";
    assert_eq!(server.post("/api/v1/observations?source=ci", "application/json", broken).0, 400);
    let unknown = json!({ "kpi": "no-such-kpi", "value": 7 });
    assert_eq!(server.observe(&unknown).0, 422);
    let letters = waiting(&server);
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert_eq!((letters[1]["source"].as_str(), letters[1]["state"].as_str()), (Some("ci"), Some("dead")));
    assert!(letters[0]["reason"].as_str().unwrap().contains("no-such-kpi"), "{}", letters[0]);
    let id = letters[1]["payload_id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/api/v1/payloads/{id}")).1.as_bytes(), broken);
    let number = letters[1]["number"].as_i64().unwrap();
    assert_eq!(server.get(&format!("/api/v1/payloads/{number}")).1.as_bytes(), broken);
    let (status, page) = server.get("/sources/dead-letters");
    assert_eq!(status, 200);
    assert!(page.contains("no-such-kpi") && page.contains("Read again"), "the page shows why and what to do");
    assert!(server.get("/sources").1.contains("2 dead letters"));
}

#[test]
fn after_a_fix_a_dead_letter_is_read_again_once() {
    let data = folder();
    let server = Running::start(data.path());
    let body = json!({ "kpi": "new-build-time", "value": 7, "unit": "min", "time": "2026-03-01T09:30:00Z" });
    assert_eq!(server.observe(&body).0, 422);
    let number = waiting(&server)[0]["number"].as_i64().unwrap();
    let replay = format!("/api/v1/dead-letters/{number}/replay");
    let still = server.send(&replay, &[], &Value::Null).json();
    assert_eq!((still["done"].as_bool(), still["new"].as_u64()), (Some(false), Some(0)), "{still}");
    assert_eq!(waiting(&server).len(), 1, "what still can't be read still waits");
    let catalogue = with_kpi("new-build-time");
    let (status, answer) = server.post("/api/v1/catalogue?person=Ada", "application/toml", catalogue.as_bytes());
    assert!(status < 300, "{answer}");
    let done = server.send(&replay, &[], &Value::Null).json();
    assert_eq!((done["done"].as_bool(), done["new"].as_u64()), (Some(true), Some(1)), "{done}");
    assert_eq!(server.kpi("new-build-time")["value"]["number"], 7.0);
    assert!(waiting(&server).is_empty());
    assert_eq!(server.send(&replay, &[], &Value::Null).status, 409, "it does not wait any more");
}

#[test]
fn good_lines_are_kept_and_the_others_wait_until_they_are_set_aside() {
    let data = folder();
    let server = Running::start(data.path());
    let lines = b"good value=1 1767225600000000000\nfar value=2 4102444800000000000\n";
    assert_eq!(server.post("/write?db=ci", "text/plain", lines).0, 400);
    let letter = waiting(&server).remove(0);
    assert_eq!((letter["state"].as_str(), letter["kept_rows"].as_i64()), (Some("partly"), Some(1)), "{letter}");
    assert!(letter["reason"].as_str().unwrap().contains("future"), "{letter}");
    let number = letter["number"].as_i64().unwrap();
    let again = server.send(&format!("/api/v1/dead-letters/{number}/replay"), &[], &Value::Null).json();
    assert_eq!((again["done"].as_bool(), again["new"].as_u64()), (Some(false), Some(0)), "{again}");
    assert_eq!(server.json("/api/v1/series?contains=good")[0]["count"], 1, "the good line is not doubled");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let path = format!("/api/v1/dead-letters/{number}");
    assert_eq!(agent.delete(server.url(&path)).call().unwrap().status().as_u16(), 204);
    assert!(waiting(&server).is_empty());
    assert_eq!(agent.delete(server.url(&path)).call().unwrap().status().as_u16(), 409);
    assert_eq!(agent.delete(server.url("/api/v1/dead-letters/999")).call().unwrap().status().as_u16(), 404);
}

#[test]
fn a_restart_forgets_no_dead_letter() {
    let data = folder();
    let server = Running::start(data.path());
    assert_eq!(server.post("/v1/metrics", "application/json", b"{").0, 400);
    server.kill();
    let server = Running::start(data.path());
    assert_eq!(waiting(&server)[0]["format"], "otlp-json");
}

#[test]
fn what_a_person_typed_wrongly_is_no_dead_letter() {
    let data = folder();
    let server = Running::start(data.path());
    let form = b"kpi=pipeline-build-time&value=many";
    assert_eq!(server.post("/check-in", "application/x-www-form-urlencoded", form).0, 422);
    assert!(waiting(&server).is_empty());
}
