//! The table of routes in the documentation is the server's.

use axum::Router;
use std::fmt::Write as _;

use super::access::needs::Needed;
use super::{Routes, ingest};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/routes.md");
const HEAD: &str = "| method | path | needs |\n| --- | --- | --- |\n";

fn table() -> Vec<(String, String, Needed)> {
    let Routes { pages, api, other, untimed, streams } = Routes::new(&Router::new());
    let mut rows: Vec<_> = [pages, api, other, untimed, streams].iter().flat_map(super::ScopedRouter::table).collect();
    rows.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    rows
}

#[test]
fn the_documented_table_of_routes_is_the_servers() {
    let rows = table().iter().fold(String::new(), |mut rows, (method, path, needed)| {
        // Writing to a String can't fail.
        let _ = writeln!(rows, "| {method} | `{path}` | {} |", needed.words());
        rows
    });
    let text = std::fs::read_to_string(TABLE).unwrap();
    let (before, kept) = text.split_once(HEAD).expect("the table has its head");
    if std::env::var_os("UPDATE_ROUTES").is_some() {
        std::fs::write(TABLE, format!("{before}{HEAD}{rows}")).unwrap();
    } else {
        assert_eq!(kept, rows, "write it anew with UPDATE_ROUTES=1 cargo test -p server the_documented_table");
    }
}

#[test]
fn what_is_signed_and_nothing_else_is_read_before_it_is_known_who_sends() {
    for (method, path, needed) in table() {
        assert_eq!(ingest::is_signed(&path), needed == Needed::Signature, "{method} {path}");
    }
}
