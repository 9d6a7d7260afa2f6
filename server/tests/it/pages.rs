//! The pages as the server sends them, without any script.

use serde_json::json;

use crate::running::{Running, agent, folder};

const PAGES: [&str; 8] = [
    "/",
    "/tracks/track-3",
    "/kpis/pipeline-build-time",
    "/gates",
    "/benchmarks",
    "/sources",
    "/check-in",
    "/settings",
];

#[test]
fn every_page_is_complete_html_without_inline_style() {
    let data = folder();
    let server = Running::start(data.path());
    for path in PAGES {
        let mut response = agent().get(server.url(path)).call().unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let html = response.body_mut().read_to_string().unwrap();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(!nonce.is_empty() && html.contains(&format!("nonce=\"{nonce}\"")), "{path}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(!html.contains(" style="), "{path}");
        assert!(html.contains("</html>"), "{path}");
    }
}

#[test]
fn a_page_names_the_files_of_the_site_from_any_working_folder() {
    let data = folder();
    let (server, elsewhere) = (Running::start(data.path()), folder());
    assert!(server.get("/").1.contains("/pkg/inferno-kpi.1.css"), "the style sheet is that of hash.txt");
    drop(server);
    let server = Running::start_in(elsewhere.path(), data.path());
    assert!(server.get("/").1.contains("/pkg/inferno-kpi.1.css"), "without a Leptos.toml too");
}

#[test]
fn a_kpi_page_shows_value_target_chart_and_table() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!([
        { "kpi": "pipeline-build-time", "value": "12 min", "time": "2026-11-01T12:00:00Z" },
        { "kpi": "pipeline-build-time", "value": "7 min", "note": "parallel tests" },
    ]));
    let (_, html) = server.get("/kpis/pipeline-build-time");
    for wanted in ["7 min", "12 min", "&lt;10 min", "<svg", "<table", "parallel tests", "history.csv"] {
        assert!(html.contains(wanted), "{wanted}");
    }
    let (_, csv) = server.get("/api/v1/kpis/pipeline-build-time/history.csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn pages_and_their_links_keep_the_instant() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!({ "kpi": "code-coverage", "value": 80.0, "time": "2026-03-01T12:00:00Z" }));
    let (status, html) = server.get("/?as_of=2026-03-02");
    assert_eq!(status, 200);
    assert!(html.contains("2 March 2026"), "the page names the instant");
    assert!(html.contains("/gates?as_of=2026-03-02"), "its links keep it");
    assert_eq!(server.get("/?as_of=whenever").0, 400);
}

#[test]
fn what_is_not_there_gets_a_page_for_people_and_a_problem_for_programs() {
    let data = folder();
    let server = Running::start(data.path());
    for path in ["/nowhere", "/kpis/nothing", "/tracks/nothing"] {
        let (status, html) = server.get(path);
        assert_eq!(status, 404, "{path}");
        assert!(html.contains("<h1"), "{path}");
    }
    let (status, problem) = server.get("/api/v1/kpis/nothing");
    assert_eq!(status, 404);
    assert!(problem.contains("\"status\":404"), "{problem}");
}

#[test]
fn a_check_in_without_script_is_recorded_or_explained() {
    let data = folder();
    let server = Running::start(data.path());
    let send = |form: &str| {
        let mut response = agent()
            .post(server.url("/check-in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form.as_bytes())
            .unwrap();
        let place = response.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        (response.status().as_u16(), place, response.body_mut().read_to_string().unwrap())
    };
    let (status, _, html) = send("kpi=time-to-recovery&value=about+an+hour&note=kept&person=Ada");
    assert_eq!(status, 422);
    assert!(html.contains("kept") && html.contains("Ada"), "what was typed is kept");
    assert!(html.contains("about an hour"), "the error quotes the value");
    let (status, place, _) = send("kpi=time-to-recovery&value=45+min&note=outage&person=Ada&time=2026-11-02T10:30");
    assert_eq!(status, 303);
    let (_, html) = server.get(&place.unwrap());
    assert!(html.contains("Recorded: Time to Recovery is 45 min."));
    let kpi = server.kpi("time-to-recovery");
    assert_eq!(
        (kpi["value"]["origin"].as_str(), kpi["value"]["observed"].as_str()),
        (Some("entered"), Some("2026-11-02T10:30:00Z"))
    );
}

#[test]
fn a_csv_file_is_previewed_and_then_recorded() {
    let data = folder();
    let server = Running::start(data.path());
    let send = |form: &str| {
        let mut response = agent()
            .post(server.url("/sources/import"))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form.as_bytes())
            .unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    };
    let csv = "kpi%2Cvalue%0Apipeline-build-time%2C7%0Ano-such%2C1%0A";
    let (status, html) = send(&format!("action=preview&csv={csv}"));
    assert_eq!(status, 200);
    assert!(html.contains("7 min") && html.contains("no-such"), "good and bad rows");
    assert_eq!(server.kpi("pipeline-build-time")["status"], "no-data", "a preview records nothing");
    assert_eq!(send(&format!("action=record&csv={csv}")).0, 422);
    let (status, html) = send(&format!("action=record&partial=on&csv={csv}"));
    assert_eq!(status, 200);
    assert!(html.contains("1 recorded"), "the page says what was recorded");
    assert_eq!(server.kpi("pipeline-build-time")["value"]["text"], "7 min");
}

#[test]
fn preferences_are_kept_in_a_cookie_that_scripts_cannot_read() {
    let data = folder();
    let server = Running::start(data.path());
    let response = agent()
        .post(server.url("/settings"))
        .header("content-type", "application/x-www-form-urlencoded")
        .send(&b"theme=dark&text_size=large"[..])
        .unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let html = agent().get(server.url("/")).header("cookie", pair).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(html.contains("data-theme=\"dark\""));
}

/// What stands in an element with this id, up to the next section.
fn part<'a>(html: &'a str, id: &str) -> &'a str {
    let start = html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
    let rest = &html[start..];
    rest.find("</section>").map_or(rest, |end| &rest[..end])
}

