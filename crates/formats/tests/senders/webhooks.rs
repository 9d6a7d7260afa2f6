//! What the events of GitHub, Stripe and `HubSpot` become. GitHub's payloads are those of `@octokit/webhooks-examples`, without
//! the addresses in them.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use formats::webhook::stripe::Mode;
use formats::webhook::{github, hubspot, stripe};
use formats::{Limits, Received};

use crate::{data, line, lines, problems, refused};

fn from_github(event: &str, file: &str) -> Received {
    github::read(event, &data(&format!("github/{file}.json")), &Limits::default()).unwrap()
}

#[test]
fn each_event_of_github_becomes_what_is_promised() {
    for (event, file, expected) in [
        (
            "workflow_run",
            "workflow_run",
            vec![
                "ci.run{branch=master,commit=3484a3fb816e0859fd6e1cea078d76385ff50625,repository=octo-org/octo-repo,\
                 result=success,workflow=.github/workflows/test.yml} 0 s @1601915629000 #github:workflow_run:289782451:1",
            ],
        ),
        ("workflow_run", "workflow_run-unfinished", vec![]),
        (
            "deployment_status",
            "deployment_status",
            vec![
                "deployment{commit=f95f852bd8fca8fcc58a9a2d6c842781e32a215e,environment=production,\
                 repository=Codertocat/Hello-World,result=success} 1 @1557933655000 #github:deployment_status:209916254",
                "commit.deployed{commit=f95f852bd8fca8fcc58a9a2d6c842781e32a215e,environment=production,\
                 repository=Codertocat/Hello-World} 1 @1557933655000 #github:deployed:145988746",
            ],
        ),
        ("deployment_status", "deployment_status-running", vec![]),
        (
            "push",
            "push",
            vec![
                "commit{branch=master,commit=6113728f27ae82c7b1a177c8d03f9e96e0adf246,repository=Codertocat/Hello-World} 1 \
                 @1557933565000 #github:commit:6113728f27ae82c7b1a177c8d03f9e96e0adf246",
                "commit.pushed{branch=master,commit=6113728f27ae82c7b1a177c8d03f9e96e0adf246,history=new,\
                 push=6113728f27ae82c7b1a177c8d03f9e96e0adf246,repository=Codertocat/Hello-World} 1 @1557933657000",
            ],
        ),
        ("push", "push-tag", vec![]),
        ("pull_request", "pull_request-closed", vec![]),
        (
            "issues",
            "issues-opened",
            vec![
                "issue{event=opened,issue=Codertocat/Hello-World#1,repository=Codertocat/Hello-World} 1 @1557933618000 \
                 #github:issue:444500041:opened",
            ],
        ),
        (
            "release",
            "release-published",
            vec![
                "release{release=0.0.1,repository=Codertocat/Hello-World,stage=final} 1 @1557933653000 \
                 #github:release:17372790",
            ],
        ),
        (
            "dependabot_alert",
            "dependabot_alert-fixed",
            vec![
                "vulnerability{event=patched,repository=octocat/hello-world,scanner=dependabot,severity=medium,\
                 vulnerability=octocat/hello-world:dependabot:1} 1 @1655301340000 \
                 #github:octocat/hello-world:dependabot:1:patched:2022-06-15T13:55:40Z",
            ],
        ),
        ("ping", "ping", vec![]),
    ] {
        let received = from_github(event, file);
        assert_eq!(lines(&received), expected, "{event} {file}");
        assert_eq!(received.left_out.is_empty(), !expected.is_empty(), "{event} {file}");
    }
}

#[test]
fn alerts_tell_the_life_of_a_vulnerability() {
    let events = |event, file| {
        let received = from_github(event, file);
        assert_eq!(received.samples.problems, []);
        let label = |name: &str| {
            let of = |sample: &formats::Sample| {
                sample
                    .labels
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| value.clone())
                    .unwrap_or_default()
            };
            received.samples.samples.iter().map(of).collect::<Vec<_>>().join(" ")
        };
        (label("event"), label("severity"))
    };
    assert_eq!(
        events("dependabot_alert", "dependabot_alert-created"),
        ("published detected".into(), "medium medium".into())
    );
    assert_eq!(events("code_scanning_alert", "code_scanning_alert-created"), ("detected".into(), "error".into()));
    assert_eq!(events("code_scanning_alert", "code_scanning_alert-fixed").0, "patched");
}

