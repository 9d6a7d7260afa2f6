//! Asks a running server for one address: first as much as it answers (closed loop), then twice as much (open loop), while it
//! asks whether the server lives. Prints goodput, what was refused and how long health took.
//!
//!     cargo run --release -p server --example overload -- 127.0.0.1:3000 '/?as_of=2026-02-01T00:{minute}:{second}Z' 10
//!
//! `{minute}` and `{second}` and `{n}` become other numbers with each request. A path `POST /…` sends one observation each.

#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Connections that ask all the time for the greatest goodput, and those of which an open loop takes one for each request.
const CLOSED: u64 = 8;
const OPEN: usize = 300;

type Outcome<Value> = Result<Value, Box<dyn std::error::Error + Send + Sync>>;

/// One connection that is kept open.
struct Connection {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

struct Answer {
    status: u16,
    has_retry_after: bool,
}

impl Connection {
    fn new(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None }
    }

    fn ask(&mut self, path: &str, number: u64) -> Outcome<Answer> {
        let answer = self.try_ask(path, number);
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    fn try_ask(&mut self, path: &str, number: u64) -> Outcome<Answer> {
        let path = path
            .replace("{minute}", &format!("{:02}", number / 60 % 60))
            .replace("{second}", &format!("{:02}", number % 60))
            .replace("{n}", &number.to_string());
        let stream = if let Some(stream) = &mut self.stream {
            stream
        } else {
            let stream = TcpStream::connect(&self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_mins(1)))?;
            self.stream.insert(BufReader::new(stream))
        };
        let request = match path.strip_prefix("POST ") {
            Some(path) => {
                let body = format!("[{{\"kpi\":\"net-promoter-score\",\"value\":{}}}]", number % 50);
                let length = body.len();
                format!(
                    "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
                    self.address
                )
            }
            None => format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address),
        };
        stream.get_mut().write_all(request.as_bytes())?;
        read_answer(stream)
    }
}

fn read_answer(stream: &mut BufReader<TcpStream>) -> Outcome<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
    let (mut length, mut has_retry_after, mut is_chunked) = (0, false, false);
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let lower = line.trim().to_ascii_lowercase();
        match lower.split_once(':') {
            None => break,
            Some(("content-length", value)) => length = value.trim().parse()?,
            Some(("retry-after", _)) => has_retry_after = true,
            Some(("transfer-encoding", _)) => is_chunked = true,
            Some(_) => {}
        }
    }
    while is_chunked {
        line.clear();
        stream.read_line(&mut line)?;
        let chunk = u64::from_str_radix(line.trim(), 16)?;
        std::io::copy(&mut stream.by_ref().take(chunk + 2), &mut std::io::sink())?;
        is_chunked = chunk > 0;
    }
    std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink())?;
    Ok(Answer { status, has_retry_after })
}

#[derive(Default)]
struct Tally {
    good: AtomicU64,
    refused: AtomicU64,
    refused_without_retry_after: AtomicU64,
    other: AtomicU64,
    times_ms: Mutex<Vec<f64>>,
}

impl Tally {
    fn count(&self, answer: &Outcome<Answer>, took: Duration) {
        let number = match answer {
            Ok(Answer { status: 200..=299, .. }) => {
                let mut times_ms = self.times_ms.lock().unwrap_or_else(PoisonError::into_inner);
                times_ms.push(took.as_secs_f64() * 1_000.0);
                &self.good
            }
            Ok(Answer { status: 429 | 503, has_retry_after: true }) => &self.refused,
            Ok(Answer { status: 429 | 503, .. }) => &self.refused_without_retry_after,
            Ok(_) | Err(_) => &self.other,
        };
        number.fetch_add(1, Ordering::Relaxed);
    }

    fn percentile(&self, share: f64) -> f64 {
        let mut times_ms = self.times_ms.lock().unwrap_or_else(PoisonError::into_inner).clone();
        times_ms.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = ((times_ms.len() as f64 * share) as usize).min(times_ms.len().saturating_sub(1));
        times_ms.get(index).copied().unwrap_or(f64::NAN)
    }
}

fn timed(connection: &mut Connection, tally: &Tally, path: &str, number: u64) {
    let started = Instant::now();
    let answer = connection.ask(path, number);
    tally.count(&answer, started.elapsed());
}

/// Asks for health and, beside the load, records one observation after the other, until told to stop.
fn beside(address: &str, path: &str, stop: &AtomicBool) -> Tally {
    let (tally, mut connection) = (Tally::default(), Connection::new(address));
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        timed(&mut connection, &tally, path, number);
        thread::sleep(Duration::from_millis(5));
    }
    tally
}

fn closed(address: &str, path: &str, length: Duration, first: u64) -> (Tally, f64) {
    let (tally, next, started) = (Tally::default(), AtomicU64::new(first), Instant::now());
    thread::scope(|scope| {
        for _ in 0..CLOSED {
            scope.spawn(|| {
                let mut connection = Connection::new(address);
                while started.elapsed() < length {
                    timed(&mut connection, &tally, path, next.fetch_add(1, Ordering::Relaxed));
                }
            });
        }
    });
    (tally, started.elapsed().as_secs_f64())
}

fn open(address: &str, path: &str, length: Duration, per_s: f64, first: u64) -> (Tally, f64) {
    let (tally, next, started) = (Tally::default(), AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..OPEN {
            scope.spawn(|| {
                let mut connection = Connection::new(address);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    #[expect(clippy::cast_precision_loss, reason = "a number of requests")]
                    let due = Duration::from_secs_f64(number as f64 / per_s);
                    if due > length {
                        break;
                    }
                    thread::sleep(due.saturating_sub(started.elapsed()));
                    timed(&mut connection, &tally, path, first + number);
                }
            });
        }
    });
    (tally, started.elapsed().as_secs_f64())
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "overload ADDRESS PATH SECONDS";
    let (address, path) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let length = Duration::from_secs(arguments.next().ok_or(usage)?.parse()?);
    let show = |name: &str, tally: &Tally, took_s: f64| {
        let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "a number of requests")]
        let per_s = count(&tally.good) as f64 / took_s;
        println!(
            "{name}: {per_s:.1}/s good, {} refused, {} refused without Retry-After, {} else; p50 {:.1} ms, p99 {:.1} ms",
            count(&tally.refused),
            count(&tally.refused_without_retry_after),
            count(&tally.other),
            tally.percentile(0.5),
            tally.percentile(0.99)
        );
        per_s
    };
    let (tally, took_s) = closed(&address, &path, length, 0);
    let most_per_s = show("as much as it answers", &tally, took_s);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let health = scope.spawn(|| beside(&address, "/healthz", &stop));
        let writes = scope.spawn(|| beside(&address, "POST /api/v1/observations", &stop));
        let (tally, took_s) = open(&address, &path, length, most_per_s * 2.0, 1_000_000);
        stop.store(true, Ordering::Relaxed);
        let per_s = show("twice as much", &tally, took_s);
        println!("goodput at twice the capacity: {:.0} %", per_s / most_per_s * 100.0);
        for (name, tally) in [("health meanwhile", health.join()), ("writes meanwhile", writes.join())] {
            if let Ok(tally) = tally {
                show(name, &tally, took_s);
            }
        }
    });
    Ok(())
}
