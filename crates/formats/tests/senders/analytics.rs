//! Mixpanel's and Amplitude's protocols, with bodies that their own clients sent.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use formats::analytics::{EventMapping, EventRule, Others};
use formats::{Limits, Received, amplitude, mixpanel};

use crate::{data, line, lines, problems, refused};

fn events(query: &str, body: &[u8], mapping: &EventMapping) -> (Received, mixpanel::Request) {
    let request = mixpanel::request(query, body).unwrap();
    (mixpanel::read_events(&request.json, mapping, &Limits::default()).unwrap(), request)
}

fn text(words: &[(&str, &str)]) -> BTreeMap<String, String> {
    words.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn pythons_mixpanel_client_tracks_by_a_form_of_json() {
    let (received, request) = events("", &data("mixpanel/python-track.form"), &EventMapping::default());
    assert!(request.is_verbose && request.is_form);
    assert_eq!(
        lines(&received),
        [
            "feature.used{age=new,app=dashboard,customer=acme,user=user-1} 1 @1795488749166 #7fb8c8f94bc3454dbe8892eaf40cdede"
        ]
    );
}

#[test]
fn names_stay_as_they_are_and_only_plain_properties_become_labels() {
    let (received, _) = events("", &data("mixpanel/python-track-properties.form"), &EventMapping::default());
    let [sample] = received.samples.samples.as_slice() else { panic!("{received:?}") };
    assert!(
        line(sample).starts_with("Signed Up{Referred By=Friend,amount=12.5,paid=true,user=user-é} 1 @17954"),
        "{sample:?}"
    );
    assert_eq!(received.left_out, BTreeMap::from([("property that is a list or an object", 2)]));
}

#[test]
fn events_of_any_script_are_series_of_their_own() {
    let body = r#"[{"event":"Заказ 1","properties":{"город":"Москва"}},{"event":"Отказ 1","properties":{}},
        {"event":"Sign Up","properties":{"a b":"1","a_b":"2","a/b":"3"}},{"event":"Sign_Up","properties":{}},{"event":"😀"},{"event":"🎉 done"}]"#;
    let received = mixpanel::read_events(body.as_bytes(), &EventMapping::default(), &Limits::default()).unwrap();
    assert_eq!(
        lines(&received),
        [
            "Заказ 1{город=Москва} 1",
            "Отказ 1{} 1",
            "Sign Up{a b=1,a/b=3,a_b=2} 1",
            "Sign_Up{} 1",
            "😀{} 1",
            "🎉 done{} 1"
        ]
    );
}

#[test]
fn pythons_buffered_client_sends_several_events_at_once() {
    let (received, _) = events("", &data("mixpanel/python-buffered.form"), &EventMapping::default());
    let names: Vec<_> = received.samples.samples.iter().map(|sample| &sample.labels).collect();
    assert_eq!((received.samples.rows, names.len()), (3, 3));
    assert_eq!(
        names[2],
        &text(&[("event", "started"), ("task", "t2"), ("user", "user-2")]).into_iter().collect::<Vec<_>>()
    );
}

#[test]
fn pythons_import_sends_a_form_with_the_projects_key() {
    let (received, request) = events("", &data("mixpanel/python-import.form"), &EventMapping::default());
    assert_eq!(request.api_key.as_deref(), Some("key"));
    let line = lines(&received).remove(0);
    assert!(line.starts_with("user.active{app=platform,user=user-2} 1 @1767225600000 #"), "{line}");
}

#[test]
fn nodes_mixpanel_client_tracks_by_an_address_of_base64() {
    let query = String::from_utf8(data("mixpanel/node-track.query")).unwrap();
    let (received, request) = events(&query, b"", &EventMapping::default());
    assert!(!request.is_verbose && request.is_form);
    assert_eq!(lines(&received), ["feature.used{app=dashboard,customer=acme,user=user-1} 1"]);
}