/// `2026-11-23T12:00:00Z`, so many days before today.
fn days_ago(days: i64) -> String {
    let then = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap();
    then.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[test]
fn a_page_of_a_past_instant_shows_nothing_of_today() {
    let data = folder();
    let server = Running::start(data.path());
    server.observe(&json!([
        { "kpi": "pipeline-build-time", "value": "9 min", "time": days_ago(20) },
        { "kpi": "pipeline-build-time", "value": "8 min", "time": days_ago(10) },
        { "kpi": "pipeline-build-time", "value": "300 min" },
    ]));
    crate::running::eventually("the alert", || {
        let html = server.get("/kpis/pipeline-build-time").1;
        html.contains("kpi-alerts-title").then_some(())
    });
    server.tell(
        "/api/v1/notes",
        &json!({ "subject": "kpi:pipeline-build-time", "kind": "comment", "person": "Ada", "text": "seen today" }),
    );
    let as_of = &days_ago(5)[..10];
    let html = server.get(&format!("/kpis/pipeline-build-time?as_of={as_of}")).1;
    for absent in ["kpi-alerts-title", "seen today", "300 min", "Off target"] {
        assert!(!html.contains(absent), "{absent} is of today");
    }
    let overview = server.get(&format!("/?as_of={as_of}")).1;
    assert!(!overview.contains("to-alerts") && !overview.contains("escalations-title"), "no alert fired then");
    let alerts = server.get(&format!("/alerts?as_of={as_of}")).1;
    assert!(alerts.contains("Nothing fires.") && !alerts.contains("300 min"), "the history of today is not of then");
    let sources = server.get(&format!("/sources?as_of={as_of}")).1;
    assert!(!sources.contains("id=\"senders\"") && !sources.contains("id=\"own\""), "who sends now is not of then");
}

#[test]
fn an_alert_says_since_when_the_data_say_so() {
    let data = folder();
    let server = Running::start(data.path());
    let first = days_ago(50);
    let times =
        (0..50).map(|day| json!({ "kpi": "pipeline-build-time", "value": "30 min", "time": days_ago(50 - day) }));
    server.observe(&json!(times.collect::<Vec<_>>()));
    let html = crate::running::eventually("the alert", || {
        let html = server.get("/kpis/pipeline-build-time").1;
        html.contains("kpi-alerts-title").then_some(html)
    });
    let began: jiff::Timestamp = first.parse().unwrap();
    let (long, short) = (began.strftime("%-d %B %Y").to_string(), began.strftime("%-d %b %Y").to_string());
    assert!(part(&html, "kpi-alerts").contains(&format!("since {long}")), "{}", part(&html, "kpi-alerts"));
    assert!(part(&html, "standing").contains(&short), "{}", part(&html, "standing"));
    let state = &server.json("/api/v1/alerts")["states"][0];
    assert_eq!(state["since"], service::instant::iso(began.as_millisecond()), "{state}");
    assert_ne!(state["since"], state["first_seen"], "the server saw it later");
}

#[test]
fn a_data_table_has_what_was_measured_before_what_is_expected() {
    let data = folder();
    let server = Running::start(data.path());
    let values = (0..12).map(|day| {
        let value = f64::from(day).mul_add(0.3, 14.0 + f64::from(day % 3));
        json!({ "kpi": "pipeline-build-time", "value": format!("{value} min"), "time": days_ago(i64::from(12 - day)) })
    });
    server.observe(&json!(values.collect::<Vec<_>>()));
    let html = server.get("/kpis/pipeline-build-time").1;
    let table = html.split("id=\"history-pipeline-build-time-table\"").nth(1).unwrap();
    let rows: Vec<&str> = table.split("</table>").next().unwrap().split("<tr>").skip(2).collect();
    assert!(rows.len() >= 12, "{}", rows.len());
    for (day, row) in (0..12).zip(&rows) {
        let value = f64::from(day).mul_add(0.3, 14.0 + f64::from(day % 3));
        assert!(row.contains(&format!("{value:.1}").trim_end_matches(".0").to_owned()), "day {day}: {row}");
    }
}
