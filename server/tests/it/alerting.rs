//! Alerts at work: fired, told once, silenced, taken, resolved.

use std::path::Path;

use serde_json::{Value, json};

use crate::running::{Running, eventually, folder};
use crate::webhook::Webhook;

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/two-kpis.toml");
const SPEED: &str = "level:speed";

fn start(data: &Path, webhook: &Webhook) -> Running {
    Running::start_with(data, &["--catalogue", CATALOGUE, "--webhook", &webhook.url], &[])
}

fn slow(server: &Running) {
    assert_eq!(server.observe(&json!({ "kpi": "speed", "value": 3 })).0, 201);
}

/// The alert of that key in that state.
fn state(server: &Running, key: &str, wanted: &str) -> Value {
    eventually("the alert's state", || {
        let list = server.json("/api/v1/alerts");
        list["states"].as_array().unwrap().iter().find(|it| it["key"] == key && it["state"] == wanted).cloned()
    })
}

fn messages(server: &Running) -> Vec<Value> {
    server.json("/api/v1/notifications")["messages"].as_array().unwrap().clone()
}

#[test]
fn a_red_value_is_told_once_and_its_end_too() {
    let (data, webhook) = (folder(), Webhook::start());
    let server = start(data.path(), &webhook);
    slow(&server);
    let told = webhook.wait_for(1);
    assert_eq!(told[0].lines(), [(SPEED.to_owned(), "fired".to_owned())]);
    assert_eq!((&told[0].body["kind"], &told[0].body["group"]), (&json!("alerts"), &json!("drivers")));
    assert!(told[0].body["lines"][0]["text"].as_str().unwrap().contains("3/s"), "{:?}", told[0]);
    let firing = state(&server, SPEED, "firing");
    assert_eq!((&firing["severity"], &firing["owner"]), (&json!("red"), &json!("drivers")), "{firing}");
    assert!(firing["notified"].is_string() && firing["fired"].is_string(), "{firing}");
    // The same again is no transition, so nothing is told of it.
    slow(&server);
    server.observe(&json!({ "kpi": "speed", "value": 30 }));
    let told = webhook.wait_for(2);
    assert_eq!(told[1].lines(), [(SPEED.to_owned(), "resolved".to_owned())]);
    assert_ne!(told[0].key, told[1].key);
    let ids: Vec<Value> = messages(&server).iter().map(|message| message["id"].clone()).collect();
    assert_eq!(ids, [json!(told[1].key), json!(told[0].key)], "every message was one post: {told:?}");
    assert_eq!(server.json("/api/v1/alerts")["states"], json!([]));
}

#[test]
fn a_silence_withholds_and_its_end_tells_what_still_fires() {
    let (data, webhook) = (folder(), Webhook::start());
    let server = start(data.path(), &webhook);
    let (status, silence) = server
        .tell("/api/v1/silences", &json!({ "kpi": "speed", "for": "2 hours", "person": "Ada", "reason": "repair" }));
    assert_eq!(status, 201, "{silence}");
    slow(&server);
    let silenced = state(&server, SPEED, "firing");
    assert!(silenced["silenced"].as_str().unwrap().contains("Ada"), "{silenced}");
    assert_eq!(silenced["notified"], Value::Null);
    assert!(messages(&server).is_empty(), "nothing was told");
    assert_eq!(server.json("/api/v1/silences")[0]["id"], silence["id"]);
    let end = format!("/api/v1/silences/{}/end", silence["id"].as_str().unwrap());
    assert_eq!(server.tell(&end, &json!({ "person": "Grace" })).0, 204);
    assert_eq!(webhook.wait_for(1)[0].lines(), [(SPEED.to_owned(), "fired".to_owned())]);
    assert_eq!(server.tell(&end, &json!({ "person": "Grace" })).0, 404, "it has ended already");
    assert_eq!(server.json("/api/v1/silences"), json!([]));
}