#[test]
fn nodes_mixpanel_client_sends_batches_by_a_form_of_base64() {
    let (received, _) = events("", &data("mixpanel/node-track-batch.form"), &EventMapping::default());
    assert_eq!(
        lines(&received),
        [
            "task{event=started,task=t1,user=user-1} 1 @1767225600000",
            "task{event=finished,result=success,task=t2,user=user-2} 1",
        ]
    );
    let (received, _) = events("", &data("mixpanel/node-import-batch.form"), &EventMapping::default());
    assert_eq!(lines(&received), ["user.active{user=u} 1 @1767225600000", "user.active{user=v} 1 @1767225601000"]);
}

#[test]
fn base64_is_read_in_both_alphabets_and_with_plus_signs_that_became_spaces() {
    let json = br#"{"event":"a?>~\u00ff","properties":{"x":"???>>>~~~"}}"#;
    let plain = mixpanel::request("", json).unwrap();
    assert!(!plain.is_form);
    // What an encoder writes, as it stands in a form without escapes, and as browsers write it.
    let standard = "eyJldmVudCI6ImE/Pn5cdTAwZmYiLCJwcm9wZXJ0aWVzIjp7IngiOiI/Pz8+Pj5+fn4ifX0=";
    for written in [standard.to_owned(), standard.replace('+', "-").replace('/', "_"), standard.replace('=', "")] {
        let request = mixpanel::request("", format!("data={written}").as_bytes()).unwrap();
        assert_eq!(request.json, json, "{written}");
    }
}

#[test]
fn profile_updates_are_left_out_unless_the_mapping_wants_them() {
    let limits = Limits::default();
    let query = String::from_utf8(data("mixpanel/node-engage.query")).unwrap();
    for request in [mixpanel::request("", &*data("mixpanel/python-engage.form")), mixpanel::request(&query, b"")] {
        let json = request.unwrap().json;
        let received = mixpanel::read_profiles(&json, &EventMapping::default(), &limits).unwrap();
        assert_eq!((lines(&received).len(), &received.left_out), (0, &BTreeMap::from([("profile update", 1)])));
        let mapping = EventMapping { profile_series: Some("user.account".to_owned()), ..EventMapping::default() };
        assert_eq!(lines(&mixpanel::read_profiles(&json, &mapping, &limits).unwrap()), ["user.account{user=user-1} 1"]);
    }
    let received = mixpanel::read_profiles(br#"{"$set":{}}"#, &EventMapping::default(), &limits).unwrap();
    assert_eq!(problems(&received), [(1, "$distinct_id", "missing")]);
}

#[test]
fn import_takes_an_array_and_lines() {
    let one = r#"{"event":"a","properties":{"time":1767225600123,"$insert_id":"i"}}"#;
    for body in [format!("[{one},{one}]"), format!("{one}\n{one}\n"), format!("{one}\r\n\r\n{one}")] {
        let (received, request) = events("strict=1", body.as_bytes(), &EventMapping::default());
        assert!(!request.is_form);
        assert_eq!(lines(&received), ["a{} 1 @1767225600123 #i"; 2], "{body}");
    }
}

#[test]
fn a_rule_gives_an_event_its_series_value_and_labels() {
    let rule = EventRule {
        event: "Purchase".to_owned(),
        when: text(&[("status", "done")]),
        series: Some("revenue".to_owned()),
        value: Some("amount".to_owned()),
        unit: Some("USD".to_owned()),
        labels: text(&[("plan", "Plan Name"), ("region", "region")]),
        constants: text(&[("origin", "shop")]),
    };
    let ignored = EventRule { event: "Page View".to_owned(), ..EventRule::default() };
    let mapping = EventMapping { rules: vec![rule, ignored], others: Others::Ignore, ..EventMapping::default() };
    assert_eq!(mapping.problems(&Limits::default()), [""; 0]);
    let body = br#"[
        {"event":"Purchase","properties":{"status":"done","amount":"12.5","Plan Name":"pro","other":1}},
        {"event":"Purchase","properties":{"status":"open","amount":1}},
        {"event":"Page View","properties":{}},
        {"event":"Purchase","properties":{"status":"done"}},
        {"event":"Purchase","properties":{"status":"done","amount":"NaN"}},
        {"event":"Purchase","properties":{"status":"done","amount":[1]}}]"#;
    let received = mixpanel::read_events(body, &mapping, &Limits::default()).unwrap();
    assert_eq!(
        received.samples.samples.iter().map(line).collect::<Vec<_>>(),
        ["revenue{origin=shop,plan=pro} 12.5 USD"]
    );
    assert_eq!(
        problems(&received),
        [
            (4, "properties.amount", "missing"),
            (5, "properties.amount", "not-finite"),
            (6, "properties.amount", "wrong-type")
        ]
    );
    assert_eq!(
        received.left_out,
        BTreeMap::from([("event that a rule leaves out", 1), ("event that no rule names", 1)])
    );
}

