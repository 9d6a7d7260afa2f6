//! What readers ask for waits in a line of its own: too much of it is refused, and neither health nor writing waits for it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

use crate::running::{Answer, Running, eventually, folder};

const START_S: i64 = 1_767_225_600;
/// How long whether the server lives takes at most, in a debug build on a machine with two cores that runs other tests too.
/// The release build is measured in docs/performance.md.
const HEALTH: Duration = Duration::from_secs(1);
/// How long a write waits at most, on the same machine: it also waits for the disk.
const WRITE: Duration = Duration::from_secs(3);

/// A client that waits as long as the server does.
fn patient() -> Agent {
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_mins(1)));
    config.build().into()
}

fn get(agent: &Agent, server: &Running, path: &str) -> Answer {
    Answer::of(agent.get(server.url(path)).call().unwrap())
}

/// Fills series that KPIs are computed of: so many samples of each, half a minute apart.
fn fill(server: &Running, count: i64) {
    for first in (0..count).step_by(30_000) {
        let mut lines = String::new();
        for step in first..count.min(first + 30_000) {
            let at_s = START_S + 30 * step;
            writeln!(lines, "ci.run,result=success,branch=b{} value={}.5 {at_s}", step % 20, step % 600).unwrap();
            writeln!(lines, "deployment,environment=production,result=success value=1 {at_s}").unwrap();
            writeln!(lines, "code-coverage value={}.5 {at_s}", step % 100).unwrap();
        }
        assert_eq!(server.post("/write?db=t&precision=s", "text/plain", lines.as_bytes()).0, 204);
    }
}

fn metric(server: &Running, name: &str) -> u64 {
    let text = server.get("/metrics").1;
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {text}"));
    line.rsplit(' ').next().unwrap().trim_end_matches(".0").parse().unwrap()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
fn a_flood_of_past_instants_stops_neither_health_nor_writing_and_the_excess_is_told_when_to_come_back() {
    let data = folder();
    let server = Running::start(data.path());
    fill(&server, 120_000);
    let kpi = server.kpi("code-coverage");
    assert_eq!(kpi["status"], "stale", "the samples are read by KPIs: {kpi}");
    let is_over = AtomicBool::new(false);
    let (answers, health, writes) = thread::scope(|scope| {
        let asked: Vec<_> = (0..50)
            .map(|number| {
                let server = &server;
                scope.spawn(move || {
                    let path = match number % 2 {
                        0 => format!("/api/v1/kpis?as_of=2026-02-01T00:{number:02}:00Z"),
                        _ => format!("/?as_of=2026-02-01T00:{number:02}:00Z"),
                    };
                    get(&patient(), server, &path)
                })
            })
            .collect();
        eventually("the flood", || {
            (metric(&server, "inferno_kpi_reads_under_way{urgency=\"past\"}") > 0).then_some(())
        });
        let health = scope.spawn(|| {
            let (agent, mut worst) = (patient(), Duration::ZERO);
            while !is_over.load(Ordering::SeqCst) {
                for path in ["/healthz", "/readyz"] {
                    let started = Instant::now();
                    assert_eq!(get(&agent, &server, path).status, 200);
                    worst = worst.max(started.elapsed());
                }
            }
            worst
        });
        let writes = scope.spawn(|| {
            let (mut worst, mut count) = (Duration::ZERO, 0);
            while !is_over.load(Ordering::SeqCst) {
                let started = Instant::now();
                let (status, answer) = server.observe(&json!({ "kpi": "net-promoter-score", "value": count % 50 }));
                assert_eq!(status, 201, "{answer}");
                worst = worst.max(started.elapsed());
                count += 1;
            }
            (worst, count)
        });
        let answers: Vec<Answer> = asked.into_iter().map(|one| one.join().unwrap()).collect();
        is_over.store(true, Ordering::SeqCst);
        (answers, health.join().unwrap(), writes.join().unwrap())
    });
    let answered = answers.iter().filter(|answer| answer.status == 200).count();
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert_eq!(answered + refused.len(), 50);
    // One is computed, sixteen wait.
    assert!(answered >= 1 && refused.len() >= 10, "{answered} answered, {} refused", refused.len());
    for answer in refused {
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=30).contains(&seconds), "{}", answer.text);
        let is_problem = answer.header("content-type") == "application/problem+json";
        assert!(answer.text.contains("Too much is asked for at once"), "{}", answer.text);
        assert!(!is_problem || answer.json()["type"] == "/docs/problems#busy", "{}", answer.text);
    }
    assert!(health < HEALTH, "{health:?}");
    assert!(writes.1 > 0 && writes.0 < WRITE, "{writes:?}");
    assert_eq!(
        server.kpi("net-promoter-score")["value"]["observations"],
        writes.1,
        "all that was acknowledged is there"
    );
    nobody_computes_for_who_went_away(&server);
}