#[test]
fn a_silence_of_what_there_is_not_is_refused() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--catalogue", CATALOGUE], &[]);
    for (wanted, field) in [
        (json!({ "kpi": "sped", "for": "2 hours" }), "kpi"),
        (json!({ "track": "none", "for": "2 hours" }), "track"),
        (json!({ "owner": "nobody", "for": "2 hours" }), "owner"),
        (json!({ "kind": "noise", "for": "2 hours" }), "kind"),
        (json!({ "severity": "blue", "for": "2 hours" }), "severity"),
        (json!({ "for": "a while" }), "for"),
        (json!({ "for": "60 days" }), "for"),
        (json!({ "ends": "2020-01-01" }), "for"),
        (json!({}), "for"),
    ] {
        let mut body = wanted.clone();
        body["person"] = json!("Ada");
        body["reason"] = json!("quiet");
        let (status, problem) = server.tell("/api/v1/silences", &body);
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{wanted}: {problem}");
    }
    let everything = json!({ "for": "1 min", "person": "Ada", "reason": "moving" });
    assert_eq!(server.tell("/api/v1/silences", &everything).0, 201);
}

#[test]
fn a_firing_alert_is_taken_by_one_person_and_the_history_tells_it() {
    let (data, webhook) = (folder(), Webhook::start());
    let server = start(data.path(), &webhook);
    let take = |how: &str, person: &str| {
        let body = json!({ "person": person, "note": "on it" });
        server.tell(&format!("/api/v1/alerts/{SPEED}/{how}"), &body)
    };
    assert_eq!(take("acknowledge", "Ada").0, 409, "it does not fire");
    slow(&server);
    state(&server, SPEED, "firing");
    assert_eq!(take("acknowledge", "Ada").0, 204);
    let taken = state(&server, SPEED, "acknowledged");
    assert_eq!((&taken["acknowledged"]["person"], &taken["acknowledged"]["note"]), (&json!("Ada"), &json!("on it")));
    let (status, problem) = take("acknowledge", "Grace");
    assert_eq!(status, 409);
    assert!(problem["detail"].as_str().unwrap().contains("Ada"), "{problem}");
    assert_eq!(take("unacknowledge", "Ada").0, 204);
    assert_eq!(server.tell("/api/v1/alerts/speed/acknowledge", &json!({ "person": "Ada" })).0, 400, "no alert's key");

    let first = server.json("/api/v1/alerts/history?limit=2");
    let told = |page: &Value| -> Vec<String> {
        let events = page["events"].as_array().unwrap().iter();
        events.map(|event| event["transition"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(&first), ["unacknowledged", "acknowledged"]);
    assert_eq!(first["events"][1]["person"], "Ada");
    let second = server.json(&format!("/api/v1/alerts/history?limit=2&before={}", first["next"]));
    assert_eq!((told(&second), &second["next"]), (vec!["fired".to_owned()], &Value::Null));
    assert_eq!(server.get("/api/v1/alerts/history?limit=0").0, 400);
}

#[test]
fn a_source_that_is_refused_again_and_again_raises_a_notice_until_it_delivers() {
    let (data, webhook) = (folder(), Webhook::start());
    let server = start(data.path(), &webhook);
    let deliver = |body: &str| server.post("/api/v1/observations?source=meter", "application/json", body.as_bytes()).0;
    assert_eq!([deliver("{oops"), deliver("[]"), deliver(r#"{"kpi": "none", "value": 1}"#)], [400, 400, 422]);
    // The clock steps the alerts; nothing that was recorded does.
    let notice = state(&server, "source:meter", "firing");
    assert_eq!(notice["severity"], "notice");
    assert_eq!(deliver(r#"{"kpi": "reach", "value": 120}"#), 201);
    let told = webhook.wait_for(2);
    assert_eq!(told[1].lines(), [("source:meter".to_owned(), "resolved".to_owned())]);
}

#[test]
fn what_is_remembered_is_not_shown_of_a_past_instant() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--catalogue", CATALOGUE], &[]);
    slow(&server);
    state(&server, SPEED, "firing");
    let past = server.json("/api/v1/alerts?as_of=2026-01-01");
    assert_eq!((&past["states"], &past["alerts"]), (&Value::Null, &json!([])));
}
