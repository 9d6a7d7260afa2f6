//! No circle among the modules of a shell crate: read from what their sources name (`use` and paths that begin with `crate`, `super` or
//! `self`), compared among brothers, so that a module and what it holds are one. What tests alone use is left out.
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The crates that act; those that are not there yet are passed over.
const SHELL: [&str; 11] = [
    "journal",
    "access",
    "governance",
    "alerting",
    "ingest",
    "evaluation",
    "views",
    "service",
    "timeseries",
    "app",
    "server",
];

/// Circles that are still there, a line each: the module that holds them, and their members. This list may only become shorter.
const KNOWN: &str = include_str!("known-circles.txt");

type Module = Vec<String>;

fn source_folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let top = root.join(name).join("src");
    if top.is_dir() { top } else { root.join("crates").join(name).join("src") }
}

/// Every module of a crate with its source; the crate itself is the module without a name.
fn modules(name: &str) -> BTreeMap<Module, String> {
    let folder = source_folder(name);
    let (mut found, mut pending) = (BTreeMap::new(), vec![folder.clone()]);
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder can be listed");
            pending.extend(entries.map(|entry| entry.expect("an entry can be read").path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let inside = path.strip_prefix(&folder).expect("it was found there").with_extension("");
            let mut module: Module = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if module.last().is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str())) {
                module.pop();
            }
            found.insert(module, std::fs::read_to_string(&path).expect("a source can be read"));
        }
    }
    found
}

/// The words and signs of a source, without comments, texts, and items for tests alone.
fn tokens(source: &str) -> Vec<String> {
    let characters: Vec<char> = source.chars().collect();
    let (mut found, mut place) = (Vec::new(), 0);
    let starts =
        |place: usize, text: &str| text.chars().enumerate().all(|(by, it)| characters.get(place + by) == Some(&it));
    while let Some(&character) = characters.get(place) {
        if starts(place, "//") {
            while characters.get(place).is_some_and(|it| *it != '\n') {
                place += 1;
            }
        } else if starts(place, "r\"")
            || starts(place, "r#") && characters.get(place + 2).is_some_and(|it| "#\"".contains(*it))
        {
            let hashes = characters[place + 1..].iter().take_while(|it| **it == '#').count();
            let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            place += hashes + 2;
            while place < characters.len() && !starts(place, &end) {
                place += 1;
            }
            place += end.len();
        } else if character == '"' {
            place += 1;
            while characters.get(place).is_some_and(|it| *it != '"') {
                place += if characters[place] == '\\' { 2 } else { 1 };
            }
            place += 1;
        } else if starts(place, "'\\") {
            place += 3;
            while characters.get(place).is_some_and(|it| *it != '\'') {
                place += 1;
            }
            place += 1;
        } else if character == '\'' && characters.get(place + 2) == Some(&'\'') {
            place += 3;
        } else if character.is_alphanumeric() || character == '_' {
            let begin = place;
            while characters.get(place).is_some_and(|it| it.is_alphanumeric() || *it == '_') {
                place += 1;
            }
            found.push(characters[begin..place].iter().collect());
        } else if starts(place, "::") {
            found.push("::".to_owned());
            place += 2;
        } else {
            if !character.is_whitespace() {
                found.push(character.to_string());
            }
            place += 1;
        }
    }
    without_tests(&found)
}

/// Leaves out each item behind `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut place) = (Vec::new(), 0);
    while place < tokens.len() {
        if tokens[place..].iter().zip(mark).filter(|(token, wanted)| token == wanted).count() < mark.len() {
            kept.push(tokens[place].clone());
            place += 1;
            continue;
        }
        let mut depth = 0_usize;
        for (by, token) in tokens[place + mark.len()..].iter().enumerate() {
            match token.as_str() {
                "{" | "[" | "(" => depth += 1,
                "}" | "]" | ")" => depth -= 1,
                _ => {}
            }
            let ends = depth == 0 && (token == ";" || token == "}");
            if ends || place + mark.len() + by + 1 == tokens.len() {
                place += mark.len() + by + 1;
                break;
            }
        }
    }
    kept
}

/// The paths of a tree of names such as `a::{b, c::d}`, and where it ends.
fn paths(tokens: &[String], mut place: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(place).map(String::as_str) {
            Some("{") => {
                place += 1;
                while tokens.get(place).is_some_and(|token| token != "}") {
                    place = paths(tokens, place, &path, found);
                    if tokens.get(place).is_some_and(|token| token == "as") {
                        place += 2;
                    }
                    place += usize::from(tokens.get(place).is_some_and(|token| token == ","));
                }
                return place + 1;
            }
            Some(name) if name == "*" || name.chars().all(|it| it.is_alphanumeric() || it == '_') => {
                path.push(name.to_owned());
                place += 1;
            }
            _ => break,
        }
        if tokens.get(place).is_none_or(|token| token != "::") {
            break;
        }
        place += 1;
    }
    found.push(path);
    // A tree that does not read as one must not hold up whoever reads it.
    place.max(1)
}

