//! Texts to copy: whatever stands on a page, in the documentation or in `--help` works as it stands there.
//!
//! What can be run is run against a server: commands that push, requests of curl, files that the program checks. The rest is read by what it is
//! for: YAML as YAML, shell by `bash -n`, routes by the API's description, and every command line by the program itself.

mod blocks;
mod commands;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use self::blocks::{Block, documents, inline, of_page, strings_of_yaml};
use crate::running::{PROGRAM, Running, agent, folder, run, text};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/formats/tests/data/reports");

/// Where the documentation says that the server is.
const ADDRESSES: [&str; 5] =
    ["http://127.0.0.1:3000", "https://kpi.example.org", "http://ADDRESS", "$INFERNO_KPI_URL", "--url URL"];

/// The pages that hold texts to copy.
const PAGES: [&str; 6] = ["/sources", "/alerts", "/gates/1", "/catalogue", "/benchmarks", "/settings"];

fn page_blocks(server: &Running) -> Vec<Block> {
    PAGES.iter().flat_map(|page| of_page(page, &server.get(page).1)).collect()
}

/// Every text of the documentation and of the pages.
fn all(server: &Running) -> Vec<Block> {
    let mut all = documents();
    all.extend(page_blocks(server));
    all
}

/// Runs a line of shell in a folder that holds the reports which the documentation names, with the program in its path.
fn shell(line: &str, place: &Path, server: &Running) -> Output {
    let program = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    // An answer that is an error is one, though curl ends well.
    let script = format!("set -o pipefail; curl() {{ command curl -sS --fail-with-body \"$@\"; }}; {line}");
    Command::new("bash")
        .args(["-c", &script])
        .current_dir(place)
        .env("PATH", path)
        .env("INFERNO_KPI_URL", &server.address)
        .env("INFERNO_KPI_TOKEN", "")
        .env_remove("GITHUB_ACTIONS")
        .output()
        .unwrap()
}

fn reports(place: &Path) {
    let copy = |from: &str, to: &str| {
        let to = place.join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(format!("{RECORDED}/{from}"), &to).unwrap_or_else(|error| panic!("{from}: {error}"));
    };
    for name in ["benchmark", "estimates"] {
        copy(&format!("criterion/fold.{name}.json"), &format!("target/criterion/fold/new/{name}.json"));
    }
    let junit = r#"<testsuites time="2"><testsuite name="a" time="2"><testcase classname="a" name="x" time="2"/></testsuite></testsuites>"#;
    for name in ["results.xml", "junit.xml", "a.xml", "target/nextest/ci/junit.xml"] {
        let file = place.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, junit).unwrap();
    }
    std::fs::write(place.join("b.xml"), junit.replace("name=\"a\"", "name=\"b\"")).unwrap();
    std::fs::write(place.join("lcov.info"), "SF:a\nDA:1,1\nend_of_record\n").unwrap();
    let cobertura = r#"<coverage lines-covered="1" lines-valid="2"><packages/></coverage>"#;
    std::fs::write(place.join("coverage.xml"), cobertura).unwrap();
    let sarif = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scanner","rules":[]}},"results":[]}]}"#;
    std::fs::write(place.join("findings.sarif"), sarif).unwrap();
    let git = |words: &[&str]| Command::new("git").args(words).current_dir(place).output().unwrap();
    git(&["init", "-q"]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "a"]);
}

/// A line with this server's address in the place of those that the documentation names.
fn here(line: &str, server: &Running) -> String {
    let line = ADDRESSES[..3].iter().fold(line.to_owned(), |line, known| line.replace(known, &server.address));
    line.replace("--url URL", &format!("--url {}", server.address))
}

