//! Parts of one report: the files of one run count together, a repetition takes the place of what it repeats, and nobody adds up or
//! averages what belongs together.

use serde_json::{Value, json};

use crate::running::{PROGRAM, Running, folder, text};

fn send(server: &Running, query: &str, body: &str) -> Value {
    let (status, answer) =
        server.post(&format!("/api/v1/reports?{query}"), "application/octet-stream", body.as_bytes());
    assert_eq!(status, 200, "{query}: {answer}");
    answer
}

/// The value of a KPI as the API gives it, in its own unit; null without data.
fn value(server: &Running, kpi: &str) -> Value {
    server.json(&format!("/api/v1/kpis/{kpi}"))["value"]["number"].clone()
}

/// What the page of *Test Execution Time* lists as sent, the latest first, and whether each counts.
fn suites(server: &Running) -> Vec<(String, bool)> {
    let (status, page) = server.get("/kpis/test-execution-time");
    assert_eq!(status, 200);
    let (_, list) = page.split_once("id=\"observations\"").unwrap();
    let rows = list.split("<tr").skip(2);
    rows.filter_map(|row| {
        let seconds = row.split_once("> s<").or_else(|| row.split_once(" s<"))?.0.rsplit('>').next()?.to_owned();
        Some((format!("{seconds} s"), !row.contains("No longer counts since")))
    })
    .collect()
}

fn junit(suite: &str, seconds: u32, tests: &str) -> String {
    let case = |word: &str| match word.strip_suffix('-') {
        Some(name) => format!("<testcase name=\"{name}\" time=\"1\"><failure/></testcase>"),
        None => format!("<testcase name=\"{word}\" time=\"1\"/>"),
    };
    let cases: String = tests.split_whitespace().map(case).collect();
    format!("<testsuite name=\"{suite}\" time=\"{seconds}\">{cases}</testsuite>")
}

fn lcov(file: &str, hit: u32, found: u32) -> String {
    let line = |line| format!("DA:{line},{}\n", u32::from(line <= hit));
    let lines = (1..=found).map(line).collect::<Vec<_>>().concat();
    format!("TN:\nSF:{file}\n{lines}end_of_record\n")
}

fn cobertura(file: &str, hit: u32, found: u32) -> String {
    let line = |line| format!("<line number=\"{line}\" hits=\"{}\"/>", u32::from(line <= hit));
    let lines: String = (1..=found).map(line).collect();
    format!(
        "<coverage lines-valid=\"{found}\" lines-covered=\"{hit}\"><packages><package><classes>\
         <class filename=\"{file}\"><lines>{lines}</lines></class></classes></package></packages></coverage>"
    )
}

/// A log of one tool, with one finding where there is a score.
fn sarif(tool: &str, automation: &str, score: Option<&str>) -> String {
    let rules =
        score.map(|score| json!([{ "id": "r", "properties": { "security-severity": score, "tags": ["security"] } }]));
    let results = if score.is_some() { json!([{ "ruleId": "r", "message": { "text": "m" } }]) } else { json!([]) };
    let mut run = json!({
        "tool": { "driver": { "name": tool, "rules": rules.unwrap_or(json!([])) } },
        "invocations": [{ "executionSuccessful": true }],
        "results": results,
    });
    if !automation.is_empty() {
        run["automationDetails"] = json!({ "id": automation });
    }
    json!({ "version": "2.1.0", "runs": [run] }).to_string()
}

fn axe(url: &str, violated: bool) -> String {
    let rule = json!([{ "id": "r", "impact": "serious", "tags": ["wcag2a"], "nodes": [{}] }]);
    let (violations, passes) = if violated { (rule, json!([])) } else { (json!([]), rule) };
    json!([{ "url": url, "passes": passes, "violations": violations, "incomplete": [] }]).to_string()
}