/// Asks for more than is computed soon, and goes away.
fn nobody_computes_for_who_went_away(server: &Running) {
    const ASKED: u64 = 16;
    let computed = || metric(server, "inferno_kpi_evaluations_total{of=\"past\"}");
    let under_way = || metric(server, "inferno_kpi_reads_under_way{urgency=\"past\"}");
    let before = computed();
    let connections: Vec<TcpStream> = (0..ASKED)
        .map(|number| {
            let host = server.address.strip_prefix("http://").unwrap();
            let mut connection = TcpStream::connect(host).unwrap();
            write!(connection, "GET /?as_of=2026-02-02T00:{number:02}:00Z HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
            connection
        })
        .collect();
    eventually("the requests", || (under_way() > 2).then_some(()));
    drop(connections);
    eventually("the end of all work", || (under_way() == 0).then_some(()));
    assert!(computed() < before + ASKED, "{before}, {}", computed());
}

#[test]
fn everybody_who_asks_for_one_instant_shares_one_evaluation() {
    let data = folder();
    let server = Running::start(data.path());
    fill(&server, 20_000);
    let texts: Vec<String> = thread::scope(|scope| {
        let asked: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| get(&patient(), &server, "/api/v1/kpis?as_of=2026-01-20T12:00:00Z")))
            .collect();
        let answers = asked.into_iter().map(|one| one.join().unwrap());
        answers.inspect(|answer| assert_eq!(answer.status, 200, "{}", answer.text)).map(|answer| answer.text).collect()
    });
    assert!(texts.iter().all(|text| *text == texts[0]));
    assert_eq!(metric(&server, "inferno_kpi_evaluations_total{of=\"past\"}"), 1);
}

#[test]
fn what_becomes_known_later_about_an_earlier_time_shows_at_once_and_what_is_known_of_now_computes_nothing_anew() {
    let data = folder();
    let server = Running::start(data.path());
    let observe = |value: f64, time: &str| {
        let row = json!({ "kpi": "code-coverage", "value": value, "time": time });
        assert_eq!(server.observe(&row).0, 201);
    };
    let then = || server.json("/api/v1/kpis/code-coverage?as_of=2026-03-05")["value"]["number"].as_f64();
    let computed = || metric(&server, "inferno_kpi_evaluations_total{of=\"past\"}");
    observe(80.0, "2026-03-01T12:00:00Z");
    assert_eq!((then(), then(), computed()), (Some(80.0), Some(80.0), 1));
    observe(90.0, "2026-03-06T12:00:00Z");
    assert_eq!((then(), computed()), (Some(80.0), 1), "it is about later");
    observe(85.0, "2026-03-04T12:00:00Z");
    assert_eq!((then(), computed()), (Some(85.0), 2));
    // What is decided counts from now on, but may be about any time.
    let note = json!({ "subject": "kpi:code-coverage", "kind": "comment", "person": "Ada", "text": "looked at" });
    assert_eq!(server.tell("/api/v1/notes", &note).0, 201);
    assert_eq!((then(), computed()), (Some(85.0), 2), "a note changes no status");
}

