//! Every route asked with each kind of token, on a server without a token of its own, on one with, and on one where reading needs
//! one too. What is expected comes from the documented table of routes, which a test of the program holds equal to its router.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use ureq::http::Request;

use crate::running::{Answer, Running, agent, eventually, folder};

const TABLE: &str = include_str!("../../../docs/routes.md");
const SERVER_TOKEN: &str = "correct horse battery";
const SCOPES: [&str; 5] = ["ingest", "read", "payloads", "metrics", "admin"];
/// A table for the form that looks through one and records it.
const CSV: &str = "kpi%2Cvalue%0Acode-coverage%2C91%0A";

/// Who needs a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    Open,
    Closed,
    Private,
}

/// What the table says of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs<'a> {
    Nothing,
    Header(&'a str),
    Guarded(&'a str),
    Field(&'a str),
    Protocol,
    Signature,
}

/// What somebody shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Nothing,
    Unknown,
    ServersOwn,
    Scope(&'static str, String),
    NoMore(&'static str, String),
}

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Missing,
    Wrong,
    Scope,
    Unsigned,
}

struct Route<'a> {
    method: &'a str,
    path: &'a str,
    needs: Needs<'a>,
}

fn routes() -> Vec<Route<'static>> {
    let rows = TABLE.split_once("| method | path | needs |\n| --- | --- | --- |\n").unwrap().1.lines();
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [method, path, needs] = cells[..] else { panic!("{row}") };
        let scope = needs.strip_prefix('`').and_then(|rest| rest.split_once('`'));
        let needs = match scope {
            None if needs == "nothing" => Needs::Nothing,
            None if needs == "a signature" => Needs::Signature,
            Some((scope, "")) => Needs::Header(scope),
            Some((scope, ", once there is a token")) => Needs::Guarded(scope),
            Some((scope, ", in the form")) => Needs::Field(scope),
            Some(("ingest", ", as its clients show it")) => Needs::Protocol,
            _ => panic!("nothing is expected of a route that needs {needs}"),
        };
        Route { method, path: path.trim_matches('`'), needs }
    })
    .collect()
}

impl Shown {
    fn secret(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::Unknown => "ikpi_nobody_made_this_one",
            Self::ServersOwn => SERVER_TOKEN,
            Self::Scope(_, secret) | Self::NoMore(_, secret) => secret,
        }
    }
}

/// How a token ends that is looked at for a scope.
fn looked_at(setting: Setting, scope: &str, shown: &Shown) -> End {
    let is_open = setting == Setting::Open;
    match shown {
        // Clients of other systems must show something; where no token is needed, anything does.
        Shown::Nothing | Shown::Unknown if is_open => End::Passed,
        Shown::Nothing => End::Missing,
        Shown::Unknown | Shown::NoMore(..) => End::Wrong,
        Shown::ServersOwn => End::Passed,
        Shown::Scope(own, _) if [scope, "admin"].contains(own) => End::Passed,
        Shown::Scope(..) => End::Scope,
    }
}

/// How a request to a route ends, once there are tokens.
fn expected(setting: Setting, needs: Needs<'_>, shown: &Shown) -> End {
    match needs {
        Needs::Nothing => End::Passed,
        Needs::Signature => End::Unsigned,
        Needs::Header("read") if setting != Setting::Private => match shown {
            Shown::Unknown if setting != Setting::Open => End::Wrong,
            Shown::NoMore(..) => End::Wrong,
            _ => End::Passed,
        },
        Needs::Header(scope) | Needs::Field(scope) => looked_at(setting, scope, shown),
        Needs::Protocol => looked_at(setting, "ingest", shown),
        Needs::Guarded(scope) => match shown {
            Shown::Nothing => End::Missing,
            Shown::Unknown => End::Wrong,
            Shown::ServersOwn if setting == Setting::Open => End::Wrong,
            known => looked_at(setting, scope, known),
        },
    }
}