#[test]
fn files_of_one_run_count_together_in_every_format() {
    let cargo_audit = |count: u32| {
        let advisory = json!({ "advisory": { "id": "RUSTSEC-1", "cvss": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" },
            "package": { "name": "a", "version": "1.0.0" } });
        let list: Vec<Value> = (0..count).map(|_| advisory.clone()).collect();
        json!({ "lockfile": { "dependency-count": 5 },
            "vulnerabilities": { "found": count > 0, "count": count, "list": list }, "warnings": {} })
        .to_string()
    };
    for (kpi, files, expected) in [
        (
            "test-execution-time",
            vec![("junit", junit("a", 600, "x")), ("junit", junit("b", 600, "x")), ("junit", junit("c", 600, "x"))],
            json!(30.0),
        ),
        // Parts that share a name: the shards of pytest.
        (
            "test-execution-time",
            vec![("junit", junit("pytest", 60, "x")), ("junit", junit("pytest", 120, "y"))],
            json!(3.0),
        ),
        ("test-flakiness-rate", vec![("junit", junit("a", 60, "x")), ("junit", junit("b", 60, "x- y z"))], json!(0.0)),
        ("code-coverage", vec![("lcov", lcov("a", 2, 2)), ("lcov", lcov("b", 0, 18))], json!(10.0)),
        ("code-coverage", vec![("lcov", lcov("b", 0, 18)), ("lcov", lcov("a", 2, 2))], json!(10.0)),
        ("code-coverage", vec![("cobertura", cobertura("a", 2, 2)), ("cobertura", cobertura("b", 0, 18))], json!(10.0)),
        ("code-coverage", vec![("lcov", lcov("a", 2, 2)), ("cobertura", cobertura("b", 0, 18))], json!(10.0)),
        // Two test runs over the same file: hit where any of them hit it.
        ("code-coverage", vec![("lcov", lcov("a", 5, 10)), ("lcov", lcov("a", 2, 10))], json!(50.0)),
        (
            "security-vulnerabilities",
            vec![("sarif", sarif("s", "", Some("9.8"))), ("sarif", sarif("s", "", None))],
            json!("critical"),
        ),
        (
            "security-vulnerabilities",
            vec![("cargo-audit", cargo_audit(1)), ("cargo-audit", cargo_audit(0))],
            json!("critical"),
        ),
        (
            "security-vulnerabilities",
            vec![("cargo-audit", cargo_audit(1)), ("sarif", sarif("s", "", None))],
            json!("critical"),
        ),
        ("wcag-compliance", vec![("axe", axe("http://a/", true)), ("axe", axe("http://b/", false))], json!(false)),
    ] {
        let data = folder();
        let server = Running::start(data.path());
        let query = |format: &str, at: usize| format!("format={format}&commit=c&run=7&path={at}.xml");
        for (at, (format, body)) in files.iter().enumerate() {
            send(&server, &query(format, at), body);
        }
        assert_eq!(shown(&server, kpi), expected, "{kpi}: {files:?}");
        // The same files again change nothing.
        for (at, (format, body)) in files.iter().enumerate() {
            let again = send(&server, &query(format, at), body);
            assert_eq!((&again["accepted"], &again["superseded"]), (&json!(0), &json!(0)), "{kpi}: {again}");
        }
        assert_eq!(shown(&server, kpi), expected, "{kpi} again");
    }
}

/// The value, for those that are judged by words as that word.
fn shown(server: &Running, kpi: &str) -> Value {
    let found = server.json(&format!("/api/v1/kpis/{kpi}"))["value"].clone();
    match kpi {
        "security-vulnerabilities" => json!(found["text"].as_str().unwrap_or_default().split_whitespace().next()),
        "wcag-compliance" => json!(found["number"].as_f64().map(|value| value > 0.0)),
        _ => found["number"].clone(),
    }
}

#[test]
fn without_a_run_what_is_said_again_is_a_repetition_and_the_rest_are_parts() {
    for (kpi, steps) in [
        (
            "test-execution-time",
            vec![
                ("junit", junit("a", 600, "x"), json!(10.0)),
                ("junit", junit("b", 600, "x"), json!(20.0)),
                // The first one once more, quicker, then the second: another measurement, which the KPI takes the mean with.
                ("junit", junit("a", 300, "x"), json!(17.5)),
                ("junit", junit("b", 300, "x"), json!(15.0)),
            ],
        ),
        (
            "code-coverage",
            vec![
                ("lcov", lcov("a", 2, 2), json!(100.0)),
                ("lcov", lcov("b", 0, 18), json!(10.0)),
                ("lcov", lcov("b", 18, 18), json!(100.0)),
            ],
        ),
        (
            "security-vulnerabilities",
            vec![
                ("sarif", sarif("s", "web/1", Some("9.8")), json!("critical")),
                ("sarif", sarif("s", "api/1", None), json!("critical")),
                ("sarif", sarif("s", "web/2", None), json!("none")),
                // An id without a category tells runs apart as well.
                ("sarif", sarif("t", "web", Some("9.8")), json!("critical")),
                ("sarif", sarif("t", "api", None), json!("critical")),
                ("sarif", sarif("t", "web", None), json!("none")),
            ],
        ),
    ] {
        let data = folder();
        let server = Running::start(data.path());
        for (format, body, expected) in steps {
            send(&server, &format!("format={format}&commit=c&branch=main"), &body);
            assert_eq!(shown(&server, kpi), expected, "{kpi}: {body}");
        }
    }
}

#[test]
fn a_later_try_of_a_run_repeats_what_it_says_again_and_leaves_the_rest() {
    let data = folder();
    let server = Running::start(data.path());
    let part =
        |attempt: u32, body: &str| send(&server, &format!("format=junit&commit=c&run=7&attempt={attempt}"), body);
    part(1, &junit("a", 600, "x-"));
    part(1, &junit("b", 600, "y"));
    assert_eq!(value(&server, "test-execution-time"), json!(20.0));
    let again = part(2, &junit("a", 300, "x"));
    assert_eq!((&again["parts"], &again["superseded"]), (&json!(2), &json!(0)), "another try is another measurement");
    let flaky = value(&server, "test-flakiness-rate").as_f64().unwrap();
    assert!((flaky - 50.0).abs() < 1e-9, "{flaky}");
    assert_eq!(suites(&server)[0], ("900 s".to_owned(), true), "what was not repeated stands");
    // A job of the first try that ends late counts in both: 21 and 16 minutes.
    let late = part(1, &junit("c", 60, "z"));
    assert_eq!(late["parts"], json!(3));
    assert_eq!(value(&server, "test-execution-time"), json!(18.5));
}

#[test]
fn tries_that_come_in_another_order_come_to_the_same() {
    let data = folder();
    let server = Running::start(data.path());
    let part =
        |attempt: u32, body: &str| send(&server, &format!("format=junit&commit=c&run=7&attempt={attempt}"), body);
    part(2, &junit("a", 300, "x y"));
    let first = part(1, &junit("a", 600, "x- y"));
    assert!(first["accepted"].as_u64().unwrap() > 0, "{first}");
    part(1, &junit("b", 600, "z"));
    assert_eq!(value(&server, "test-execution-time"), json!(17.5), "20 and 15 minutes");
    assert!(value(&server, "test-flakiness-rate").as_f64().unwrap() > 0.0);
}

#[test]
fn a_file_of_a_job_takes_the_place_of_what_it_says_again_and_of_nothing_else() {
    let data = folder();
    let server = Running::start(data.path());
    let part = |body: &str| send(&server, "format=junit&commit=c&run=7&job=test&path=results.xml", body);
    part(&junit("a", 600, "x"));
    part(&junit("b", 600, "x"));
    assert_eq!(value(&server, "test-execution-time"), json!(20.0), "a folder of the same name elsewhere");
    part(&junit("a", 300, "x"));
    assert_eq!(value(&server, "test-execution-time"), json!(15.0), "the job was run again");
}

#[test]
fn what_is_superseded_counts_no_more_is_still_there_and_counted_then() {
    let data = folder();
    let server = Running::start(data.path());
    let part = |suite: &str| send(&server, "format=junit&commit=c&run=7", &junit(suite, 600, "x"));
    part("a");
    let second = part("b");
    assert!(second["superseded"].as_u64().unwrap() > 0, "{second}");
    assert_eq!(suites(&server), [("1200 s".to_owned(), true), ("600 s".to_owned(), false)]);
    assert_eq!(value(&server, "test-execution-time"), json!(20.0));
    drop(server);
    let restarted = Running::start(data.path());
    assert_eq!(value(&restarted, "test-execution-time"), json!(20.0), "also after a restart");
}

#[test]
fn a_part_without_a_time_leaves_the_whole_without_one() {
    let data = folder();
    let server = Running::start(data.path());
    send(&server, "format=junit&commit=c&run=7", &junit("a", 600, "x"));
    assert_eq!(value(&server, "test-execution-time"), json!(10.0));
    send(&server, "format=junit&commit=c&run=7", "<testsuite name=\"b\"><testcase name=\"x\"/></testsuite>");
    assert_eq!(value(&server, "test-execution-time"), Value::Null, "how long the whole run took is not known");
}

#[test]
fn one_push_is_one_run_and_ci_says_which_pushes_belong_together() {
    let data = folder();
    let server = Running::start(data.path());
    let files = folder();
    let write = |name: &str, body: &str| std::fs::write(files.path().join(name), body).unwrap();
    write("a.xml", &junit("a", 600, "x"));
    write("b.xml", &junit("b", 600, "x"));
    write("c.xml", &junit("c", 600, "x"));
    let push = |environment: &[(&str, &str)], words: &[&str]| {
        let mut command = std::process::Command::new(PROGRAM);
        command.current_dir(files.path()).env_clear().args(["push", "--url", &server.address]).args(words);
        for (name, value) in environment {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let call = ["--junit", "a.xml", "--junit", "b.xml", "--junit", "c.xml", "--commit", "c1"];
    push(&[], &call);
    assert_eq!(value(&server, "test-execution-time"), json!(30.0));
    let before = suites(&server);
    push(&[], &call);
    assert_eq!(suites(&server), before, "the same call again is the same run");
    // Jobs of one run of CI, each with a push of its own.
    let github =
        [("GITHUB_ACTIONS", "true"), ("GITHUB_SHA", "c2"), ("GITHUB_RUN_ID", "9"), ("GITHUB_RUN_ATTEMPT", "1")];
    for file in ["a.xml", "b.xml"] {
        push(&github, &["--junit", file, "--source", "jobs"]);
    }
    assert_eq!(suites(&server)[0].0, "1200 s");
    // A job that GitLab runs again in the same pipeline.
    let gitlab = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", "c3"), ("CI_PIPELINE_ID", "9"), ("CI_JOB_NAME", "unit")];
    push(&gitlab, &["--junit", "a.xml", "--source", "pipeline"]);
    write("a.xml", &junit("a", 300, "x"));
    push(&gitlab, &["--junit", "a.xml", "--source", "pipeline"]);
    assert_eq!(suites(&server)[0].0, "300 s");
}

#[test]
fn parts_about_the_dashboard_itself_count_together_too() {
    let data = folder();
    let server = Running::start(data.path());
    for file in [lcov("a", 2, 2), lcov("b", 0, 18)] {
        send(&server, "format=lcov&about=dashboard&commit=c&run=7", &file);
    }
    let (_, page) = server.get("/sources");
    assert!(page.contains("10.0 % (2 of 20 lines)"), "{page}");
}
