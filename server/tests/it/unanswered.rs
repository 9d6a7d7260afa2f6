//! A connection to PostgreSQL that breaks between a commit and its answer: the server does not know whether it was kept. It takes no
//! writes until it knows, and then memory and database say the same.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};
use sqlx::Connection as _;

use crate::running::{Running, agent, empty_schema, eventually, folder};

/// Stands between the server and its database. Told a text, it swallows the answer to the next commit of whatever holds that text.
struct Proxy {
    address: String,
    wanted: Arc<Mutex<Option<&'static str>>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn before(database: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let proxy = Self { address, wanted: Arc::default(), open: Arc::default() };
        let (database, wanted, open) = (database.to_owned(), Arc::clone(&proxy.wanted), Arc::clone(&proxy.open));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, database) = (client.unwrap(), TcpStream::connect(&database).unwrap());
                open.lock().unwrap().extend([client.try_clone().unwrap(), database.try_clone().unwrap()]);
                let (answers, asker) = (database.try_clone().unwrap(), client.try_clone().unwrap());
                let swallows = Arc::new(AtomicBool::new(false));
                let (wanted, swallowed) = (Arc::clone(&wanted), Arc::clone(&swallows));
                thread::spawn(move || ask(client, database, &wanted, &swallows));
                thread::spawn(move || answer(answers, asker, &swallowed));
            }
        });
        proxy
    }

    fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn ask(mut from: TcpStream, mut to: TcpStream, wanted: &Mutex<Option<&'static str>>, swallows: &AtomicBool) {
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let (mut buffer, mut is_of_it) = (vec![0; 64 * 1024], false);
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..count];
        let mut wanted = wanted.lock().unwrap();
        is_of_it |= wanted.is_some_and(|text| holds(bytes, text));
        if is_of_it && holds(bytes, "COMMIT\0") {
            *wanted = None;
            swallows.store(true, Ordering::SeqCst);
        }
        drop(wanted);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Both);
}

fn answer(mut from: TcpStream, mut to: TcpStream, swallows: &AtomicBool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if !swallows.load(Ordering::SeqCst) && to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

struct Pair {
    server: Running,
    proxy: Proxy,
    /// The database's address past the proxy.
    url: String,
    runtime: tokio::runtime::Runtime,
}

impl Pair {
    fn start(data: &std::path::Path, schema: &str) -> Self {
        let url = empty_schema(schema);
        let database = url.split('@').nth(1).unwrap().split('/').next().unwrap().to_owned();
        let proxy = Proxy::before(&database);
        let through = url.replace(&database, &proxy.address);
        let server = Running::start_with(data, &["--database", &through], &[]);
        Self { server, proxy, url, runtime: tokio::runtime::Runtime::new().unwrap() }
    }

    fn count(&self, statement: &'static str) -> i64 {
        self.runtime.block_on(async {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap()
        })
    }

    /// Sends what holds `text`, and breaks the connection once it is committed and before the server knows.
    fn lose_the_answer(
        &self,
        text: &'static str,
        (path, content_type): (&str, &str),
        body: &[u8],
        count: &'static str,
    ) {
        *self.proxy.wanted.lock().unwrap() = Some(text);
        let before = self.count(count);
        thread::scope(|scope| {
            let sender = scope.spawn(|| {
                let sent = agent().post(self.server.url(path)).header("content-type", content_type).send(body);
                sent.map(|response| response.status().as_u16())
            });
            eventually("the commit", || (self.count(count) > before).then_some(()));
            self.proxy.cut();
            let answered = sender.join().unwrap();
            assert!(answered.is_ok_and(|status| status == 503), "it was not acknowledged");
        });
        eventually("the server is ready again", || (self.server.get("/readyz").0 == 200).then_some(()));
    }

    fn value(&self, kpi: &str) -> Value {
        self.server.kpi(kpi)["value"]["text"].clone()
    }
}

#[test]
fn observations_committed_without_an_answer_are_known_afterwards_and_not_doubled() {
    let data = folder();
    let pair = Pair::start(data.path(), "unanswered_observations");
    let body = json!([{ "kpi": "community-size", "value": 1_234, "external_id": "lost-answer" }]).to_string();
    let to = ("/api/v1/observations", "application/json");
    pair.lose_the_answer("lost-answer", to, body.as_bytes(), "SELECT COUNT(*) FROM observations");
    assert_eq!(pair.value("community-size"), "1,234");
    let (status, again) = pair.server.post(to.0, to.1, body.as_bytes());
    assert_eq!((status, again["duplicates"].as_u64()), (200, Some(1)), "{again}");
    let (status, answer) = pair.server.observe(&json!({ "kpi": "community-size", "value": 1_235 }));
    assert_eq!(status, 201, "{answer}");
    assert_eq!(pair.value("community-size"), "1,235");
}

#[test]
fn samples_committed_without_an_answer_are_known_afterwards_and_not_doubled() {
    let data = folder();
    let pair = Pair::start(data.path(), "unanswered_samples");
    let lines = "lost,writer=answer value=7 1767225600\nlost,writer=answer value=8 1767225601\n";
    let to = ("/write?db=lost_db&precision=s", "text/plain");
    pair.lose_the_answer("lost", to, lines.as_bytes(), "SELECT COUNT(*) FROM sample_series");
    let held = || {
        let found = pair.server.json("/api/v1/sample-series?name=lost");
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        let number = &found[0]["number"];
        let window = format!("/api/v1/sample-series/{number}/window?from=1767225600000&until=1767225700000");
        pair.server.json(&window)["count"].as_u64()
    };
    assert_eq!(held(), Some(2));
    let more = format!("{lines}lost,writer=answer value=9 1767225602\n");
    assert_eq!(pair.server.post(to.0, to.1, more.as_bytes()).0, 204);
    assert_eq!(held(), Some(3));
}

#[test]
fn decisions_committed_without_an_answer_are_known_afterwards_and_others_go_on() {
    let data = folder();
    let pair = Pair::start(data.path(), "unanswered_decisions");
    let note =
        |text: &str| json!({ "subject": "gate:1", "kind": "comment", "text": text, "person": "Ada" }).to_string();
    let to = ("/api/v1/notes", "application/json");
    pair.lose_the_answer("lost-answer", to, note("lost-answer").as_bytes(), "SELECT COUNT(*) FROM journal");
    let (status, answer) = pair.server.post(to.0, to.1, note("the next one").as_bytes());
    assert_eq!(status, 201, "{answer}");
    let notes = pair.server.json("/api/v1/notes?subject=gate:1").to_string();
    assert!(notes.contains("lost-answer") && notes.contains("the next one"), "{notes}");
}