/// A request from an address of its own: wrong tokens are counted by address.
fn ask(server: &Running, route: &Route<'_>, header: &str, field: &str) -> End {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let [_, high, middle, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let filled: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
    let path = filled.join("/").replace("/webhooks/1", "/webhooks/github").replace("kpis/1", "kpis/code-coverage");
    // A benchmark would run for minutes; a form that is sent to a past instant is asked for its token all the same.
    // Mixpanel says why where it is asked to.
    let query = match path.as_str() {
        "/benchmarks/start" => "?as_of=2026-01-01",
        "/track" | "/engage" | "/import" => "?verbose=1",
        _ => "",
    };
    let method = if route.method == "any" { "GET" } else { route.method };
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{query}", server.url(&path)))
        .header("x-forwarded-for", format!("10.{high}.{middle}.{low}"));
    if !header.is_empty() {
        request = request.header("authorization", format!("Bearer {header}"));
    }
    let is_form = !path.starts_with("/api/") && !matches!(route.needs, Needs::Protocol | Needs::Signature);
    let response = match method {
        "GET" | "DELETE" => agent().run(request.body(()).unwrap()),
        _ if is_form => {
            let body = format!("action=record&csv={CSV}&token={}", field.replace(' ', "+"));
            agent().run(request.header("content-type", "application/x-www-form-urlencoded").body(body).unwrap())
        }
        _ => agent().run(request.header("content-type", "application/json").body("{}").unwrap()),
    };
    let response = response.unwrap();
    // An event stream does not end.
    if path == "/api/v1/events" && response.status() == 200 {
        return End::Passed;
    }
    let mut response = response;
    let (status, bytes) = (response.status().as_u16(), response.body_mut().read_to_vec().unwrap());
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    assert_ne!(status, 429, "{method} {path}: {text}");
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    let reason = || {
        // The title of a problem says that a token is needed where one is wrong, too.
        if says(&["token is not known here", "token was revoked", "token has expired"]) {
            End::Wrong
        } else if says(&["a token is needed", "records only with a token"]) {
            End::Missing
        } else if says(&["does not have the scope"]) {
            End::Scope
        } else if says(&["signature"]) && status == 401 {
            End::Unsigned
        } else {
            End::Passed
        }
    };
    // Some senders know no such status, and are told in the body.
    if route.needs == Needs::Protocol {
        return reason();
    }
    match (status, reason()) {
        (401, end @ (End::Missing | End::Wrong | End::Unsigned)) | (403, end @ End::Scope) => end,
        // The page has no form of that name on which it could say why.
        (401, _) if matches!(route.needs, Needs::Field(_)) => {
            if field.is_empty() {
                End::Missing
            } else {
                End::Wrong
            }
        }
        (403, _) if matches!(route.needs, Needs::Field(_)) => End::Scope,
        (401 | 403, _) => panic!("{method} {path}: {status} without a reason: {text}"),
        _ => End::Passed,
    }
}

fn make(server: &Running, wanted: &Value) -> (String, String) {
    let answer = server.send("/api/v1/tokens", &[("authorization", &format!("Bearer {SERVER_TOKEN}"))], wanted);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["token"]["id"]), text(&made["secret"]))
}

/// Every kind of token.
fn kinds(server: &Running) -> Vec<Shown> {
    let named = |name: &str, scope: &str| json!({ "name": name, "scopes": [scope], "source": "1", "person": "Ada" });
    let mut kinds = vec![Shown::Nothing, Shown::Unknown, Shown::ServersOwn];
    kinds.extend(SCOPES.map(|scope| Shown::Scope(scope, make(server, &named(scope, scope)).1)));
    let (id, revoked) = make(server, &named("revoked", "admin"));
    let authorization = format!("Bearer {SERVER_TOKEN}");
    let body = json!({ "person": "Ada", "reason": "a test" });
    let path = format!("/api/v1/tokens/{id}/revoke");
    assert_eq!(server.send(&path, &[("authorization", &authorization)], &body).status, 200);
    kinds.push(Shown::NoMore("revoked", revoked));
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(1);
    let mut wanted = named("expires", "admin");
    wanted["expires"] = json!(soon.to_string());
    let (_, expires) = make(server, &wanted);
    eventually("the end of a token", || {
        let request = agent().get(server.url("/api/v1/tokens")).header("authorization", format!("Bearer {expires}"));
        (Answer::of(request.call().unwrap()).status == 401).then_some(())
    });
    kinds.push(Shown::NoMore("expired", expires));
    kinds
}

