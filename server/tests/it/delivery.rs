//! Notifications on their way: tried again, kept over a kill, by webhook and by mail, and never lost out of sight.

use std::path::Path;

use serde_json::{Value, json};

use crate::mail_server::MailServer;
use crate::running::{Running, eventually, folder};
use crate::webhook::{Mood, Webhook};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/two-kpis.toml");

fn start(data: &Path, extra: &[&str]) -> Running {
    Running::start_with(data, &[&["--catalogue", CATALOGUE], extra].concat(), &[])
}

/// The only message, once it is in that state and was tried so often.
fn message(server: &Running, wanted: &str, attempts: u64) -> Value {
    eventually("the message's state", || {
        let list = server.json("/api/v1/notifications")["messages"].clone();
        assert!(list.as_array().unwrap().len() <= 1, "{list}");
        Some(list[0].clone()).filter(|it| it["state"] == wanted && it["attempts"] == attempts)
    })
}

#[test]
fn a_webhook_that_fails_is_seen_and_tried_again_with_the_same_key() {
    let (data, webhook) = (folder(), Webhook::start());
    webhook.answer(Mood::Status(500));
    let server = start(data.path(), &["--webhook", &webhook.url]);
    server.observe(&json!({ "kpi": "speed", "value": 3 }));
    let waiting = message(&server, "pending", 1);
    assert!(waiting["last_error"].as_str().unwrap().contains("500"), "{waiting}");
    assert!(waiting["next_attempt"].is_string(), "{waiting}");
    assert!(!waiting.to_string().contains("secret"), "the address may be a secret: {waiting}");
    webhook.answer(Mood::Status(200));
    let (status, answer) = server.tell("/api/v1/notifications/retry", &json!({}));
    assert_eq!((status, &answer["messages"]), (202, &json!(1)));
    let delivered = message(&server, "delivered", 2);
    assert_eq!((&delivered["last_error"], &delivered["next_attempt"]), (&Value::Null, &Value::Null));
    let posted = webhook.posted();
    assert_eq!(posted.len(), 2);
    assert_eq!((&posted[0].key, &posted[0].body), (&posted[1].key, &posted[1].body));
}

#[test]
fn what_fired_before_a_kill_is_delivered_after_the_restart_and_once() {
    let (data, webhook) = (folder(), Webhook::start());
    webhook.answer(Mood::Silence);
    let server = start(data.path(), &["--webhook", &webhook.url]);
    server.observe(&json!({ "kpi": "speed", "value": 3 }));
    let before = webhook.wait_for(1);
    server.kill();
    webhook.answer(Mood::Status(204));
    let server = start(data.path(), &["--webhook", &webhook.url]);
    message(&server, "delivered", 1);
    let posted = webhook.wait_for(2);
    assert_eq!(posted[1].key, before[0].key, "a receiver can tell that it is the same");
    // The alert still fires, and the machine remembers that this was told: its end is the next message.
    server.observe(&json!({ "kpi": "speed", "value": 30 }));
    let posted = webhook.wait_for(3);
    assert_eq!(posted[2].lines(), [("level:speed".to_owned(), "resolved".to_owned())]);
    assert_eq!(posted.len(), 3);
}

#[test]
fn mail_brings_subject_and_text_to_the_team_and_to_the_owner() {
    let (data, mail) = (folder(), MailServer::start());
    let own = data.path().join("owners.toml");
    let document = std::fs::read_to_string(CATALOGUE).unwrap();
    std::fs::write(&own, document + "\n[[owner]]\nname = \"drivers\"\nemail = \"drivers@example.com\"\n").unwrap();
    let server = Running::start_with(
        data.path(),
        &[
            "--catalogue",
            own.to_str().unwrap(),
            "--mail-from",
            "Inferno KPI <kpi@example.com>",
            "--mail-to",
            "team@example.com",
        ],
        &[("INFERNO_KPI_SMTP_URL", &mail.url)],
    );
    server.observe(&json!({ "kpi": "speed", "value": 3 }));
    let mails = mail.wait_for(2);
    let mut to: Vec<&str> = mails.iter().flat_map(|mail| &mail.to).map(String::as_str).collect();
    to.sort_unstable();
    assert_eq!(to, ["drivers@example.com", "team@example.com"]);
    for mail in &mails {
        assert_eq!(mail.from, "kpi@example.com");
        for wanted in ["Subject: Inferno KPI: drivers: off target, new", "Speed is at 3/s", "/alerts", "Message-ID: <"]
        {
            assert!(mail.data.contains(wanted), "{wanted}: {}", mail.data);
        }
    }
}

#[test]
fn a_test_message_tries_every_way_and_says_where_there_is_none() {
    let (data, webhook, mail) = (folder(), Webhook::start(), MailServer::start());
    let ways = [
        "--webhook",
        &webhook.url,
        "--smtp-url",
        &mail.url,
        "--mail-from",
        "kpi@example.com",
        "--mail-to",
        "a@example.com",
    ];
    let server = start(data.path(), &ways);
    let (status, answer) = server.tell("/api/v1/notifications/test", &json!({}));
    assert_eq!((status, &answer["messages"]), (202, &json!(2)), "{answer}");
    assert_eq!(webhook.wait_for(1)[0].body["kind"], "test");
    assert!(mail.wait_for(1)[0].data.contains("a test of the notifications"));
    let channels = server.json("/api/v1/notifications")["channels"].clone();
    assert_eq!(
        (&channels[0]["kind"], &channels[1]),
        (&json!("webhook"), &json!({ "kind": "email", "recipient": "a@example.com" }))
    );
    let (data, none) = (folder(), json!({}));
    let (status, problem) = start(data.path(), &[]).tell("/api/v1/notifications/test", &none);
    assert_eq!(status, 409);
    assert!(problem["detail"].as_str().unwrap().contains("INFERNO_KPI_WEBHOOK_URL"), "{problem}");
}

