//! Whether the store still is what was written: a lost end is told at the start, and a look at all of it finds what has changed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Connection as _;
use tempfile::TempDir;

use crate::running::{Running, empty_schema, eventually, folder, run, text};

const STORE: &str = "inferno-kpi.sqlite";
const LOG: &str = "inferno-kpi.sqlite-wal";
const LAST: &str = "inferno-kpi.last.json";
const STOPS_WITHIN: Duration = Duration::from_secs(30);

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn start(data: &Path) -> Running {
    Running::start_with(data, &["--webhook", "http://127.0.0.1:9/nowhere"], &[])
}

fn observe(server: &Running, bodies: u32) {
    for body in 0..bodies {
        let rows: Vec<Value> = (0..10)
            .map(|row| json!({ "series": "sound.rows", "value": f64::from(row) + 0.5, "labels": { "body": body.to_string() }, "note": "seen" }))
            .collect();
        assert_eq!(server.observe(&json!(rows)).0, 201);
    }
}

/// Something in every table that a running server fills.
fn fill(server: &Running) {
    observe(server, 60);
    let mut lines = String::new();
    for step in 0..9_000 {
        writeln!(lines, "sound,host=a value={}.25 {}", step % 77, 1_767_225_600 + 30 * step).unwrap();
    }
    assert_eq!(server.post("/write?db=t&precision=s", "text/plain", lines.as_bytes()).0, 204);
    let note = json!({ "subject": "kpi:code-coverage", "kind": "comment", "person": "Ada", "text": "kept" });
    assert!((200..300).contains(&server.tell("/api/v1/notes", &note).0));
    assert_eq!(server.tell("/api/v1/notifications/test", &json!({})).0, 202);
}

/// A store with something in every table, its server stopped.
fn filled() -> TempDir {
    let data = folder();
    let server = start(data.path());
    fill(&server);
    server.terminate_and_wait(STOPS_WITHIN);
    data
}

fn verify(arguments: &[&str]) -> (i32, Value) {
    let output = run(&[&["verify", "--json"], arguments].concat());
    let found = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), found)
}

fn verify_folder(data: &Path) -> (i32, Value) {
    verify(&["--data", name(data)])
}

fn rows_of(found: &Value, table: &str) -> u64 {
    let tables = found["checked"].as_array().unwrap();
    tables.iter().find(|it| it["table"] == table).unwrap_or_else(|| panic!("{table}: {found}"))["rows"]
        .as_u64()
        .unwrap()
}

/// The folder as a power cut would leave it.
fn copied(data: &Path) -> TempDir {
    let copy = folder();
    for file in [STORE, LOG, LAST] {
        if data.join(file).exists() {
            fs::copy(data.join(file), copy.path().join(file)).unwrap();
        }
    }
    copy
}

fn last_payload(data: &Path) -> Option<i64> {
    let text = fs::read_to_string(data.join(LAST)).ok()?;
    serde_json::from_str::<Value>(text.lines().next()?).ok()?["rows"]["payload"].as_i64()
}

/// A folder of a server that was killed after everything it acknowledged was known beside the store.
fn killed() -> TempDir {
    let data = folder();
    let server = start(data.path());
    observe(&server, 150);
    eventually("the file of what was written last", || last_payload(data.path()).filter(|number| *number >= 150));
    server.kill();
    data
}