#[test]
fn a_mapping_reads_from_json_and_says_what_is_wrong_with_it() {
    let mapping: EventMapping = serde_json::from_str(
        r#"{"others":"ignore","rules":[{"event":"","series":" a","labels":{"x":"p"},"constants":{"x":"c"}}],"user_label":"who"}"#,
    )
    .unwrap();
    assert_eq!(mapping.problems(&Limits::default()).len(), 3, "{mapping:?}");
    assert!(serde_json::from_str::<EventMapping>(r#"{"ruels":[]}"#).is_err());
}

#[test]
fn wrong_events_are_problems_of_their_rows_only() {
    let body = br#"[{"properties":{}}, 7, {"event":"a","properties":{"time":"soon"}}, {"event":"a","properties":{"time":1e300}},
        {"event":"a","properties":{"time":-5}}, {"event":"","properties":{}}, {"event":"good"}, {"event":"!!!"},
        {"event":"a","properties":{"$insert_id":"a\u0000b"}}, {"event":"a","properties":7}]"#;
    let received = mixpanel::read_events(body, &EventMapping::default(), &Limits::default()).unwrap();
    assert_eq!(
        problems(&received),
        [
            (1, "event", "missing"),
            (2, "row", "wrong-type"),
            (3, "properties.time", "bad-time"),
            (4, "properties.time", "bad-time"),
            (5, "properties.time", "bad-time"),
            (6, "event", "missing"),
            (8, "event", "bad-name"),
            (9, "external_id", "control-character"),
            (10, "row", "wrong-type"),
        ]
    );
    assert_eq!(received.samples.samples.iter().map(line).collect::<Vec<_>>(), ["good{} 1"]);
    let (status, body) = mixpanel::import_reply(&received);
    let reply: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &reply["num_records_imported"], &reply["failed_records"][0]["index"]),
        (400, &1.into(), &0.into())
    );
}

#[test]
fn what_is_no_body_of_mixpanel_is_refused() {
    for (query, body, code) in [
        ("", "", "shape"),
        ("verbose=1", "hello=1", "shape"),
        ("", "data=", "empty"),
        ("", "data=%%%", "shape"),
        ("", "data=!!!!", "shape"),
        ("", "\u{feff}\0", "shape"),
    ] {
        assert_eq!(refused(mixpanel::request(query, body.as_bytes())).code(), code, "{body}");
    }
    assert_eq!(refused(mixpanel::request("", b"data=\xff\xfe")).code(), "not-utf8");
    let limits = Limits { rows: 2, ..Limits::default() };
    let deep = "[".repeat(1000);
    for (json, code) in [
        ("", "empty"),
        ("hello", "syntax"),
        ("{", "syntax"),
        ("[NaN]", "not-finite"),
        ("{}{}{}", "too-many-rows"),
        ("[{},{},{}]", "too-many-rows"),
        ("{} 7", "shape"),
        (deep.as_str(), "too-deep"),
    ] {
        let refusal = refused(mixpanel::read_events(json.as_bytes(), &EventMapping::default(), &limits));
        assert_eq!(refusal.code(), code, "{json}");
    }
}

