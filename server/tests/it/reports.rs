//! Reports of CI, over HTTP and pushed by the program: what the tools themselves wrote.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::running::{PROGRAM, Running, folder, text};
use crate::webhook::{Mood, Webhook};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/formats/tests/data/reports");
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/reports");

/// A report as its tool wrote it, in a month that has passed.
fn report(path: &str) -> Vec<u8> {
    String::from_utf8(std::fs::read(path).unwrap()).unwrap().replace("2026-11-", "2026-01-").into_bytes()
}

fn send(server: &Running, query: &str, body: &[u8]) -> Value {
    let (status, answer) = server.post(&format!("/api/v1/reports?{query}"), "application/octet-stream", body);
    assert_eq!(status, 200, "{query}: {answer}");
    answer
}

fn labels(server: &Running, series: &str) -> Value {
    let rows = server.json(&format!("/api/v1/series?contains={series}"));
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == series).cloned();
    row.unwrap_or_else(|| panic!("{series} is not there: {rows}"))
}

#[test]
fn every_format_is_read_and_the_same_report_again_adds_nothing() {
    let data = folder();
    let server = Running::start(data.path());
    let criterion = {
        let file = |name: &str| report(&format!("{RECORDED}/criterion/{name}.json"));
        let line = |name: &str| {
            formats::criterion::line(&file(&format!("{name}.benchmark")), &file(&format!("{name}.estimates"))).unwrap()
        };
        format!("{}\n{}\n", line("alone"), line("fold")).into_bytes()
    };
    let axe =
        br#"{"url":"http://a/","passes":[{"id":"r","tags":["wcag2a"]}],"violations":[],"incomplete":[]}"#.to_vec();
    let recorded = |name: &str| report(&format!("{RECORDED}/{name}"));
    for (format, body, values, samples, feeds) in [
        ("junit", report(&format!("{OWN}/pytest-lucky.xml")), 1, 1, vec!["test-execution-time", "test-flakiness-rate"]),
        ("cobertura", report(&format!("{OWN}/pytest-cobertura.xml")), 0, 2, vec!["code-coverage", "test-coverage"]),
        ("lcov", report(&format!("{OWN}/pytest-lcov.info")), 0, 2, vec!["code-coverage", "test-coverage"]),
        ("axe", axe, 1, 5, vec!["wcag-compliance"]),
        ("sarif", recorded("bandit.sarif.json"), 1, 7, vec!["security-vulnerabilities"]),
        ("cargo-audit", recorded("cargo-audit.json"), 1, 9, vec!["security-vulnerabilities"]),
        ("criterion", criterion, 0, 3, vec!["platform-coverage"]),
        ("hyperfine", recorded("hyperfine.json"), 0, 2, vec!["platform-coverage"]),
        ("google-benchmark", recorded("google-benchmark.json"), 0, 5, vec!["platform-coverage"]),
        ("pytest-benchmark", recorded("pytest-benchmark.json"), 0, 3, vec!["platform-coverage"]),
        ("llama-bench", recorded("llama-bench.json"), 0, 6, vec!["platform-coverage"]),
        ("lighthouse", recorded("lighthouse.json"), 0, 12, vec![]),
        ("bmf", recorded("bmf.json"), 0, 4, vec!["platform-coverage"]),
    ] {
        let query = format!("format={format}&commit=4f20ee6&branch=main&testbed=linux%20x86_64,%208%20CPUs");
        let first = send(&server, &query, &body);
        let counts = (&first["kpi_values"], &first["samples"], &first["accepted"], &first["refused"]);
        assert_eq!(counts, (&json!(values), &json!(samples), &json!(values + samples), &json!([])), "{first}");
        assert_eq!(first["feeds"], json!(feeds), "{format}");
        let again = send(&server, &query, &body);
        assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(values + samples)), "{format}");
        let other = send(&server, &query.replace("4f20ee6", "5a31ff7"), &body);
        assert_eq!(other["accepted"], json!(values + samples), "{format}: another commit is another statement");
        let id = first["payload_id"].as_str().unwrap();
        assert_eq!(server.get(&format!("/api/v1/payloads/{id}")).1.as_bytes(), body, "{format}");
    }
    let runs = labels(&server, "benchmark.run");
    let of = |name: &str| {
        let all = runs["labels"].as_array().unwrap().iter().find(|label| label["name"] == name).cloned();
        all.unwrap_or_else(|| panic!("{name}: {runs}"))["values"].clone()
    };
    assert_eq!((of("branch"), of("commit").as_array().map(Vec::len)), (json!(["main"]), Some(2)));
    assert_eq!(of("testbed"), json!(["linux x86_64, 8 CPUs"]));
    // llama-bench says its platform itself.
    assert_eq!(of("platform"), json!(["linux x86_64", "CUDA"]));
    assert_eq!(server.kpi("platform-coverage")["value"]["number"], 1.0);
    assert_eq!(server.kpi("code-coverage")["value"]["text"], "83.33%");
}

