//! What the file may say.

use connect::{Client, Config, Kind, check};

use crate::{SECRET, config, environment};

/// The blocks of docs/pulling.md that are TOML.
fn examples() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pulling.md");
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned());
    blocks.collect()
}

#[test]
fn every_example_of_the_documentation_is_right_and_every_kind_has_one() {
    let any = |_: &str| Some(SECRET.to_owned());
    let (mut kinds, mut statsd, mut events) = (Vec::new(), 0, 0);
    for example in examples() {
        let config = Config::read(&example, &any).unwrap_or_else(|errors| panic!("{example}\n{errors:#?}"));
        kinds.extend(config.pulls.iter().map(|pull| pull.kind.name()));
        statsd += usize::from(config.statsd.is_some());
        events += config.events.len();
    }
    for (name, _) in Kind::ALL {
        assert!(kinds.contains(&name), "there is no example of {name}");
    }
    assert_eq!((statsd, events), (1, 1));
    let all = Config::read(&examples().join("\n"), &any).unwrap();
    assert_eq!(all.pulls.len(), 8, "the targets of a scrape are one each");
    assert_eq!(all.pulls[7].name, "inferno (http://10.0.0.6:9090/metrics)");
    assert_eq!(all.events[0].client, Client::Mixpanel);
}

#[test]
fn every_error_is_told_at_once_with_its_place_and_what_would_be_right() {
    let document = r#"[[pull]]
name = "a"
kind = "promql"

[[pull]]
name = "b"
kind = "prometheus"
url = "ftp://prometheus.example"
every = "soon"
evry = 1
headers = { "X Y" = "z", Authorization = "${NO_SUCH}" }
[[pull.query]]
series = " two words"
step = "0 s"

[[pull]]
name = "c"
kind = "json"
url = "https://me:secret@api.example"
every = "1 min"
[[pull.query]]
value = "amount"
time_unit = "min"
add = { plan = "" }
unit = "parsecs"

[[pull]]
name = "d"
kind = "postgres"
url = "postgres://me:plain@db/crm"
every = "1 min"

[[pull]]
name = "d"
kind = "scrape"
url = "http://a/metrics"
every = "1 min"
user = "me"
password = "plain"

[statsd]
address = "localhost"

[[events]]
source = "shop"
client = "segment"
[[events.rule]]
series = "x "

[other]
"#;
    let errors = Config::read(document, &environment).unwrap_err();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let wanted = [
        (3, "\"promql\" is no kind; write one of prometheus, influxql"),
        (8, "write an address such as https://"),
        (9, "\"soon\" is no duration; write for example 30 s"),
        (10, "has no key `evry`; known keys: every"),
        (11, "the header `X Y` has a name or value that no header can have"),
        (11, "the environment has no NO_SUCH"),
        (12, "has no `query`; write query = "),
        (13, "\" two words\" is no name; write at most"),
        (14, "`step` is shorter than 1 s"),
        (19, "credentials do not stand in an address; write user"),
        (21, "rows need a name: write series"),
        (22, "\"amount\": a JSON Pointer begins with /"),
        (23, "\"min\" is no `time_unit`; write s, ms, us or ns"),
        (24, "the label `plan` must have 1 to 200 characters"),
        (25, "unknown unit \"parsecs\"; write for example s"),
        (27, "asks nothing; add [[pull.query]]"),
        (30, "a password does not stand in the file; write ${NAME_OF_A_VARIABLE}"),
        (33, "there are two [[pull]] named \"d\""),
        (39, "a password does not stand in the file"),
        (42, "\"localhost\" is no address with a port; write 127.0.0.1:8125"),
        (44, "rule 1 () names no event"),
        (46, "\"segment\" is no client; write mixpanel or amplitude"),
        (47, "has no `event`; write event = "),
        (50, "the file has no key `other`"),
    ];
    for (line, words) in wanted {
        let is_told = errors.iter().any(|error| error.line == line && error.message.contains(words));
        assert!(is_told, "{line}: {words} is missing in\n{}", told.join("\n"));
    }
    let lines: Vec<usize> = errors.iter().map(|error| error.line).collect();
    assert!(lines.is_sorted(), "in the order of the file");
    assert_eq!(errors.iter().find(|error| error.line == 10).map(|error| error.column), Some(1));
    let report = check("sources.toml", document, &environment);
    assert!(!report.is_right());
    assert!(report.to_string().starts_with("sources.toml:3:8: \"promql\" is no kind"), "{report}");
}

#[test]
fn a_table_that_is_missing_is_named_by_its_whole_path() {
    for (document, path) in [
        (
            "[[pull]]\nname = \"a\"\nkind = \"prometheus\"\nurl = \"http://a.example\"\nevery = \"1 min\"\nquery = \"up\"\n",
            "[[pull.query]]",
        ),
        ("[[events]]\nsource = \"a\"\nclient = \"mixpanel\"\nrule = \"b\"\n", "[[events.rule]]"),
        ("pull = \"a\"\n", "`[[pull]]`"),
    ] {
        let told: Vec<String> =
            Config::read(document, &environment).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|error| error.contains(path)), "{path}: {told:?}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_place() {
    let errors = Config::read("[[pull]]\nname = \n", &environment).unwrap_err();
    assert_eq!((errors.len(), errors[0].line), (1, 2), "{errors:?}");
}

#[test]
fn secrets_are_in_no_description_and_no_debug_text() {
    let config = config(
        r#"
[[pull]]
name = "a"
kind = "json"
url = "https://api.example/${PATH_SECRET}/items"
headers = { Authorization = "Bearer ${API_SECRET}" }
user = "me"
password = "${OTHER_SECRET}"
every = "1 min"
[[pull.query]]
series = "x"

[[pull]]
name = "b"
kind = "postgres"
url = "postgres://me:${DB_SECRET}@db.example/crm"
every = "1 min"
[[pull.query]]
query = "SELECT 1 AS value"
series = "y"
"#,
    );
    let texts = [format!("{config:?}"), format!("{config:#?}"), format!("{:?}", config.describe())];
    for text in texts {
        assert!(!text.contains(SECRET) && !text.contains("aHVudGVy"), "{text}");
    }
    assert!(format!("{config:?}").contains("Bearer ${API_SECRET}"));
    let addresses: Vec<String> = config.describe().into_iter().map(|source| source.address).collect();
    assert_eq!(addresses, ["https://api.example", "postgres://db.example/crm"]);
    assert_eq!(config.secrets.names().collect::<Vec<_>>(), ["PATH_SECRET", "API_SECRET", "OTHER_SECRET", "DB_SECRET"]);
    let scrubbed = config.secrets.scrub(&format!("bad token {SECRET}!"));
    assert!(!scrubbed.contains(SECRET), "{scrubbed}");
}

#[test]
fn a_secret_with_any_character_fits_into_the_address_of_a_database() {
    let document = "[[pull]]\nname = \"a\"\nkind = \"postgres\"\nevery = \"1 min\"\nurl = \"postgres://me:${P}@db.example/crm\"\n[[pull.query]]\nquery = \"SELECT 1\"\nseries = \"x\"\n";
    for password in ["p@ss/w:rd?#%", "ünï cödé+"] {
        let config = Config::read(document, &|_| Some(password.to_owned())).unwrap();
        assert_eq!(config.pulls[0].address_name(), "postgres://db.example/crm", "{password}");
    }
    let whole = Config::read(&document.replace("postgres://me:${P}@db.example/crm", "${P}"), &|_| {
        Some("postgres://me:x@h/d".to_owned())
    });
    assert_eq!(whole.unwrap().pulls[0].address_name(), "postgres://h/d");
}