/// What a module's source names, from the root of its crate on; and what it gives on under its own name.
fn named(module: &Module, source: &str, all: &BTreeMap<Module, String>) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let tokens = tokens(source);
    let (mut names, mut uses) = (Vec::new(), Vec::new());
    for place in 0..tokens.len() {
        let is_use = place > 0 && tokens[place - 1] == "use";
        let begins = ["crate", "super", "self"].contains(&tokens[place].as_str())
            && tokens.get(place + 1).is_some_and(|token| token == "::")
            && (place == 0 || tokens[place - 1] != "::");
        let mut found = Vec::new();
        if is_use || begins {
            paths(&tokens, place, &[], &mut found);
        }
        for path in found {
            let mut whole = module.clone();
            let mut rest = path.as_slice();
            match rest.first().map(String::as_str) {
                Some("crate") => whole.clear(),
                Some("self") => {}
                Some("super") => {
                    while rest.get(1).is_some_and(|next| next == "super") {
                        whole.pop();
                        rest = &rest[1..];
                    }
                    whole.pop();
                }
                Some(child) if all.contains_key(&[module.as_slice(), &[child.to_owned()]].concat()) => {
                    whole.push(child.to_owned());
                }
                _ => continue,
            }
            whole.extend_from_slice(&rest[1..]);
            if is_use {
                uses.push(whole.clone());
            }
            names.push(whole);
        }
    }
    (names, uses)
}

/// Circles among brothers: the module that holds them, and their members.
fn circles(name: &str) -> Vec<(String, BTreeSet<String>)> {
    let all = modules(name);
    let read: BTreeMap<&Module, _> = all.iter().map(|(module, source)| (module, named(module, source, &all))).collect();
    let module_of =
        |path: &[String]| (0..=path.len()).rev().find(|length| all.contains_key(&path[..*length])).unwrap_or(0);
    let mut arrows: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, (names, _)) in &read {
        for path in names {
            let mut target = path[..module_of(path)].to_vec();
            // A name that a module only gives on is that of the module it comes from.
            if let Some(name) = path.get(target.len())
                && let Some((_, given)) = read.get(&target)
                && let Some(from) = given.iter().find(|given| given.last() == Some(name))
            {
                target = from[..module_of(from)].to_vec();
            }
            let common = module.iter().zip(&target).take_while(|(ours, theirs)| ours == theirs).count();
            if let (Some(ours), Some(theirs)) = (module.get(common), target.get(common)) {
                let brothers = arrows.entry(module[..common].to_vec()).or_default();
                brothers.entry(ours.clone()).or_default().insert(theirs.clone());
            }
        }
    }
    let mut found = Vec::new();
    for (holder, brothers) in &arrows {
        let reach: BTreeMap<&String, BTreeSet<&String>> =
            brothers.keys().map(|from| (from, reached(from, brothers))).collect();
        let mut told: BTreeSet<&String> = BTreeSet::new();
        for (from, there) in &reach {
            let circle: BTreeSet<String> = there
                .iter()
                .filter(|to| reach.get(*to).is_some_and(|back| back.contains(from)))
                .map(|to| (*to).clone())
                .collect();
            if !circle.is_empty() && told.insert(from) && circle.first() == Some(*from) {
                found
                    .push(([name.to_owned()].into_iter().chain(holder.clone()).collect::<Vec<_>>().join("::"), circle));
            }
        }
    }
    found
}

fn reached<'a>(from: &String, arrows: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a String> {
    let mut seen = BTreeSet::new();
    let mut pending: Vec<&String> = arrows.get(from).into_iter().flatten().collect();
    while let Some(next) = pending.pop() {
        if seen.insert(next) {
            pending.extend(arrows.get(next).into_iter().flatten());
        }
    }
    seen
}

#[test]
fn no_circle_among_the_modules_of_a_shell_crate_is_new_and_known_ones_are_still_there() {
    let known: BTreeSet<(String, BTreeSet<String>)> = KNOWN
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(holder, members)| (holder.to_owned(), members.split(' ').map(str::to_owned).collect()))
        .collect();
    let there = SHELL.into_iter().filter(|name| source_folder(name).is_dir());
    let found: BTreeSet<(String, BTreeSet<String>)> = there.flat_map(circles).collect();
    let line = |(holder, members): &(String, BTreeSet<String>)| {
        format!("{holder}: {}\n", members.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
    };
    let list: String = found.iter().map(line).collect();
    for (holder, members) in &found {
        let is_known = known.iter().any(|(place, circle)| place == holder && members.is_subset(circle));
        assert!(is_known, "a circle in {holder} that is not known: {members:?}; all that there are:\n{list}");
    }
    for circle in &known {
        assert!(found.contains(circle), "a circle became shorter; known-circles.txt is now to say\n{list}");
    }
}

#[test]
fn names_are_read_from_use_trees_and_paths_and_not_from_tests_comments_and_texts() {
    let all: BTreeMap<Module, String> = [vec![], vec!["a".to_owned()], vec!["a".to_owned(), "b".to_owned()]]
        .map(|module| (module, String::new()))
        .into();
    let source = "// use crate::no;\nuse super::{c::{D as E, f}, g};\nlet it = \"crate::no\"; self::h::<crate::i::J>();\n\
                  pub use b::K; fn l(m: char) { m == '\"' || m == '\\'' || crate::n::o() }\n#[cfg(test)] mod tests { use crate::no; }\n";
    let (names, uses) = named(&vec!["a".to_owned()], source, &all);
    let names: Vec<String> = names.iter().map(|path| path.join("::")).collect();
    assert_eq!(names, ["c::D", "c::f", "g", "a::h", "i::J", "a::b::K", "n::o"]);
    assert_eq!(uses.len(), 4);
}