fn findings(server: &Running) -> Vec<String> {
    let found = server.json("/api/v1/store");
    found["findings"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

fn sqlite(data: &Path, statements: &str) {
    let work = async {
        let url = format!("sqlite://{}", data.join(STORE).display());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let all = format!("PRAGMA foreign_keys = OFF; {statements}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(all)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    };
    tokio::runtime::Runtime::new().unwrap().block_on(work);
}

#[test]
fn a_store_that_is_what_was_written_is_sound_beside_its_server_and_after_it() {
    let data = folder();
    let server = start(data.path());
    fill(&server);
    let (status, found) = verify_folder(data.path());
    assert_eq!((status, found["damage_count"].as_u64()), (0, Some(0)), "{found}");
    assert!(rows_of(&found, "observations") >= 600 && rows_of(&found, "payload_bodies") >= 62, "{found}");
    server.terminate_and_wait(STOPS_WITHIN);
    let (status, found) = verify_folder(data.path());
    assert_eq!(status, 0, "{found}");
    for table in ["journal", "documents", "outbox", "sources", "sample_series", "sample_blocks", "rolled_blocks"] {
        assert!(rows_of(&found, table) > 0, "{table}: {found}");
    }
    assert!(found["checked"].as_array().unwrap().iter().all(|table| table["without_checksum"] == 0), "{found}");
    // Started again nothing is lost, and nothing is told.
    let server = start(data.path());
    assert_eq!(findings(&server), [""; 0]);
    let printed = text(&run(&["verify", "--data", name(data.path())]).stdout);
    assert!(printed.trim_end().ends_with("everything is what was written"), "{printed}");
}

#[test]
fn there_is_no_verdict_on_a_store_that_is_not_there() {
    let data = folder();
    assert_eq!(verify_folder(data.path()).0, 2);
    assert_eq!(verify(&["--database", "postgres://nobody@127.0.0.1:1/none"]).0, 2);
}

#[test]
fn a_log_that_lost_its_tail_is_told_until_somebody_knows_it() {
    let whole = killed();
    let log = fs::read(whole.path().join(LOG)).unwrap();
    let truncated = log[..log.len() / 2].to_vec();
    let mut flipped = log.clone();
    flipped[log.len() / 2] ^= 0x10;
    // The server that was killed has lost nothing.
    let copy = copied(whole.path());
    assert_eq!(verify_folder(copy.path()).0, 0);
    assert_eq!(findings(&start(copy.path())), [""; 0]);
    for (what, damaged) in [("truncated", truncated), ("flipped", flipped), ("emptied", Vec::new())] {
        let copy = copied(whole.path());
        fs::write(copy.path().join(LOG), damaged).unwrap();
        let (status, found) = verify_folder(copy.path());
        let first = found["damages"][0]["problem"].as_str().unwrap_or_default().to_owned();
        // Without its log there may be no table yet, or only the first ones.
        let is_told = first.contains("knows less than was acknowledged") || what == "emptied";
        assert!(status == 1 && is_told, "{what}: {found}");
        let server = start(copy.path());
        let told = findings(&server);
        assert!(told.len() == 1 && told[0].contains("knows less than was acknowledged"), "{what}: {told:?}");
        assert_eq!(server.get("/readyz").0, 200, "{what}: it serves all the same");
        observe(&server, 3);
        for page in ["/", "/sources"] {
            assert!(server.get(page).1.contains("knows less than was acknowledged"), "{what}: {page}");
        }
        // Also after what was written last is known anew.
        eventually("a new file", || last_payload(copy.path()).filter(|number| *number < 150 || what == "flipped"));
        server.terminate_and_wait(STOPS_WITHIN);
        let server = start(copy.path());
        assert_eq!(findings(&server), told, "{what}");
        assert_eq!(server.tell("/api/v1/store/acknowledge", &json!({ "person": " " })).0, 422);
        let (status, answer) = server.tell("/api/v1/store/acknowledge", &json!({ "person": "Ada" }));
        assert_eq!((status, answer["acknowledged"].as_u64()), (200, Some(1)), "{answer}");
        assert_eq!(server.tell("/api/v1/store/acknowledge", &json!({ "person": "Ada" })).0, 409);
        assert!(!server.get("/").1.contains("knows less than was acknowledged"), "{what}");
        server.terminate_and_wait(STOPS_WITHIN);
        assert_eq!(findings(&start(copy.path())), [""; 0], "{what}");
        assert_eq!(verify_folder(copy.path()).0, 0, "{what}");
    }
}

#[test]
fn what_was_found_is_acknowledged_on_the_page_too_by_who_may() {
    let data = killed();
    fs::write(data.path().join(LOG), []).unwrap();
    let token = "a-token-of-the-server-itself-0123456789";
    let server = Running::start_with(data.path(), &["--token", token], &[]);
    let send = |form: &str| server.post("/sources/store", "application/x-www-form-urlencoded", form.as_bytes()).0;
    assert_eq!(send("person=Ada"), 401);
    assert_eq!(findings(&server).len(), 1);
    assert_eq!(send(&format!("person=&token={token}")), 422);
    assert_eq!(send(&format!("person=Ada&token={token}")), 303);
    assert_eq!(findings(&server), [""; 0]);
}

#[test]
fn a_database_that_is_gone_or_replaced_is_told() {
    let data = killed();
    let gone = copied(data.path());
    for file in [STORE, LOG] {
        fs::remove_file(gone.path().join(file)).unwrap();
    }
    assert!(findings(&start(gone.path()))[0].contains("knows less than was acknowledged"));
    // As many payloads, and other ones.
    let other = killed();
    fs::copy(data.path().join(LAST), other.path().join(LAST)).unwrap();
    let told = findings(&start(other.path()));
    assert!(told[0].contains("is another one than was kept") || told[0].contains("is not there"), "{told:?}");
}

#[test]
fn a_damaged_or_missing_file_of_what_was_written_last_stops_nothing() {
    let data = killed();
    for damaged in [&b"{}"[..], b"", &[0xff; 300]] {
        let copy = copied(data.path());
        fs::write(copy.path().join(LAST), damaged).unwrap();
        assert_eq!(verify_folder(copy.path()).0, 1);
        let server = start(copy.path());
        let told = findings(&server);
        assert!(told.len() == 1 && told[0].contains(LAST), "{told:?}");
        assert!(server.get("/sources").1.contains("What was written last is not known"));
        observe(&server, 1);
    }
    let copy = copied(data.path());
    fs::remove_file(copy.path().join(LAST)).unwrap();
    let server = start(copy.path());
    assert_eq!(findings(&server), [""; 0]);
    eventually("the file", || last_payload(copy.path()).filter(|number| *number >= 150));
}

#[test]
fn a_restored_store_is_not_taken_for_one_that_lost_its_end() {
    let (early, other) = (folder(), folder());
    let server = start(early.path());
    observe(&server, 2);
    let backup = other.path().join("backup.sqlite");
    assert!(run(&["backup", "--data", name(early.path()), "--to", name(&backup)]).status.success());
    drop(server);
    let data = killed();
    fs::remove_file(data.path().join(STORE)).unwrap();
    fs::remove_file(data.path().join(LOG)).unwrap();
    let restored = run(&["restore", name(&backup), "--data", name(data.path())]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert_eq!(verify_folder(data.path()).0, 0);
    let server = start(data.path());
    assert_eq!(findings(&server), [""; 0]);
    assert_eq!(server.json("/api/v1/series?contains=sound.rows")[0]["count"], 20);
}

#[test]
fn every_change_of_a_row_behind_the_servers_back_is_found_and_named() {
    let whole = filled();
    assert_eq!(verify_folder(whole.path()).0, 0);
    let one = |table: &str, key: &str| format!("WHERE {key} = (SELECT MAX({key}) FROM {table})");
    for (table, change) in [
        ("payloads", format!("UPDATE payloads SET received_ms = received_ms + 1 {}", one("payloads", "number"))),
        ("payloads", format!("UPDATE payloads SET source = 'other' {}", one("payloads", "number"))),
        ("sources", format!("UPDATE payloads SET kept_rows = kept_rows + 1 {}", one("payloads", "number"))),
        ("sources", format!("UPDATE payloads SET state = 'dead' {}", one("payloads", "number"))),
        ("payload_bodies", format!("UPDATE payload_bodies SET body = zeroblob(9) {}", one("payload_bodies", "number"))),
        ("payload_bodies", format!("DELETE FROM payload_bodies {}", one("payload_bodies", "number"))),
        ("observations", format!("UPDATE observations SET value = value + 1.0 {}", one("observations", "id"))),
        ("observations", format!("UPDATE observations SET note = 'unseen' {}", one("observations", "id"))),
        ("observations", format!("UPDATE observations SET digest = digest + 1 {}", one("observations", "id"))),
        ("observations", "DELETE FROM payloads WHERE id = (SELECT MAX(payload_id) FROM observations)".to_owned()),
        ("journal", format!("UPDATE journal SET body = body || ' ' {}", one("journal", "id"))),
        ("journal", "DELETE FROM journal WHERE version = 1".to_owned()),
        ("documents", format!("UPDATE documents SET body = '{{' {}", one("documents", "name"))),
        ("outbox", format!("UPDATE outbox SET subject = 'another' {}", one("outbox", "id"))),
        ("sources", format!("UPDATE sources SET bytes = bytes + 1 {}", one("sources", "source"))),
        ("sources", format!("DELETE FROM sources {}", one("sources", "source"))),
        ("sample_series", "UPDATE sample_series SET labels = '{}'".to_owned()),
        ("sample_series", "DELETE FROM sample_series".to_owned()),
        ("sample_blocks", "UPDATE sample_blocks SET last_ms = last_ms + 1".to_owned()),
        (
            "sample_blocks",
            "UPDATE sample_blocks SET bytes = CAST(substr(bytes, 1, 100) || x'55' || substr(bytes, 102) AS BLOB)"
                .to_owned(),
        ),
        ("rolled_blocks", format!("DELETE FROM sample_blocks {}", one("sample_blocks", "number"))),
        ("rolled_blocks", "DELETE FROM rolled_blocks WHERE resolution = 1".to_owned()),
        ("rolled_blocks", "UPDATE rolled_blocks SET bytes = zeroblob(30) WHERE resolution = 2".to_owned()),
        ("sample_watermark", "UPDATE sample_watermark SET flushed_payload = 1000000".to_owned()),
    ] {
        let copy = copied(whole.path());
        sqlite(copy.path(), &change);
        let (status, found) = verify_folder(copy.path());
        let damages = found["damages"].as_array().unwrap_or_else(|| panic!("{change}: {found}"));
        assert_eq!(status, 1, "{change}");
        assert!(damages.iter().any(|damage| damage["table"] == table), "{change}: {found}");
    }
}

/// A sequence of numbers that only looks random (`SplitMix64`): each run damages the same places.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// The checksums of all tables as a copy reads them; nothing where it can't be read.
fn contents(data: &Path) -> Option<String> {
    let target = folder();
    let file: PathBuf = target.path().join("copy.sqlite");
    let output = run(&["backup", "--data", name(data), "--to", name(&file)]);
    output.status.success().then(|| text(&output.stdout))
}

/// Damages the file at many places, one at a time, and says how many were noticed and how many changed nothing that is used.
///
/// `INFERNO_KPI_TEST_DAMAGES` says how many.
fn damage(seed: u64, rounds: u32, mut harm: impl FnMut(&mut Chance, &mut Vec<u8>)) -> (u32, u32) {
    let whole = filled();
    let bytes = fs::read(whole.path().join(STORE)).unwrap();
    assert!(!whole.path().join(LOG).exists(), "everything is in the file");
    let before = contents(whole.path()).unwrap();
    let (mut noticed, mut unused) = (0, 0);
    let wanted = std::env::var("INFERNO_KPI_TEST_DAMAGES").ok().and_then(|rounds| rounds.parse().ok());
    let rounds = wanted.unwrap_or(rounds);
    let mut chance = Chance(seed);
    for round in 0..rounds {
        let copy = folder();
        let mut damaged = bytes.clone();
        harm(&mut chance, &mut damaged);
        fs::write(copy.path().join(STORE), damaged).unwrap();
        match verify_folder(copy.path()) {
            // Of a database that names another version of its tables there is no verdict, and that is told.
            (1 | 2, _) => noticed += 1,
            (0, found) => {
                assert_eq!(
                    contents(copy.path()).as_ref(),
                    Some(&before),
                    "round {round}: unnoticed and not the same: {found}"
                );
                unused += 1;
            }
            (status, found) => panic!("round {round}: it ended with {status} {found}"),
        }
    }
    (noticed, unused)
}

#[test]
fn every_overwritten_page_is_noticed() {
    const PAGE: usize = 4_096;
    let (noticed, unused) = damage(16, 60, |chance, bytes| {
        let page = chance.below(bytes.len() / PAGE) * PAGE;
        let from = chance.below(bytes.len() / PAGE) * PAGE;
        let length = [PAGE, 512, 64][chance.below(3)];
        let at = page + chance.below(PAGE / length) * length;
        // Another page's bytes, or noise.
        if chance.below(2) == 0 {
            bytes.copy_within(from..from + length, at);
        } else {
            bytes[at..at + length].iter_mut().for_each(|byte| *byte = u8::try_from(chance.below(256)).unwrap());
        }
    });
    println!("overwritten: {noticed} noticed, {unused} held nothing that is used");
    assert!(noticed > 2 * unused, "{noticed} of {}", noticed + unused);
}

#[test]
fn every_flipped_bit_of_something_that_is_used_is_noticed() {
    let (noticed, unused) = damage(61, 80, |chance, bytes| {
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
    });
    println!("flipped: {noticed} noticed, {unused} held nothing that is used");
    assert!(noticed > unused, "{noticed} of {}", noticed + unused);
}

#[test]
fn a_server_looks_at_its_store_from_time_to_time_and_tells_what_it_finds() {
    let data = folder();
    let server = Running::start_with(data.path(), &["--verify-hours", "0.0003"], &[]);
    observe(&server, 5);
    let looked = |count: u64| {
        eventually("a look", || {
            let found = server.json("/api/v1/store")["verification"].clone();
            (found["damage_count"].as_u64() == Some(count)).then_some(found)
        })
    };
    assert!(looked(0)["rows"].as_u64().unwrap() > 0);
    assert!(server.get("/sources").1.contains("everything is what was written"));
    sqlite(data.path(), "UPDATE observations SET value = -7.0 WHERE id = (SELECT MAX(id) FROM observations)");
    let found = looked(1);
    assert_eq!(found["damages"][0]["table"], "observations", "{found}");
    assert!(found["damages"][0]["affects"].as_str().unwrap().contains("sound.rows"), "{found}");
    assert!(server.get("/").1.contains("found 1 damage"), "every page says so");
    server.terminate_and_wait(STOPS_WITHIN);
    // Also after a restart, until a look finds nothing.
    let server = Running::start_with(data.path(), &["--verify-hours", "0"], &[]);
    assert!(server.get("/").1.contains("found 1 damage"));
    assert_eq!(server.json("/api/v1/store")["verification"], found);
}

#[test]
fn on_postgres_the_same_is_noticed() {
    let url = empty_schema("soundness");
    let data = folder();
    let start = || Running::start_with(data.path(), &["--database", &url, "--webhook", "http://127.0.0.1:9/x"], &[]);
    let here = ["--database", url.as_str(), "--data", name(data.path())];
    let server = start();
    fill(&server);
    let (status, found) = verify(&here);
    assert_eq!(status, 0, "{found}");
    server.terminate_and_wait(STOPS_WITHIN);
    let (status, found) = verify(&here);
    assert_eq!(status, 0, "{found}");
    assert!(rows_of(&found, "sample_blocks") > 0 && rows_of(&found, "outbox") > 0, "{found}");
    let files = fs::read_dir(data.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    assert!(files.into_iter().any(|name| name.starts_with("inferno-kpi.last.")));
    let execute = |statement: &'static str| {
        let work = async {
            let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        };
        tokio::runtime::Runtime::new().unwrap().block_on(work);
    };
    execute("UPDATE journal SET person = 'Eve' WHERE id = (SELECT MAX(id) FROM journal)");
    let (status, found) = verify(&here);
    assert!(status == 1 && found["damages"].as_array().unwrap().iter().any(|it| it["table"] == "journal"), "{found}");
    // A server that fell back to an older state of the database.
    execute(
        "DELETE FROM payload_bodies WHERE number = (SELECT MAX(number) FROM payloads);
         DELETE FROM observations WHERE payload_id = (SELECT id FROM payloads ORDER BY number DESC LIMIT 1);
         DELETE FROM payloads WHERE number = (SELECT MAX(number) FROM payloads)",
    );
    let server = start();
    let told = findings(&server);
    assert!(told.len() == 1 && told[0].contains("knows less than was acknowledged"), "{told:?}");
}