#[test]
fn the_worst_vulnerability_is_that_of_all_scanners_and_a_linter_is_none() {
    let data = folder();
    let server = Running::start(data.path());
    let audit = report(&format!("{RECORDED}/cargo-audit.json"));
    send(&server, "format=cargo-audit&branch=main", &audit);
    assert_eq!(server.kpi("security-vulnerabilities")["value"]["number"], 4.0);
    let bandit = report(&format!("{RECORDED}/bandit.sarif.json"));
    send(&server, "format=sarif&branch=main", &bandit);
    assert_eq!(server.kpi("security-vulnerabilities")["value"]["number"], 4.0, "what cargo-audit found is still open");
    let (_, page) = server.get("/kpis/security-vulnerabilities");
    assert!(page.contains("Bandit: 1 medium, 6 low; cargo-audit, as last reported: critical"), "the note says who");
    assert!(page.contains("B301 in vuln.py:6"), "the evidence names the findings");
    let clean =
        br#"{"lockfile":{"dependency-count":9},"vulnerabilities":{"found":false,"count":0,"list":[]},"warnings":{}}"#;
    send(&server, "format=cargo-audit&branch=main", clean);
    assert_eq!(server.kpi("security-vulnerabilities")["value"]["number"], 2.0);
    let eslint = send(&server, "format=sarif&branch=main", &report(&format!("{RECORDED}/eslint.sarif.json")));
    assert_eq!((&eslint["kpi_values"], &eslint["feeds"]), (&json!(0), &json!([])), "{eslint}");
    assert_eq!(eslint["left_out"], json!({ "ESLint: no scanner for vulnerabilities": 1 }));
}

#[test]
fn a_test_that_fails_and_passes_on_the_same_commit_is_flaky() {
    let data = folder();
    let server = Running::start(data.path());
    let (lucky, unlucky) = (report(&format!("{OWN}/pytest-lucky.xml")), report(&format!("{OWN}/pytest-unlucky.xml")));
    let flaky = || server.kpi("test-flakiness-rate")["value"]["number"].clone();
    send(&server, "format=junit&commit=a&testbed=linux", &unlucky);
    assert_eq!(flaky(), 0.0, "it may just be broken");
    send(&server, "format=junit&commit=b&testbed=linux", &lucky);
    assert_eq!(flaky(), 0.0, "the next commit may have mended it");
    send(&server, "format=junit&commit=a&testbed=windows", &lucky);
    assert_eq!(flaky(), 0.0, "it may fail on one system alone");
    let second = send(&server, "format=junit&commit=a&testbed=linux", &lucky);
    assert_eq!(flaky(), 25.0, "{second}");
    let failed = labels(&server, "test.failed");
    assert_eq!(failed["count"], 2, "{failed}");
    let results = failed["labels"].as_array().unwrap().iter().find(|label| label["name"] == "result").unwrap();
    let results = results["values"].to_string();
    assert!(results.contains("failure") && results.contains("flaky"), "{results}");
    let reruns = send(&server, "format=junit&commit=c", &report(&format!("{RECORDED}/pytest-reruns.xml")));
    assert_eq!(reruns["samples"], 3, "{reruns}");
    assert!((flaky().as_f64().unwrap() - 100.0 / 3.0).abs() < 1e-9, "a rerun inside one report");
}

#[test]
fn what_cannot_be_read_or_fits_nothing_is_refused_in_words() {
    let data = folder();
    let server = Running::start(data.path());
    let long = "x".repeat(300);
    for (path, body, status, words) in [
        ("?format=xunit", "", 400, "junit, lcov, cobertura"),
        ("/xunit", "", 404, "junit, lcov, cobertura"),
        ("?source=a", "", 400, "format"),
        ("?format=junit", "<nothing/>", 400, "JUnit"),
        ("?format=sarif", "{}", 400, "SARIF"),
        ("?format=hyperfine&about=dashboard", "{}", 400, "about the platform"),
        (&format!("?format=hyperfine&commit={long}"), "{}", 400, "200"),
        ("?format=sarif", r#"{"runs":[{"tool":{"driver":{"name":"t"}}}]}"#, 422, "t did not finish"),
    ] {
        let (found, answer) = server.post(&format!("/api/v1/reports{path}"), "application/json", body.as_bytes());
        assert_eq!(found, status, "{path}: {answer}");
        assert!(answer.to_string().contains(words), "{path}: {answer}");
    }
}

/// Pushes as a job of CI would, outside of this repository and of any CI that runs this test.
fn push(words: &[&str], environment: &[(&str, &str)], place: &Path) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("push").args(words).current_dir(place).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.envs(environment.iter().copied()).output().unwrap()
}

