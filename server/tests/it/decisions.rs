//! Decisions at the gates: one of two wins, evidence is frozen, and a changed record is found.

use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::running::{Answer, Running, folder, run, text};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/two-kpis.toml");
const DECISIONS: &str = "/api/v1/gates/1/decisions";

fn start(data: &Path) -> Running {
    Running::start_with(data, &["--catalogue", CATALOGUE], &[])
}

/// A server whose first gate passes.
fn passing() -> (TempDir, Running) {
    let data = folder();
    let server = start(data.path());
    let met = json!([{ "kpi": "speed", "value": 12 }, { "kpi": "reach", "value": 120 }]);
    assert_eq!(server.observe(&met).0, 201);
    (data, server)
}

fn tag(server: &Running) -> String {
    server.fetch("/api/v1/gates/1").header("etag").to_owned()
}

fn decide(server: &Running, body: &Value) -> Answer {
    server.send(DECISIONS, &[("if-match", &tag(server))], body)
}

fn sign_off(person: &str) -> Value {
    json!({ "kind": "sign-off", "person": person, "reason": format!("{person} has looked at everything") })
}

#[test]
fn of_two_people_who_decide_at_once_one_wins_and_the_other_is_told_who() {
    let (_data, server) = passing();
    for round in 0..3 {
        let seen = tag(&server);
        let barrier = Arc::new(Barrier::new(2));
        let answers: Vec<(&str, Answer)> = thread::scope(|scope| {
            let deciders = ["Ada", "Grace"].map(|person| {
                let (server, seen, barrier) = (&server, &seen, Arc::clone(&barrier));
                scope.spawn(move || {
                    barrier.wait();
                    (person, server.send(DECISIONS, &[("if-match", seen)], &sign_off(person)))
                })
            });
            deciders.into_iter().map(|decider| decider.join().unwrap()).collect()
        });
        let won: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 201).collect();
        let lost: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 412).collect();
        assert_eq!((won.len(), lost.len()), (1, 1), "round {round}");
        let (winner, decision) = (won[0].0, won[0].1.json());
        let problem = lost[0].1.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(problem["type"].as_str().unwrap().ends_with("#changed"), "{problem}");
        for wanted in [winner, "signed off", "has looked at everything"] {
            assert!(detail.contains(wanted), "{wanted} is missing: {problem}");
        }
        assert_eq!(lost[0].1.header("etag"), tag(&server), "the answer names the state to decide from");
        let withdrawal =
            json!({ "kind": "withdrawal", "person": "Ada", "reason": "again", "withdraws": decision["id"] });
        assert_eq!(decide(&server, &withdrawal).status, 201);
    }
}

#[test]
fn a_decision_names_the_state_that_was_seen() {
    let (_data, server) = passing();
    let unseen = server.send(DECISIONS, &[], &sign_off("Ada"));
    assert_eq!(unseen.status, 428, "{}", unseen.text);
    assert_eq!(unseen.header("etag"), tag(&server));
    let seen = unseen.header("etag").to_owned();
    let several = format!("\"something-else\", {seen}");
    assert_eq!(server.send(DECISIONS, &[("if-match", &several)], &sign_off("Ada")).status, 201);
    assert_ne!(tag(&server), seen);
    assert_eq!(server.fetch("/api/v1/gates").json()["gates"][0]["tag"], tag(&server));
    assert_eq!(server.send(DECISIONS, &[("if-match", &seen)], &sign_off("Grace")).status, 412);
}