#[test]
fn a_failed_run_and_a_merged_contribution_are_told() {
    let run = |conclusion: &str| {
        let text = String::from_utf8(data("github/workflow_run.json")).unwrap();
        let text = text.replace(r#""conclusion": "success""#, &format!(r#""conclusion": "{conclusion}""#));
        let text =
            text.replace(r#""run_started_at": "2020-10-05T16:33:49Z""#, r#""run_started_at": "2020-10-05T16:33:19Z""#);
        lines(&github::read("workflow_run", text.as_bytes(), &Limits::default()).unwrap()).remove(0)
    };
    for (conclusion, result) in [("failure", "failure"), ("timed_out", "failure"), ("cancelled", "cancelled")] {
        let line = run(conclusion);
        assert!(line.contains(&format!("result={result},")) && line.contains(" 30 s @"), "{line}");
    }
    let closed = String::from_utf8(data("github/pull_request-closed.json")).unwrap();
    let merged = closed
        .replace(r#""merged": false"#, r#""merged": true"#)
        .replace(r#""merged_at": null"#, r#""merged_at": "2019-05-15T15:21:18Z""#);
    let external =
        merged.replace(r#""author_association": "OWNER""#, r#""author_association": "FIRST_TIME_CONTRIBUTOR""#);
    for (body, origin) in [(merged, "team"), (external, "external")] {
        assert_eq!(
            lines(&github::read("pull_request", body.as_bytes(), &Limits::default()).unwrap()),
            [format!(
                "contribution{{contributor=Codertocat,origin={origin},repository=Codertocat/Hello-World}} 1 @1557933678000 \
                 #github:pull_request:279147437"
            )]
        );
    }
}

#[test]
fn a_run_that_ends_before_it_starts_has_no_duration() {
    let text = String::from_utf8(data("github/workflow_run.json")).unwrap();
    for (started, is_told) in
        [("2020-10-05T16:33:49Z", false), ("2020-10-05T16:33:50Z", true), ("2021-01-01T00:00:00Z", true)]
    {
        let body =
            text.replace(r#""run_started_at": "2020-10-05T16:33:49Z""#, &format!(r#""run_started_at": "{started}""#));
        let received = github::read("workflow_run", body.as_bytes(), &Limits::default()).unwrap();
        let told = if is_told { vec![(1, "time", "bad-time")] } else { Vec::new() };
        assert_eq!((problems(&received), received.samples.samples.len()), (told, usize::from(!is_told)), "{started}");
    }
}

#[test]
fn a_run_that_does_not_say_its_times_is_told() {
    let text = String::from_utf8(data("github/workflow_run.json")).unwrap();
    let run = |member: &str, value: &str| {
        let mut body: serde_json::Value = serde_json::from_str(&text).unwrap();
        body["workflow_run"][member] = serde_json::from_str(value).unwrap();
        github::read("workflow_run", body.to_string().as_bytes(), &Limits::default()).unwrap()
    };
    for (member, value, told) in [
        ("run_started_at", "null", vec![]),
        ("updated_at", "null", vec![(1, "time", "bad-time")]),
        ("run_started_at", "\"x\"", vec![(1, "time", "bad-time")]),
        ("updated_at", "\"x\"", vec![(1, "time", "bad-time")]),
    ] {
        let received = run(member, value);
        let kept = usize::from(told.is_empty());
        assert_eq!((problems(&received), received.samples.samples.len()), (told, kept), "{member} {value}");
    }
}

#[test]
fn a_time_that_is_none_is_a_problem_of_the_event() {
    for (event, file, time) in
        [("workflow_run", "workflow_run", "2020-10-05T16:33:49Z"), ("issues", "issues-opened", "2019-05-15T15:20:18Z")]
    {
        let text = String::from_utf8(data(&format!("github/{file}.json"))).unwrap();
        let body = text.replace(time, "yesterday");
        assert_ne!(body, text);
        let received = github::read(event, body.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((problems(&received), received.samples.samples.len()), (vec![(1, "time", "bad-time")], 0), "{file}");
    }
}

fn pushed(body: &str) -> Received {
    github::read("push", body.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn a_push_tells_its_commits_in_their_order() {
    let commits = r#"[{"id":"c1","timestamp":"2026-01-01T00:00:00Z","distinct":false},
        {"id":"c2","timestamp":"2026-01-02T01:00:00+01:00","distinct":true},{"id":"c3","timestamp":"2026-01-01T12:00:00Z"}]"#;
    let body = |more: &str| {
        format!(r#"{{"ref":"refs/heads/Release/One","commits":{commits},"repository":{{"full_name":"a/b"{more}}}}}"#)
    };
    let labels = "branch=Release/One,commit=";
    // A branch keeps its case. Where the repository does not say when it was pushed to, its latest commit does.
    assert_eq!(
        lines(&pushed(&body(""))),
        [
            format!("commit.pushed{{{labels}c1,push=c3,repository=a/b}} 1 @1767312000000"),
            format!("commit{{{labels}c2,repository=a/b}} 1 @1767312000000 #github:commit:c2"),
            format!("commit.pushed{{{labels}c2,push=c3,repository=a/b}} 2 @1767312000000"),
            format!("commit{{{labels}c3,repository=a/b}} 1 @1767268800000 #github:commit:c3"),
            format!("commit.pushed{{{labels}c3,push=c3,repository=a/b}} 3 @1767312000000"),
        ]
    );
    let said = pushed(&body(r#","pushed_at":1767400000"#));
    assert!(lines(&said)[0].ends_with("@1767400000000"), "{said:?}");
    let by_force = pushed(&body("").replacen('{', r#"{"forced":true,"#, 1));
    assert!(lines(&by_force)[0].contains("history=new"), "{by_force:?}");
    for gone in [body("").replacen('{', r#"{"deleted":true,"#, 1), body("").replace("heads", "tags")] {
        assert_eq!(lines(&pushed(&gone)), [""; 0]);
    }
}

#[test]
fn a_push_that_lists_not_all_of_its_commits_is_told() {
    let commit = |id: usize| format!(r#"{{"id":"c{id}","timestamp":"2026-01-01T00:00:00Z"}}"#);
    let list = |count: usize| format!("[{}]", (0..count).map(commit).collect::<Vec<_>>().join(","));
    for (more, is_whole) in [
        (format!(r#","commits":{}"#, list(2)), true),
        (format!(r#","commits":{},"head_commit":{}"#, list(2), commit(1)), true),
        (format!(r#","commits":{},"head_commit":{}"#, list(20), commit(25)), false),
        (format!(r#","commits":{},"size":25"#, list(20)), false),
        (format!(r#","commits":{}"#, list(2_048)), false),
        (String::new(), false),
        (r#","commits":[],"created":true,"head_commit":{"id":"a"}"#.to_owned(), true),
        (r#","commits":[],"created":false,"forced":false,"head_commit":{"id":"a"}"#.to_owned(), false),
        (r#","deleted":true"#.to_owned(), true),
    ] {
        let received = pushed(&format!(r#"{{"ref":"refs/heads/main"{more}}}"#));
        let expected = if is_whole { vec![] } else { vec![(1, "commits", "incomplete")] };
        assert_eq!(problems(&received), expected, "{}", more.chars().take(80).collect::<String>());
    }
}

#[test]
fn what_github_and_hubspot_compare_without_case_is_compared_so() {
    let deployment = |state: &str, environment: &str| {
        let body = format!(
            r#"{{"deployment_status":{{"id":1,"state":"{state}","environment":"{environment}","created_at":"2026-01-01T00:00:00Z"}},
            "deployment":{{"id":2,"sha":"c1"}},"repository":{{"full_name":"a/b"}}}}"#
        );
        lines(&github::read("Deployment_Status", body.as_bytes(), &Limits::default()).unwrap())
    };
    let expected = deployment("success", "production");
    assert_eq!(expected.len(), 2);
    for (state, environment) in [("success", "Production"), ("SUCCESS", "PRODUCTION")] {
        assert_eq!(deployment(state, environment), expected, "{state} {environment}");
    }
    assert_eq!(issue("Opened", &["Incident", "STAGING"], ""), issue("opened", &["incident", "staging"], ""));
    let deal = |kind: &str, name: &str, value: &str| {
        let body = format!(
            r#"[{{"eventId":1,"subscriptionType":"deal.{kind}","objectId":9,"occurredAt":1767225600000,
            "propertyName":"{name}","propertyValue":"{value}"}}]"#
        );
        lines(&hubspot::read(body.as_bytes(), &Limits::default()).unwrap())
    };
    assert!(deal("propertyChange", "dealstage", "ClosedWon")[0].contains("event=won"));
    assert_eq!(
        deal("propertyChange", "deal_currency_code", "eur")[0].split(' ').next(),
        Some("deal.currency{currency=EUR,deal=9}")
    );
}

fn issue(action: &str, labels: &[&str], more: &str) -> Vec<String> {
    let labels: Vec<String> = labels.iter().map(|name| format!(r#"{{"name":"{name}"}}"#)).collect();
    let body = format!(
        r#"{{"action":"{action}","issue":{{"id":7,"number":3,"created_at":"2026-01-01T00:00:00Z",
            "updated_at":"2026-01-02T00:00:00Z","closed_at":"2026-01-03T00:00:00Z","labels":[{}]}},
            "repository":{{"full_name":"a/b"}}{more}}}"#,
        labels.join(",")
    );
    let received = github::read("issues", body.as_bytes(), &Limits::default()).unwrap();
    lines(&received).into_iter().filter(|line| !line.starts_with("issue{")).collect()
}

#[test]
fn labelled_issues_are_blockers_incidents_bottlenecks_and_regressions() {
    assert_eq!(
        issue("opened", &["Incident", "staging", "bug"], ""),
        [
            "incident{environment=staging,event=opened,incident=a/b#3,repository=a/b} 1 @1767225600000 #github:incident:7:opened"
        ]
    );
    assert_eq!(
        issue("closed", &["blocker", "bottleneck", "regression"], ""),
        [
            "blocker{blocker=a/b#3,event=resolved,repository=a/b} 1 @1767398400000 #github:blocker:7:closed:2026-01-03T00:00:00Z",
            "bottleneck{bottleneck=a/b#3,event=identified,repository=a/b} 1 @1767398400000 \
             #github:bottleneck:7:closed:2026-01-03T00:00:00Z",
        ]
    );
    // A label that comes later is the same event as if the issue had had it from the beginning.
    let opened = issue("opened", &["blocker"], "");
    assert_eq!(issue("labeled", &["blocker", "incident"], r#","label":{"name":"blocker"}"#), opened);
    assert_eq!(issue("labeled", &["bug", "blocker"], r#","label":{"name":"bug"}"#), [""; 0]);
    assert_eq!(issue("assigned", &["blocker"], ""), [""; 0]);
}

#[test]
fn githubs_forms_are_read_and_other_bodies_refused() {
    let text = String::from_utf8(data("github/push.json")).unwrap();
    let form: String = form_urlencoded(&text);
    let received = github::read("push", format!("payload={form}").as_bytes(), &Limits::default()).unwrap();
    assert_eq!(lines(&received), lines(&from_github("push", "push")));
    for (event, body, code) in [
        ("push", "", "empty"),
        ("push", "7", "shape"),
        ("push", r#"{"commits":7}"#, "shape"),
        ("star", "{", "syntax"),
        ("workflow_run", r#"{"action":"completed","workflow_run":{"id":-1}}"#, "shape"),
    ] {
        assert_eq!(refused(github::read(event, body.as_bytes(), &Limits::default())).code(), code, "{body}");
    }
    let limits = Limits { rows: 1, ..Limits::default() };
    let many = r#"{"ref":"refs/heads/a","commits":[{"id":"a","distinct":true},{"id":"b","distinct":true}]}"#;
    assert_eq!(refused(github::read("push", many.as_bytes(), &limits)).code(), "too-many-rows");
}

fn form_urlencoded(text: &str) -> String {
    let escapes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    escapes.concat()
}

fn from_stripe(file: &str) -> Received {
    stripe::read(&data(&format!("stripe/{file}.json")), Mode::Live, &Limits::default()).unwrap()
}

#[test]
fn each_event_of_stripe_becomes_what_is_promised() {
    for (file, expected) in [
        (
            "invoice-paid",
            vec![
                "revenue{customer=cus_1} 147 EUR @1767225600000 #stripe:evt_3:revenue",
                "customer.active{customer=cus_1} 1 @1767225600000 #stripe:evt_3:customer.active",
            ],
        ),
        (
            "charge-refunded",
            vec!["revenue.refunded{customer=cus_1} 1000 JPY @1767225600000 #stripe:evt_4:revenue.refunded"],
        ),
        (
            "subscription-created",
            vec![
                "subscription{customer=cus_1,event=started,plan=Pro,status=active,subscription=sub_1} 1764 EUR \
                 @1767225600000 #stripe:evt_1:subscription",
                "customer.milestone{customer=cus_1,step=signed} 1 @1767225600000 #stripe:evt_1:customer.milestone",
                "customer.active{customer=cus_1,plan=Pro} 1 @1767225600000 #stripe:evt_1:customer.active",
            ],
        ),
        (
            "subscription-deleted",
            vec![
                "subscription{customer=cus_1,event=ended,plan=Pro,status=canceled,subscription=sub_1} 0 EUR \
                 @1767225600000 #stripe:evt_2:subscription",
            ],
        ),
    ] {
        assert_eq!(lines(&from_stripe(file)), expected, "{file}");
    }
}

#[test]
fn test_events_of_stripe_count_only_where_they_are_wanted() {
    let live = data("stripe/invoice-paid.json");
    let test = String::from_utf8(live.clone()).unwrap().replace(r#""livemode": true"#, r#""livemode": false"#);
    for (body, mode, count) in [
        (live.as_slice(), Mode::Live, 2),
        (live.as_slice(), Mode::Test, 0),
        (test.as_bytes(), Mode::Live, 0),
        (test.as_bytes(), Mode::Test, 2),
    ] {
        assert_eq!(lines(&stripe::read(body, mode, &Limits::default()).unwrap()).len(), count);
    }
}

#[test]
fn each_event_of_hubspot_becomes_what_is_promised() {
    let received = hubspot::read(&data("hubspot/events.json"), &Limits::default()).unwrap();
    assert_eq!(
        received.samples.samples.iter().map(line).collect::<Vec<_>>(),
        [
            "support.ticket{ticket=501} 1 @1767225600000 #hubspot:1:ticket.creation:501:1767225600000",
            "customer.milestone{customer=77,step=signed} 1 @1767225601000 #hubspot:2:company.propertyChange:77:1767225601000",
            "deal{deal=9,event=won,stage=closedwon} 1 @1767225602000 #hubspot:3:deal.propertyChange:9:1767225602000",
            "deal.amount{deal=9} 1250.5 @1767225603000 #hubspot:4:deal.propertyChange:9:1767225603000",
            "deal{deal=10,event=created} 1 @1767225604000 #hubspot:5:object.creation:10:1767225604000",
        ]
    );
    assert_eq!(problems(&received), [(7, "propertyValue", "wrong-type")]);
    assert_eq!(received.left_out["event of another kind"], 1);
    assert_eq!(received.left_out["currency of a deal's amount, which the event does not tell"], 1);
    for (body, code) in [("", "empty"), ("7", "shape"), ("[", "syntax")] {
        assert_eq!(refused(hubspot::read(body.as_bytes(), &Limits::default())).code(), code);
    }
}