#[test]
fn every_command_line_is_one_that_the_program_takes() {
    let server = Running::start_alone(&[], &[]);
    let mut lines: BTreeSet<(String, String)> = BTreeSet::new();
    for block in all(&server) {
        let texts = if block.language == "yaml" { strings_of_yaml(&block.text) } else { vec![block.text.clone()] };
        for found in texts.iter().flat_map(|text| commands::of(text)) {
            lines.insert((found, block.place.clone()));
        }
    }
    for (code, place) in inline() {
        lines.extend(commands::of(&code).into_iter().map(|line| (line, place.clone())));
    }
    assert!(lines.len() > 60, "{} lines were found", lines.len());
    let mut wrong = Vec::new();
    for (line, place) in &lines {
        // With `--help` everything before it is read, and nothing is done.
        let mut words = commands::words(line);
        words.push("--help".to_owned());
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let output = run(&words);
        if !output.status.success() {
            wrong.push(format!("{place}: {line}\n{}", text(&output.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_help_text_names_commands_and_files_that_there_are() {
    let top = text(&run(&["--help"]).stdout);
    let (_, list) = top.split_once("Commands:\n").unwrap();
    let names =
        list.lines().take_while(|line| line.starts_with("  ")).filter_map(|line| line.split_whitespace().next());
    let (mut commands, mut files) = (0, 0);
    for name in names.filter(|name| *name != "help") {
        let help = text(&run(&[name, "--help"]).stdout);
        for line in help.split('`').skip(1).step_by(2).flat_map(commands::of) {
            commands += 1;
            let mut words = commands::words(&line);
            words.push("--help".to_owned());
            let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
            assert!(run(&words).status.success(), "{name}: {line}");
        }
        for file in help.split(|character: char| character.is_whitespace() || "`(),;".contains(character)) {
            if let Some(file) = file.strip_suffix('.').unwrap_or(file).strip_prefix("docs/") {
                files += 1;
                assert!(Path::new(ROOT).join("docs").join(file).exists(), "{name}: docs/{file}");
            }
        }
    }
    assert!(files > 0, "{commands} commands, {files} files");
}

#[test]
fn every_command_that_pushes_does() {
    let server = Running::start_alone(&[], &[]);
    let place = folder();
    reports(place.path());
    let mut tried = 0;
    for block in all(&server).iter().filter(|block| block.is_shell()) {
        for line in block.lines() {
            let is_push = line.contains("inferno-kpi push") && !line.contains("for file in");
            if !is_push
                || !(block.place.starts_with("README")
                    || block.place.starts_with("docs")
                    || block.place.starts_with('/'))
            {
                continue;
            }
            tried += 1;
            let output = shell(&here(&line, &server), place.path(), &server);
            let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert!(output.status.success(), "{}: {line}\n{told}", block.place);
        }
    }
    assert!(tried >= 5, "{tried} lines were tried");
}

#[test]
fn every_request_of_curl_is_answered() {
    let server = Running::start_alone(&[], &[]);
    let place = folder();
    reports(place.path());
    let mut tried = 0;
    for block in all(&server).iter().filter(|block| block.is_shell()) {
        for line in block.lines().iter().filter(|line| line.starts_with("curl ")) {
            tried += 1;
            let etag = server.fetch("/api/v1/gates/1").header("etag").to_owned();
            let line = here(line, &server).replace("\"gate-1-1-0\"", &etag);
            let output = shell(&line, place.path(), &server);
            let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert!(output.status.success(), "{}: {line}\n{told}", block.place);
        }
    }
    assert!(tried >= 6, "{tried} requests were tried");
}

#[test]
fn every_file_in_toml_is_one_that_the_program_takes() {
    let server = Running::start_alone(&[], &[]);
    let place = folder();
    let embedded = include_str!("../../../catalogue/inferno.toml");
    let (mut sources, mut catalogues) = (0, 0);
    for block in all(&server).iter().filter(|block| block.is_toml()) {
        let file = place.path().join("file.toml");
        let is_source = ["[[pull]]", "[statsd]", "[[events]]"].iter().any(|table| block.text.contains(table));
        let words: [&str; 2] = if is_source {
            sources += 1;
            std::fs::write(&file, &block.text).unwrap();
            ["sources", "check"]
        } else if block.text.contains("[catalogue]") {
            catalogues += 1;
            std::fs::write(&file, &block.text).unwrap();
            ["catalogue", "check"]
        } else if block.language == "toml catalogue" {
            // A part, which takes the place of the embedded one's of the same name; its own tests do so. Here it is read as TOML.
            let tables = block.text.split("\n[[measure]]").next().unwrap();
            std::fs::write(&file, format!("{embedded}\n{tables}")).unwrap();
            ["catalogue", "check"]
        } else {
            assert!(block.text.contains("[[outputs.influxdb_v2]]"), "what is this? {}\n{}", block.place, block.text);
            continue;
        };
        let mut command = Command::new(PROGRAM);
        for name in block.text.split("${").skip(1).filter_map(|rest| rest.split('}').next()) {
            command.env(name, "a-secret");
        }
        let output = command.args(words).arg(&file).output().unwrap();
        let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{}\n{}\n{told}", block.place, block.text);
    }
    assert!(sources >= 10 && catalogues >= 1, "{sources} {catalogues}");
}

#[test]
fn every_text_in_json_csv_and_yaml_is_read() {
    let server = Running::start_alone(&[], &[]);
    let (mut previews, mut documents) = (0, 0);
    for block in all(&server) {
        match block.language.as_str() {
            "json" => {
                let value: Value =
                    serde_json::from_str(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.place));
                if value.get("observations").is_some() {
                    previews += 1;
                    let body = block.text.as_bytes();
                    let (status, told) = server.post("/api/v1/observations/preview", "application/json", body);
                    assert!(
                        status == 200 && told["refused"].as_array().is_some_and(Vec::is_empty),
                        "{}: {told}",
                        block.place
                    );
                } else if value.get("target").is_some() {
                    previews += 1;
                    let path = server.url("/api/v1/sources/crm/mapping?person=Ann");
                    let request = agent().put(path).header("content-type", "application/json");
                    let answer = request.send(value.to_string().as_bytes()).unwrap();
                    assert_eq!(answer.status().as_u16(), 200, "{}", block.place);
                }
            }
            "csv" => {
                previews += 1;
                let (status, told) = server.post("/api/v1/observations/preview", "text/csv", block.text.as_bytes());
                assert!(
                    status == 200 && told["refused"].as_array().is_some_and(Vec::is_empty),
                    "{}: {told}",
                    block.place
                );
            }
            "yaml" => {
                documents += 1;
                yaml_rust2::YamlLoader::load_from_str(&block.text)
                    .unwrap_or_else(|error| panic!("{}: {error}", block.place));
            }
            _ => {}
        }
    }
    assert!(previews >= 3 && documents >= 8, "{previews} {documents}");
}

#[test]
fn every_line_of_shell_is_shell() {
    let server = Running::start_alone(&[], &[]);
    let mut scripts: Vec<(String, String)> = Vec::new();
    for block in all(&server) {
        match block.language.as_str() {
            "yaml" => scripts.extend(
                strings_of_yaml(&block.text)
                    .into_iter()
                    .filter(|text| text.contains("inferno-kpi "))
                    .map(|text| (block.place.clone(), text)),
            ),
            "groovy" => scripts.extend(
                block
                    .text
                    .split('\'')
                    .filter(|text| text.contains("inferno-kpi "))
                    .map(|text| (block.place.clone(), text.to_owned())),
            ),
            // Beside a command a picture for a readme may stand.
            _ if block.is_shell() => {
                let lines = block.lines().into_iter().filter(|line| !line.starts_with("!["));
                scripts.push((block.place.clone(), lines.collect::<Vec<_>>().join("\n")));
            }
            _ => {}
        }
    }
    assert!(scripts.len() > 20, "{}", scripts.len());
    for (place, script) in scripts {
        let output = Command::new("bash").args(["-n", "-c", &script]).output().unwrap();
        assert!(output.status.success(), "{place}: {script}\n{}", text(&output.stderr));
    }
}

#[test]
fn every_route_that_the_documentation_names_is_there() {
    let described: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
    let paths = described["paths"].as_object().unwrap();
    let is_there = |method: &str, path: &str| {
        // A stream of events is nothing that the description could describe, and it does not describe itself.
        if ["/api/v1/events", "/api/v1/openapi.json"].iter().any(|known| path.starts_with(known)) {
            return true;
        }
        let path = path.split(['?', '`', ' ', '\n']).next().unwrap_or_default().trim_end_matches(['.', ',', ';', ')']);
        paths.iter().any(|(known, methods)| {
            let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
            let (known, path) = (parts(known), parts(path));
            let fits = |(known, part): (&String, &String)| known == part || known.starts_with('{');
            known.len() == path.len()
                && known.iter().zip(&path).all(fits)
                && methods.get(method.to_lowercase()).is_some()
        })
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for (place, document) in blocks::texts() {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let named = format!("{method} ");
            for rest in document.split(&named).skip(1).map(str::trim_start).filter(|rest| rest.starts_with("/api/v1/"))
            {
                count += 1;
                if !is_there(method, rest) {
                    wrong.push(format!("{place}: {method} {}", rest.lines().next().unwrap_or_default()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "{count} routes");
}
