//! The page of problems: every `type` that the API can answer leads to a place on it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::running::{Running, folder};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The first text of a call that begins here; none where the name is computed.
fn first_text(call: &str) -> Option<&str> {
    let arguments = call.split_once(';').map_or(call, |(arguments, _)| arguments);
    let name = arguments.split('"').nth(1)?;
    name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-').then_some(name)
}

fn named(rest: &str) -> Option<String> {
    let (name, title) = rest.split_once("\", \"")?;
    (name.len() < 40 && title.starts_with(|first: char| first.is_ascii_uppercase())).then(|| name.to_owned())
}

/// The names that are returned by functions called `code`.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let body = text.split("fn code(&self)").nth(1).and_then(|rest| rest.split("\n    }").next()).unwrap_or_default();
    body.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next())
}

fn names() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut names = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for call in ["Problem::new(", "Self::new(StatusCode::"] {
            names.extend(text.split(call).skip(1).filter_map(first_text).map(str::to_owned));
        }
        // Where a match chooses name and title.
        if text.contains("for Problem {") {
            names.extend(text.split("=> (\"").skip(1).filter_map(named));
        }
    }
    for file in ["../crates/formats/src/refusal.rs", "../crates/formats/src/webhook/signature.rs"] {
        names.extend(codes(&std::fs::read_to_string(root.join(file)).unwrap()).map(str::to_owned));
    }
    names
}

#[test]
fn every_type_of_problem_leads_to_its_place() {
    let names = names();
    for name in ["refused", "not-utf8", "parameter", "wrong-signature", "unknown-host", "dropped", "scope"] {
        assert!(names.contains(name), "{name} is answered: {names:?}");
    }
    let data = folder();
    let server = Running::start(data.path());
    let (status, page) = server.get("/docs/problems");
    assert_eq!(status, 200);
    let missing: Vec<&String> = names.iter().filter(|name| !page.contains(&format!("id=\"{name}\""))).collect();
    assert!(missing.is_empty(), "no place for {missing:?}");
    let kind = server.fetch("/api/v1/kpis/none").json()["type"].as_str().unwrap().to_owned();
    let (address, place) = kind.split_once('#').unwrap();
    assert!(server.get(address).1.contains(&format!("id=\"{place}\"")), "{kind}");
}
