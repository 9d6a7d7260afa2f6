//! What the server does by itself fails while the disk is full, and is right later: flushes of samples, steps of alerts,
//! deliveries, the end.

use std::fmt::Write as _;

use serde_json::json;

use super::deed::{Kind, TOKEN};
use super::harness::{Harness, RECOVERY, waited};
use super::shim::Fault;
use crate::running::{Answer, folder};
use crate::webhook::{Mood, Webhook};

const START_S: u64 = 1_767_225_600;
/// More than a block holds.
const SAMPLES: u64 = 9_000;

fn send_samples(harness: &Harness) -> Answer {
    let mut lines = String::new();
    for step in 0..SAMPLES {
        writeln!(lines, "flushed value={step} {}", START_S + step).unwrap();
    }
    let request = crate::running::agent().post(harness.server().url("/write?db=fault&precision=s"));
    Answer::of(request.header("authorization", format!("Bearer {TOKEN}")).send(lines.as_bytes()).unwrap())
}

fn must_hold_samples(harness: &Harness, when: &str) {
    let found = harness.get("/api/v1/sample-series?name=flushed").expect("an answer").json();
    let path = format!(
        "/api/v1/sample-series/{}/window?from={}&until={}",
        found[0]["number"],
        START_S * 1_000,
        (START_S + SAMPLES) * 1_000
    );
    let window = harness.get(&path).expect("an answer").json();
    #[expect(clippy::cast_precision_loss, reason = "the sum stays below 2^52")]
    let sum = (SAMPLES * (SAMPLES - 1) / 2) as f64;
    assert_eq!((window["count"].as_u64(), window["sum"].as_f64()), (Some(SAMPLES), Some(sum)), "{when}: {window}");
}

#[test]
fn samples_that_could_not_be_flushed_are_flushed_later_and_shown_meanwhile() {
    let mut harness = Harness::on_sqlite();
    let blocks = |harness: &mut Harness| {
        harness
            .second()
            .texts("SELECT CAST(number AS TEXT) FROM sample_blocks WHERE CAST(number AS TEXT) <> $1", "")
            .len()
    };
    assert_eq!(send_samples(&harness).status, 204);
    harness.during(Fault::FullForAll, |harness| {
        // Where the flush came first, a further write meets the fault.
        harness.perform(Kind::Note);
        must_hold_samples(harness, "while the disk is full");
    });
    harness.wait_until_taken(Kind::Observation, RECOVERY);
    assert!(waited(RECOVERY, || blocks(&mut harness) > 0).is_some(), "they are flushed once there is room");
    must_hold_samples(&harness, "after the flush");
    harness.kill_and_start();
    must_hold_samples(&harness, "after a restart");
}

#[test]
fn an_alert_step_that_fails_is_made_later_and_told_once() {
    let webhook = Webhook::start();
    for call in [1, 3, 6, 10, 15, 22, 30, 40, 60] {
        let data = folder();
        let mut harness = Harness::on_sqlite_in(data.path(), &["--webhook", &webhook.url]);
        let before = webhook.posted().len();
        let bearer = format!("Bearer {TOKEN}");
        let observe = |harness: &Harness| {
            let body = json!({ "kpi": "speed", "value": 3, "external_id": "low" });
            harness.server().send("/api/v1/observations", &[("authorization", &bearer)], &body).status
        };
        harness.during(Fault::IoAt(call), |harness| {
            observe(harness);
            // The step comes soon after the observation, if that was kept.
            waited(std::time::Duration::from_millis(400), || harness.shim.faults() > 0);
        });
        assert!(waited(RECOVERY, || matches!(observe(&harness), 200 | 201)).is_some(), "call {call}");
        let told = waited(RECOVERY * 2, || webhook.posted().len() > before);
        assert!(told.is_some(), "an error at call {call}: nobody is told");
        // Another KPI's alert is a further message; were the first told twice, it would come before.
        harness.must_perform(Kind::Note);
        let posted = webhook.posted();
        let mut keys: Vec<&str> = posted[before..].iter().map(|post| post.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 1, "an error at call {call}: one transition is one message");
        harness.kill();
    }
}

#[test]
fn a_delivery_that_could_not_be_noted_is_noted_later_under_the_same_key() {
    let (webhook, data) = (Webhook::start(), folder());
    webhook.answer(Mood::Status(500));
    let mut harness = Harness::on_sqlite_in(data.path(), &["--webhook", &webhook.url]);
    let bearer = format!("Bearer {TOKEN}");
    let body = json!({ "kpi": "speed", "value": 3 });
    assert_eq!(harness.server().send("/api/v1/observations", &[("authorization", &bearer)], &body).status, 201);
    webhook.wait_for(1);
    webhook.answer(Mood::Status(204));
    harness.during(Fault::FullForAll, |harness| {
        let retry = harness.server().send("/api/v1/notifications/retry", &[("authorization", &bearer)], &json!({}));
        assert!(retry.status < 600);
        waited(std::time::Duration::from_secs(1), || webhook.posted().len() > 1);
        harness.perform(Kind::Note);
    });
    harness.wait_until_taken(Kind::Note, RECOVERY);
    let delivered = waited(RECOVERY * 2, || {
        harness.server().send("/api/v1/notifications/retry", &[("authorization", &bearer)], &json!({}));
        let list = harness.get("/api/v1/notifications").expect("an answer").json();
        list["messages"][0]["state"] == "delivered"
    });
    assert!(delivered.is_some(), "it is delivered once there is room");
    let posted = webhook.posted();
    assert!(posted.iter().all(|post| post.key == posted[0].key), "a receiver can tell that it is the same");
}

#[test]
fn a_server_whose_disk_is_full_stops_when_asked_and_loses_nothing() {
    let mut harness = Harness::on_sqlite();
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    harness.shim.arm(Fault::FullForAll);
    harness.perform(Kind::Note);
    harness.stop();
    harness.shim.free();
    harness.start();
    harness.must_agree("after a stop on a full disk");
}

#[test]
fn what_is_too_old_is_deleted_once_the_disk_lets_it() {
    let data = folder();
    let mut harness = Harness::on_sqlite_in(data.path(), &[]);
    assert_eq!(send_samples(&harness).status, 204);
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    harness.stop();
    harness.shim.arm(Fault::IoAt(30));
    let mut harness = Harness::prepare(data.path(), &["--keep-payloads-days", "1", "--keep-samples-days", "1"]);
    for call in [1, 4, 9, 16, 25, 36] {
        harness.shim.arm(Fault::IoAt(call));
        if let Err(ended) = harness.try_start() {
            assert_eq!(ended.status.code(), Some(2), "call {call}: {} {}", ended.status, ended.log);
            assert!(!ended.log.is_empty(), "call {call}: it says why");
        } else {
            waited(std::time::Duration::from_millis(300), || harness.shim.faults() > 0);
            harness.shim.free();
            harness.wait_until_taken(Kind::Note, RECOVERY);
            harness.kill();
        }
        harness.shim.free();
    }
    harness.start();
    harness.wait_until_taken(Kind::Observation, RECOVERY);
    let left = "SELECT CAST(last_ms AS TEXT) FROM sample_blocks WHERE CAST(last_ms AS TEXT) <> $1";
    assert!(waited(RECOVERY, || harness.second().texts(left, "").is_empty()).is_some(), "the old blocks are gone");
}