#[test]
fn the_pages_of_a_history_join_to_the_whole_and_no_page_is_longer_than_allowed() {
    let data = folder();
    let server = Running::start(data.path());
    fill(&server, 1_500);
    for kpi in ["code-coverage", "pipeline-build-time"] {
        let whole = server.fetch(&format!("/api/v1/kpis/{kpi}/history.csv?as_of=2026-01-20&limit=50000"));
        assert!(!whole.has_header("link"), "nothing follows");
        let (mut joined, mut pages) = (String::new(), 0);
        let mut next = Some(format!("/api/v1/kpis/{kpi}/history.csv?as_of=2026-01-20&limit=700"));
        if kpi == "pipeline-build-time" {
            next = next.map(|path| path.replace("limit=700", "limit=3"));
        }
        while let Some(path) = next {
            let page = server.fetch(&path);
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            assert!(page.text.lines().count() <= 701);
            let heading = page.text.find('\n').unwrap() + 1;
            joined.push_str(if pages == 0 { &page.text } else { &page.text[heading..] });
            pages += 1;
            next = page.has_header("link").then(|| {
                let (target, rest) = page.header("link")[1..].split_once('>').unwrap();
                assert_eq!(rest, "; rel=\"next\"");
                target.to_owned()
            });
        }
        assert!(pages > 1, "{kpi}");
        assert_eq!(joined, whole.text, "{kpi}");
    }
    for wrong in ["limit=0", "limit=50001", "limit=x", "after=yesterday"] {
        assert_eq!(server.get(&format!("/api/v1/kpis/code-coverage/history.csv?{wrong}")).0, 400, "{wrong}");
    }
    let usual = server.fetch("/api/v1/kpis/code-coverage/history.csv");
    assert_eq!(usual.text.lines().count(), 1_501, "what is small comes as a whole");
}

/// Every row of a list, page by page.
fn all_pages(server: &Running, path: &str) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut next) = (Vec::new(), 0, Some(path.to_owned()));
    while let Some(path) = next {
        let page = server.fetch(&path);
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        rows.extend(page.json().as_array().unwrap().clone());
        pages += 1;
        next = page.has_header("link").then(|| page.header("link")[1..].split_once('>').unwrap().0.to_owned());
    }
    (rows, pages)
}

#[test]
fn lists_that_grow_come_in_pages_that_join_to_the_whole() {
    let data = folder();
    let server = Running::start(data.path());
    for number in 0..5 {
        let text = format!("note {number}");
        let note = json!({ "subject": "kpi:code-coverage", "kind": "comment", "person": "Ada", "text": text });
        assert_eq!(server.tell("/api/v1/notes", &note).0, 201);
        let silence = json!({ "kpi": "code-coverage", "for": "2 h", "person": "Ada", "reason": text });
        let (status, answer) = server.tell("/api/v1/silences", &silence);
        assert_eq!(status, 201, "{answer}");
    }
    fill(&server, 10);
    let number = server.json("/api/v1/sample-series?name=code-coverage")[0]["number"].as_i64().unwrap();
    let series: Vec<Value> =
        (0..1_100).map(|number| json!({ "series": format!("s.{number:04}"), "value": 1 })).collect();
    assert_eq!(server.observe(&Value::Array(series)).0, 201);
    for (path, limit, count, pages) in [
        ("/api/v1/notes?subject=kpi:code-coverage", "&limit=2", 5, 3),
        ("/api/v1/silences", "?limit=2", 5, 3),
        (&format!("/api/v1/sample-series/{number}/samples?from=2026-01-01&until=2026-01-02"), "&limit=3", 10, 4),
        ("/api/v1/series?contains=s.", "", 1_100, 2),
        ("/api/v1/gates/decisions", "?limit=1", 0, 1),
    ] {
        let (rows, asked) = all_pages(&server, &format!("{path}{limit}"));
        assert_eq!((rows.len(), asked), (count, pages), "{path}");
        let mut names: Vec<String> = rows.iter().map(ToString::to_string).collect();
        names.dedup();
        assert_eq!(names.len(), count, "{path}: none comes twice");
        if count <= 100 {
            assert_eq!(Value::Array(rows), server.json(path), "{path}: a list that fits on a page comes as a whole");
        }
    }
    let versions = server.fetch("/api/v1/catalogue/versions?limit=1");
    assert_eq!(versions.json()["versions"].as_array().unwrap().len(), 1);
    for path in ["/api/v1/notes?subject=kpi:x&limit=0", "/api/v1/silences?limit=501", "/api/v1/gates/decisions?limit=x"]
    {
        assert_eq!(server.get(path).0, 400, "{path}");
    }
}