#[test]
fn mixpanels_clients_get_the_answers_that_they_read() {
    assert_eq!(mixpanel::form_reply(true, None), r#"{"error":null,"status":1}"#);
    assert_eq!(mixpanel::form_reply(true, Some("no")), r#"{"error":"no","status":0}"#);
    assert_eq!((mixpanel::form_reply(false, None), mixpanel::form_reply(false, Some("no"))), ("1".into(), "0".into()));
    let received = mixpanel::read_events(br#"{"event":"a"}"#, &EventMapping::default(), &Limits::default()).unwrap();
    let expected = r#"{"code":200,"num_records_imported":1,"status":"OK"}"#.to_owned();
    assert_eq!(mixpanel::import_reply(&received), (200, expected));
}

#[test]
fn amplitudes_clients_send_events_with_ids() {
    let limits = Limits::default();
    for name in ["amplitude/python-httpapi.json", "amplitude/python-batch.json"] {
        let body = data(name);
        assert_eq!(amplitude::api_key(&body).as_deref(), Some("api-key"));
        let received = amplitude::read(&body, &EventMapping::default(), &limits).unwrap();
        let lines = lines(&received);
        assert!(
            lines[0].starts_with("feature.used{age=new,app=dashboard,customer=acme,user=user-1} 1 @1795"),
            "{lines:?}"
        );
        assert_eq!(lines[1], "Signed Up{amount=3.5,paid=true,user=device-7} 1 @1767225600123 #own-1");
        // Names that begin with a dollar sign are the client's own.
        assert!(lines[2].starts_with("revenue_amount{user=user-1} 1 @1795"), "{lines:?}");
        assert_eq!((received.samples.rows, received.left_out["profile update"]), (4, 1));
    }
    let received = amplitude::read(&data("amplitude/node-httpapi.json"), &EventMapping::default(), &limits).unwrap();
    assert_eq!(lines(&received)[1], "task{event=finished,result=success,task=t1,user=user-2} 1 @1767225600000 #own-2");
}

#[test]
fn a_rule_may_name_what_stands_beside_amplitudes_properties() {
    let rule = EventRule {
        event: "revenue_amount".to_owned(),
        series: Some("revenue".to_owned()),
        value: Some("$price".to_owned()),
        labels: text(&[("client", "library")]),
        ..EventRule::default()
    };
    let mapping = EventMapping { rules: vec![rule], others: Others::Ignore, ..EventMapping::default() };
    let received = amplitude::read(&data("amplitude/python-batch.json"), &mapping, &Limits::default()).unwrap();
    let line = lines(&received).remove(0);
    assert!(line.starts_with("revenue{client=amplitude-python/1.3.0,user=user-1} 9.9 @1795"), "{line}");
}

#[test]
fn amplitude_is_told_exactly_which_events_are_wrong() {
    let body = br#"{"api_key":"k","events":[{"event_type":"a","user_id":"u"},{"user_id":"u"},{"event_type":"a"},
        {"event_type":"a","user_id":"u","time":"soon"},{"event_type":"a","user_id":"u","event_properties":[]}]}"#;
    let received = amplitude::read(body, &EventMapping::default(), &Limits::default()).unwrap();
    let reply: serde_json::Value = serde_json::from_str(&amplitude::invalid_reply(&received)).unwrap();
    assert_eq!(reply["code"], 400);
    assert_eq!(reply["events_with_missing_fields"], serde_json::json!({"event_type": [1], "user_id": [2]}));
    assert_eq!(reply["events_with_invalid_fields"], serde_json::json!({"event_properties": [4], "time": [3]}));
    assert_eq!(
        amplitude::success_reply(2, 50, 1_767_225_600_000),
        r#"{"code":200,"events_ingested":2,"payload_size_bytes":50,"server_upload_time":1767225600000}"#
    );
    assert_eq!(
        amplitude::refused_reply(400, "Missing events", Some("events")),
        r#"{"code":400,"error":"Missing events","missing_field":"events"}"#
    );
    assert!(amplitude::throttled_reply(2, 10).contains(r#""throttled_events":[0,1]"#));
}

#[test]
fn what_is_no_body_of_amplitude_is_refused() {
    for (body, code) in [("", "empty"), ("[]", "shape"), ("{}", "shape"), (r#"{"events":7}"#, "shape"), ("{", "syntax")]
    {
        let refusal = refused(amplitude::read(body.as_bytes(), &EventMapping::default(), &Limits::default()));
        assert_eq!(refusal.code(), code, "{body}");
    }
}