#[test]
fn a_gate_is_signed_off_once_everything_is_met_or_waived_and_the_next_phase_begins() {
    let data = folder();
    let server = start(data.path());
    server.observe(&json!({ "kpi": "speed", "value": 12 }));
    let before = server.json("/api/v1/kpis")["instant"].as_str().unwrap().to_owned();
    let refused = decide(&server, &sign_off("Ada"));
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.json()["detail"].as_str().unwrap().contains("1 more"), "{}", refused.text);

    let waiver = json!({ "kind": "waiver", "kpi": "reach", "person": "Ada", "reason": "counted from March on" });
    let answer = decide(&server, &waiver);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let gate = server.json("/api/v1/gates/1");
    assert_eq!((&gate["outcome"], &gate["waived"]), (&json!("not-passed"), &json!(["reach"])), "{gate}");
    assert_eq!((&gate["can_sign_off"], &gate["signed_off"]), (&json!(true), &Value::Null), "{gate}");
    assert!(gate["forecast"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{gate}");

    let signed = decide(&server, &sign_off("Grace"));
    assert_eq!(signed.status, 201, "{}", signed.text);
    let evidence = &signed.json()["evidence"];
    assert_eq!((&evidence["met"], &evidence["waived"]), (&json!(1), &json!(["reach"])), "{evidence}");
    assert_eq!(evidence["kpis"][0]["value"], "12/s", "{evidence}");
    assert_eq!(server.json("/api/v1/gates/1")["signed_off"]["person"], "Grace");
    assert_eq!(server.json("/api/v1/kpis")["current_phase"], 2);
    assert_eq!(server.kpi("speed")["current_target"], "20");
    assert_eq!(server.json(&format!("/api/v1/kpis?as_of={before}"))["current_phase"], 1, "as it was then");
    assert_eq!(decide(&server, &sign_off("Ada")).status, 422, "it is signed off already");
    drop(server);
    assert_eq!(start(data.path()).json("/api/v1/kpis")["current_phase"], 2, "also after a restart");
}

#[test]
fn a_withdrawn_decision_no_longer_holds_but_stays_in_the_list() {
    let (_data, server) = passing();
    let signed = decide(&server, &sign_off("Ada")).json();
    let between = server.json("/api/v1/kpis")["instant"].as_str().unwrap().to_owned();
    let withdrawal = json!({ "kind": "withdrawal", "person": "Grace", "reason": "the counter was wrong", "withdraws": signed["id"] });
    let answer = decide(&server, &withdrawal);
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(server.json("/api/v1/kpis")["current_phase"], 1);
    assert_eq!(server.json(&format!("/api/v1/kpis?as_of={between}"))["current_phase"], 2);
    let decisions = server.json("/api/v1/gates/decisions");
    let told: Vec<(&str, bool)> = decisions
        .as_array()
        .unwrap()
        .iter()
        .map(|decision| (decision["kind"].as_str().unwrap(), decision["holds"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("withdrawal", false), ("sign-off", false)], "the newest first");
    let then = server.json(&format!("/api/v1/gates/decisions?as_of={between}"));
    assert_eq!(then[0]["holds"], true, "it held then");
}

#[test]
fn decisions_that_do_not_fit_are_refused_with_the_field() {
    let (_data, server) = passing();
    let cases = [
        (json!({ "kind": "blessing", "person": "Ada", "reason": "why not" }), 422, "kind"),
        (json!({ "kind": "sign-off", "person": " ", "reason": "why not" }), 422, "person"),
        (json!({ "kind": "sign-off", "person": "Ada", "reason": "" }), 422, "reason"),
        (json!({ "kind": "waiver", "person": "Ada", "reason": "late" }), 422, "kpi"),
        (json!({ "kind": "waiver", "person": "Ada", "reason": "late", "kpi": "speed" }), 422, "kpi"),
        (
            json!({ "kind": "waiver", "person": "Ada", "reason": "late", "kpi": "speed", "expires": "2020-01-01" }),
            422,
            "expires",
        ),
        (
            json!({ "kind": "waiver", "person": "Ada", "reason": "late", "kpi": "speed", "expires": "soon" }),
            422,
            "expires",
        ),
        (json!({ "kind": "withdrawal", "person": "Ada", "reason": "late", "withdraws": "none" }), 422, "withdraws"),
        (json!({ "kind": "sign-off", "person": "Ada", "reason": "late", "colour": "red" }), 400, ""),
    ];
    for (body, status, field) in cases {
        let answer = decide(&server, &body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        let named = answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
        assert_eq!(named, field, "{body}: {}", answer.text);
    }
    let elsewhere = server.send("/api/v1/gates/3/decisions", &[("if-match", "*")], &sign_off("Ada"));
    assert_eq!(elsewhere.status, 404, "the last phase has no gate: {}", elsewhere.text);
    let later = server.send("/api/v1/gates/2/decisions", &[("if-match", "*")], &sign_off("Ada"));
    assert_eq!(later.status, 422, "the first gate comes first: {}", later.text);
    assert_eq!(server.json("/api/v1/gates/decisions"), json!([]), "nothing was decided");
}

#[test]
fn a_changed_record_breaks_the_chain() {
    let (data, server) = passing();
    let place = data.path().to_str().unwrap().to_owned();
    let signed = decide(&server, &sign_off("Ada")).json();
    let withdrawal = json!({ "kind": "withdrawal", "person": "Grace", "reason": "no", "withdraws": signed["id"] });
    assert_eq!(decide(&server, &withdrawal).status, 201);
    let verify = |place: [&str; 2]| run(&["gate", "verify", place[0], place[1]]);
    let sound = verify(["--url", &server.address]);
    assert_eq!(sound.status.code(), Some(0), "{}", text(&sound.stderr));
    assert!(text(&sound.stdout).ends_with("2 decisions, the chain is sound\n"), "{}", text(&sound.stdout));
    server.terminate_and_wait(Duration::from_secs(20));
    assert_eq!(verify(["--data", &place]).status.code(), Some(0), "the kept chain is sound too");

    let file = data.path().join("inferno-kpi.sqlite");
    let reason = b"Ada has looked at everything";
    let mut bytes = std::fs::read(&file).unwrap();
    let places: Vec<usize> = (0..bytes.len()).filter(|start| bytes[*start..].starts_with(reason)).collect();
    assert!(!places.is_empty(), "the record is in the file");
    for start in places {
        bytes[start..start + 3].copy_from_slice(b"Eve");
    }
    std::fs::write(&file, bytes).unwrap();

    let broken = verify(["--data", &place]);
    let printed = text(&broken.stdout);
    assert_eq!(broken.status.code(), Some(1), "{printed}{}", text(&broken.stderr));
    assert!(printed.lines().next().unwrap().starts_with("BROKEN"), "{printed}");
    assert!(printed.contains("not the one that was hashed"), "{printed}");
    let server = start(data.path());
    assert_eq!(verify(["--url", &server.address]).status.code(), Some(1), "a server tells it too");
}

#[test]
fn a_badge_shows_the_verdict_by_sign_and_word() {
    let data = folder();
    let server = start(data.path());
    let badge = server.fetch("/api/v1/gates/1/badge.svg");
    assert_eq!(badge.header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(badge.header("cache-control"), "no-cache");
    assert_eq!(badge.header("cross-origin-resource-policy"), "cross-origin");
    for wanted in ["<title>Gate 1: not passed; 0 of 2", "✗ not passed 0/2", ">Gate 1</text>"] {
        assert!(badge.text.contains(wanted), "{wanted}: {}", badge.text);
    }
    server.observe(&json!([{ "kpi": "speed", "value": 12 }, { "kpi": "reach", "value": 120 }]));
    let badge = server.fetch("/api/v1/gates/1/badge.svg?label=%3Cb%3Erelease");
    assert!(badge.text.contains("✓ passed 2/2") && badge.text.contains("&lt;b&gt;release"), "{}", badge.text);
    assert_eq!(server.fetch("/api/v1/gates/9/badge.svg").status, 404);
    assert_eq!(server.fetch("/api/v1/gates/one/badge.svg").status, 400);
    assert_eq!(server.fetch(&format!("/api/v1/gates/1/badge.svg?label={}", "x".repeat(41))).status, 400);
}