#[test]
fn a_push_takes_many_reports_and_says_what_became_of_each() {
    let data = folder();
    let server = Running::start(data.path());
    let place = folder();
    let new = place.path().join("target/criterion/fold/new");
    std::fs::create_dir_all(&new).unwrap();
    for name in ["benchmark", "estimates"] {
        std::fs::copy(format!("{RECORDED}/criterion/fold.{name}.json"), new.join(format!("{name}.json"))).unwrap();
    }
    let (lucky, unlucky) = (format!("{OWN}/pytest-lucky.xml"), format!("{OWN}/pytest-unlucky.xml"));
    let audit = format!("{RECORDED}/cargo-audit.json");
    let words = [
        "--url",
        &server.address,
        "--junit",
        &unlucky,
        "--junit",
        &lucky,
        "--cargo-audit",
        &audit,
        "--criterion",
        "target/criterion",
    ];
    let environment = [("GITHUB_ACTIONS", "true"), ("GITHUB_SHA", "4f20ee6"), ("GITHUB_REF_NAME", "main")];
    let output = push(&words, &environment, place.path());
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{printed}{}", text(&output.stderr));
    let rows: Vec<Vec<&str>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["report", "format", "KPI", "values", "samples", "recorded", "known", "refused"]);
    assert_eq!(rows[1][1..], ["junit", "1", "2", "3", "0", "0"], "{printed}");
    assert_eq!(rows[2][1..], ["junit", "1", "2", "3", "0", "0"], "{printed}");
    assert_eq!(rows[4][..2], ["target/criterion", "criterion"], "{printed}");
    assert_eq!(server.kpi("test-flakiness-rate")["value"]["number"], 25.0, "one commit, both outcomes");
    let branch = labels(&server, "test.suite")["labels"].clone();
    assert!(branch.to_string().contains("4f20ee6") && branch.to_string().contains("CPUs"), "{branch}");
    let again = push(&words, &environment, place.path());
    assert!(
        text(&again.stdout).lines().nth(1).unwrap().split_whitespace().nth(4) == Some("0"),
        "{}",
        text(&again.stdout)
    );

    let missing = push(&["--url", &server.address, "--sarif", "none.json", "--junit", &lucky], &[], place.path());
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("none.json"), "{}", text(&missing.stderr));
    let broken = place.path().join("broken.xml");
    std::fs::write(&broken, "<testsuites><testsuite").unwrap();
    let words = ["--url", &server.address, "--junit", "broken.xml", "--lcov", &format!("{OWN}/pytest-lcov.info")];
    let refused = push(&words, &[], place.path());
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("the server answered 400: The body can't be read"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(server.kpi("code-coverage")["value"]["text"], "83.33%", "the others are taken all the same");
}

#[test]
fn outside_ci_git_says_commit_and_branch() {
    let data = folder();
    let server = Running::start(data.path());
    let place = folder();
    let git = |words: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=trunk"];
        let output = Command::new("git").args(identity).args(words).current_dir(place.path()).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    };
    git(&["init", "-q"]);
    git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    let commit = git(&["rev-parse", "HEAD"]);
    let lcov = format!("{OWN}/pytest-lcov.info");
    let output = push(&["--url", &server.address, "--lcov", &lcov, "--testbed", "mine"], &[], place.path());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = labels(&server, "coverage.lines")["labels"].to_string();
    assert!(said.contains(&commit) && said.contains("trunk") && said.contains("mine"), "{said}");
}

#[test]
fn a_push_waits_for_a_server_that_has_enough_for_now() {
    let busy = Webhook::start();
    busy.answer(Mood::Status(503));
    let place = folder();
    let metrics = format!("{RECORDED}/bmf.json");
    let child = Command::new(PROGRAM)
        .args(["push", "--url", &busy.url, "--bmf", &metrics])
        .current_dir(place.path())
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    busy.wait_for(2);
    busy.answer(Mood::Status(404));
    let output = child.wait_with_output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the server answered 503; trying again in 1 s") && said.contains("404"), "{said}");
}