#[test]
fn a_server_stops_although_a_receiver_hangs() {
    let (data, webhook) = (folder(), Webhook::start());
    webhook.answer(Mood::Silence);
    let server = start(data.path(), &["--webhook", &webhook.url]);
    server.observe(&json!({ "kpi": "speed", "value": 3 }));
    webhook.wait_for(1);
    server.terminate_and_wait(std::time::Duration::from_secs(9));
}

#[test]
fn each_of_two_webhooks_on_a_host_gets_the_notification_and_one_named_twice_gets_it_once() {
    let (data, webhook) = (folder(), Webhook::start());
    let (other, named) = (format!("{}-too", webhook.url), format!("on-call={}-named", webhook.url));
    let ways = ["--webhook", &webhook.url, "--webhook", &other, "--webhook", &named, "--webhook", &webhook.url];
    let channels = |server: &Running| {
        let list = server.json("/api/v1/notifications")["channels"].clone();
        let recipients: Vec<String> =
            list.as_array().unwrap().iter().map(|it| it["recipient"].as_str().unwrap().to_owned()).collect();
        recipients
    };
    let server = start(data.path(), &ways);
    let before = channels(&server);
    assert!(before.len() == 3 && before[0] != before[1] && before[2] == "on-call", "{before:?}");
    assert!(before.iter().all(|name| !name.contains("hooks")), "the path may be a secret: {before:?}");
    server.observe(&json!({ "kpi": "speed", "value": 3 }));
    let mut paths: Vec<String> = webhook.wait_for(3).into_iter().map(|posted| posted.path).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/hooks/secret", "/hooks/secret-named", "/hooks/secret-too"]);
    eventually("all three", || {
        let list = server.json("/api/v1/notifications")["messages"].clone();
        Some(()).filter(|()| list.as_array().unwrap().iter().filter(|it| it["state"] == "delivered").count() == 3)
    });
    assert_eq!(webhook.posted().len(), 3);
    server.kill();
    assert_eq!(channels(&start(data.path(), &ways)), before, "the names are the same after a restart");
}

#[test]
fn a_receiver_that_hangs_holds_no_other_back() {
    let (data, hanging, healthy) = (folder(), Webhook::start(), Webhook::start());
    hanging.answer(Mood::Silence);
    let server = start(data.path(), &["--webhook", &hanging.url, "--webhook", &healthy.url]);
    for _ in 0..4 {
        assert_eq!(server.tell("/api/v1/notifications/test", &json!({})).0, 202);
    }
    healthy.wait_for(4);
    // The first of four is still waited for: a try takes ten seconds, and one follows the other.
    assert_eq!(hanging.wait_for(1).len(), 1);
    server.observe(&json!({ "kpi": "speed", "value": 3 }));
    let fifth = healthy.wait_for(5).pop().unwrap();
    assert_eq!(fifth.lines(), [("level:speed".to_owned(), "fired".to_owned())]);
    assert!(hanging.posted().len() <= 2, "one after the other");
    server.terminate_and_wait(std::time::Duration::from_secs(9));
}

#[test]
fn messages_of_a_channel_arrive_in_the_order_in_which_they_were_made() {
    let (data, webhook) = (folder(), Webhook::start());
    let server = start(data.path(), &["--webhook", &webhook.url]);
    for value in [3, 30, 3, 30] {
        let told = webhook.posted().len();
        server.observe(&json!({ "kpi": "speed", "value": value }));
        webhook.wait_for(told + 1);
    }
    let posted = webhook.posted();
    let times: Vec<&str> = posted.iter().map(|posted| posted.body["time"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let what: Vec<String> = posted.iter().map(|posted| posted.lines()[0].1.clone()).collect();
    assert_eq!(what, ["fired", "resolved", "fired", "resolved"]);
}

#[test]
fn a_message_that_waits_under_its_webhooks_old_name_goes_out() {
    use storage::{OutboxStore as _, StoreLifecycle as _};
    let (data, webhook) = (folder(), Webhook::start());
    let host = webhook.url.strip_suffix("hooks/secret").unwrap();
    let old = storage::OutboxMessage {
        id: "old".to_owned(),
        dedupe: "old".to_owned(),
        channel: "webhook".to_owned(),
        recipient: format!("{host}…"),
        subject: "From before".to_owned(),
        body: json!({ "kind": "test", "lines": [] }).to_string(),
        created_ms: 1,
        state: storage::MessageState::Pending,
        attempts: 0,
        next_attempt_ms: 1,
        last_error: None,
        delivered_ms: None,
    };
    let keep = async {
        let store = storage_sqlite::SqliteStore::open(&data.path().join("inferno-kpi.sqlite")).await.unwrap();
        store.put_message(&old).await.unwrap();
        store.close().await;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(keep);
    let server = start(data.path(), &["--webhook", &format!("named={}", webhook.url)]);
    assert_eq!(webhook.wait_for(1)[0].key, "old");
    message(&server, "delivered", 1);
}

#[test]
fn two_webhooks_of_one_name_are_refused_at_the_start() {
    let data = folder();
    let output = crate::running::run(&[
        "serve",
        "--address",
        "127.0.0.1:0",
        "--data",
        data.path().to_str().unwrap(),
        "--site",
        crate::running::site().path().to_str().unwrap(),
        "--webhook",
        "a=http://127.0.0.1:9/one",
        "--webhook",
        "a=http://127.0.0.1:9/two",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let told = crate::running::text(&output.stderr);
    assert!(told.contains("two webhooks are called a"), "{told}");
}