fn walk(setting: Setting) {
    let data = folder();
    let mut arguments = vec!["--trusted-proxy", "127.0.0.1"];
    let mut environment = vec![("INFERNO_KPI_GITHUB_SECRET", "a secret of GitHub's")];
    if setting != Setting::Open {
        environment.push(("INFERNO_KPI_TOKEN", SERVER_TOKEN));
    }
    if setting == Setting::Private {
        arguments.push("--private");
    }
    let server = Running::start_with(data.path(), &arguments, &environment);
    let kinds = kinds(&server);
    let reads = kinds.iter().find(|kind| matches!(kind, Shown::Scope("read", _))).unwrap().secret();
    let mut wrong = Vec::new();
    for route in routes() {
        for shown in &kinds {
            let (header, field) = match route.needs {
                // A browser that reads shows what it reads with, and its reader types another token.
                Needs::Field(_) if setting == Setting::Private => (reads, shown.secret()),
                Needs::Field(_) => ("", shown.secret()),
                _ => (shown.secret(), ""),
            };
            let (end, wanted) = (ask(&server, &route, header, field), expected(setting, route.needs, shown));
            if end != wanted {
                wrong.push(format!("{} {} with {shown:?}: {end:?}, not {wanted:?}", route.method, route.path));
            }
        }
        // Who may not read sends no form either, whatever its field shows.
        if matches!(route.needs, Needs::Field(_)) && setting == Setting::Private {
            assert_eq!(ask(&server, &route, "", SERVER_TOKEN), End::Missing, "{}", route.path);
        }
    }
    assert!(wrong.is_empty(), "{setting:?}:\n{}", wrong.join("\n"));
}

#[test]
fn every_route_asks_for_its_scope_on_a_server_without_a_token() {
    walk(Setting::Open);
}

#[test]
fn every_route_asks_for_its_scope_on_a_server_with_a_token() {
    walk(Setting::Closed);
}

#[test]
fn every_route_asks_for_its_scope_on_a_private_server() {
    walk(Setting::Private);
}

#[test]
fn on_an_open_server_nothing_is_asked_for_as_long_as_there_is_no_token() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--trusted-proxy", "127.0.0.1"], &[]);
    for route in routes().iter().filter(|route| route.needs != Needs::Signature) {
        assert_eq!(ask(&server, route, "", ""), End::Passed, "{} {}", route.method, route.path);
    }
}

#[test]
fn a_form_comes_back_with_what_was_typed_and_the_reason() {
    let server = Running::start_alone(&[], &[("INFERNO_KPI_TOKEN", SERVER_TOKEN)]);
    let token = SERVER_TOKEN.replace(' ', "+");
    for (query, token, status, reason) in [
        ("", "", 401, "This server records only with a token."),
        ("", "unknown", 401, "This token is not known here."),
        ("?as_of=2026-01-01", token.as_str(), 409, "Send the form again from here, the page of now."),
        ("?as_of=2026-01-01", "", 401, "This server records only with a token."),
        ("", token.as_str(), 422, "Your name: "),
    ] {
        let request = agent()
            .post(server.url(&format!("/kpis/code-coverage/note{query}")))
            .header("content-type", "application/x-www-form-urlencoded");
        let form = format!("form=note&kind=comment&text=kept+words&token={token}");
        let answer = Answer::of(request.send(form).unwrap());
        assert_eq!(answer.status, status, "{query} {token}");
        for words in [reason, "kept words"] {
            assert!(answer.text.contains(words), "{words} is missing with {query} {token}: {}", answer.text);
        }
        assert!(token.is_empty() || !answer.text.contains(SERVER_TOKEN), "a token never comes back");
    }
    assert_eq!(server.json("/api/v1/notes?subject=kpi:code-coverage").as_array().map(Vec::len), Some(0));
}

#[test]
fn forms_of_another_site_or_of_a_past_instant_are_refused() {
    let data = folder();
    let server = Running::start(data.path());
    for route in routes().iter().filter(|route| matches!(route.needs, Needs::Field(_))) {
        let path = route.path.replace("{phase}", "1").replace("{id}", "code-coverage");
        let send = |query: &str, site: &str| {
            let request = agent()
                .post(server.url(&format!("{path}{query}")))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", site);
            Answer::of(request.send("form=x&person=Ada&reason=kept+words&action=record").unwrap())
        };
        let past = send("?as_of=2026-01-01", "same-origin");
        assert_eq!(past.status, 409, "{path}: {}", past.text);
        assert_eq!(send("", "cross-site").status, 403, "{path}");
    }
    assert_eq!(server.json("/api/v1/silences").as_array().map(Vec::len), Some(0));
}