#[test]
fn of_a_report_with_a_cell_that_cannot_be_read_the_rest_counts() {
    let data = folder();
    let server = Running::start(data.path());
    let taken = |format: &str, body: &str| send(&server, &format!("format={format}&commit=a"), body.as_bytes());
    let number = |kpi: &str| server.kpi(kpi)["value"]["number"].clone();
    let case = |time: &str| format!(r#"<testcase name="x{time}" time="{time}"/>"#);
    let junit = taken("junit", &format!("<testsuite>{}{}</testsuite>", case("0,5"), case("60")));
    assert_eq!((&junit["taken"], &junit["kpi_values"]), (&json!("partly"), &json!(1)), "{junit}");
    assert_eq!(junit["refused"][0]["field"], "time", "{junit}");
    assert_eq!((number("test-execution-time"), number("test-flakiness-rate")), (json!(null), json!(0.0)));
    let stated = taken("junit", &format!(r#"<testsuite time="120">{}</testsuite>"#, case("0,5")));
    assert_eq!((&stated["taken"], number("test-execution-time")), (&json!("partly"), json!(2.0)), "{stated}");
    let lcov = taken("lcov", "SF:a\nDA:1,1\nDA:2,-1\nDA:3,0\nend_of_record\n");
    assert_eq!((&lcov["taken"], number("code-coverage")), (&json!("partly"), json!(50.0)), "{lcov}");
    let line = r#"<line number="1" hits="1"/><line number="undefined" hits="0"/>"#;
    let cobertura = taken("cobertura", &format!("<coverage><class filename=\"a\">{line}</class></coverage>"));
    assert_eq!((&cobertura["taken"], number("code-coverage")), (&json!("partly"), json!(100.0)), "{cobertura}");
}

#[test]
fn what_nobody_looked_at_or_measured_has_no_value() {
    let data = folder();
    let server = Running::start(data.path());
    let value = |kpi: &str| server.kpi(kpi)["value"].clone();
    let untimed = send(&server, "format=junit", br#"<testsuite name="a"><testcase name="x"/></testsuite>"#);
    assert_eq!((&untimed["taken"], &untimed["refused"][0]["field"]), (&json!("partly"), &json!("time")), "{untimed}");
    assert_eq!(value("test-execution-time"), json!(null));
    assert_eq!(server.json("/api/v1/dead-letters"), json!([]), "nothing to read again");
    let skipped = br#"<testsuite name="a"><testcase name="x"><skipped/></testcase></testsuite>"#;
    assert_eq!(send(&server, "format=junit&commit=b", skipped)["kpi_values"], 0, "no test was carried out");
    let empty = br#"{"url":"/","passes":[],"violations":[],"incomplete":[]}"#;
    let (status, refusal) = server.post("/api/v1/reports?format=axe", "application/json", empty);
    assert_eq!((status, value("wcag-compliance")), (422, json!(null)), "{refusal}");
    let rule = |id: &str| format!(r#"[{{"id":"{id}","impact":null,"tags":["wcag2aa"],"nodes":[{{}}]}}]"#);
    let undecided =
        format!(r#"{{"url":"/","passes":{},"violations":[],"incomplete":{}}}"#, rule("a"), rule("color-contrast"));
    let told = send(&server, "format=axe", undecided.as_bytes());
    assert_eq!((&told["taken"], value("wcag-compliance")), (&json!("partly"), json!(null)), "{told}");
    assert!(told["refused"][0]["detail"].as_str().unwrap().contains("color-contrast"), "{told}");
}

#[test]
fn a_failed_scan_keeps_its_findings_and_gives_no_all_clear() {
    let data = folder();
    let server = Running::start(data.path());
    let scan = |tool: &str, results: &str, is_whole: bool| {
        let run = format!(
            r#"{{"runs":[{{"tool":{{"driver":{{"name":"{tool}"}}}},"results":[{results}],
                "invocations":[{{"executionSuccessful":{is_whole}}}]}}]}}"#
        );
        server.post("/api/v1/reports?format=sarif&branch=main", "application/json", run.as_bytes())
    };
    let worst = || server.kpi("security-vulnerabilities")["value"]["number"].clone();
    let critical = r#"{"properties":{"security-severity":"CRITICAL"},"ruleId":"r"}"#;
    assert_eq!((scan("a", "", false).0, worst()), (422, json!(null)), "a failed run's all clear is none");
    let (status, told) = scan("a", r#"{"level":"warning"}"#, false);
    assert!(status == 200 && told["refused"][0]["detail"].as_str().unwrap().contains("did not finish"), "{told}");
    assert_eq!(worst(), 2.0);
    scan("a", critical, true);
    assert_eq!(worst(), 4.0);
    scan("a", r#"{"level":"warning"}"#, false);
    assert_eq!(worst(), 4.0, "what a run that failed did not find may still be there");
    scan("a", "", true);
    assert_eq!(worst(), 0.0);
}
