//! Everybody else while an attack runs: a monitor, a sender with a token and a reader, each from an address of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::http::{Answer, Failed, Request, ask};
use crate::load::percentile;

const MONITOR: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);
const SENDER: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 2);
const READER: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 3);
/// How often the monitor asks, and how often the others do.
const EVERY: (Duration, Duration) = (Duration::from_millis(25), Duration::from_secs(1));
/// How long each waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many questions of one witness may be open.
const MOST_OPEN: usize = 500;

/// Asks until it is told to stop.
pub struct Witness {
    stop: watch::Sender<bool>,
    monitor: JoinHandle<Vec<Asked>>,
    sender: JoinHandle<Vec<Asked>>,
    reader: JoinHandle<Vec<Asked>>,
}

#[derive(Debug)]
struct Asked {
    milliseconds: f64,
    status: Option<u16>,
}

/// How one of them fared.
#[derive(Debug, Clone, Default)]
pub struct Fared {
    pub asked: usize,
    pub answered: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub longest_ms: f64,
}

/// How they all fared.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub health: Fared,
    pub sender: Fared,
    pub reader: Fared,
}

impl Witness {
    pub fn start(server: SocketAddr, token: &str) -> Self {
        let (stop, stopped) = watch::channel(false);
        let health = Request::get("/healthz");
        let body = br#"[{"series":"attack-witness","value":1}]"#.as_slice();
        let write = Request::post("/api/v1/observations", "application/json", body).bearer(token);
        let read = Request::get("/");
        Self {
            stop,
            monitor: tokio::spawn(keep_asking(MONITOR, server, health, EVERY.0, stopped.clone())),
            sender: tokio::spawn(keep_asking(SENDER, server, write, EVERY.1, stopped.clone())),
            reader: tokio::spawn(keep_asking(READER, server, read, EVERY.1, stopped)),
        }
    }

    pub async fn stop(self) -> Seen {
        // Nobody listens where all have ended.
        let _ = self.stop.send(true);
        let fared = |asked: Result<Vec<Asked>, _>| Fared::of(&asked.unwrap_or_default());
        Seen { health: fared(self.monitor.await), sender: fared(self.sender.await), reader: fared(self.reader.await) }
    }
}

/// Asks on time, whether the question before was answered or not: a slow answer must not hide the others.
async fn keep_asking(
    from: Ipv4Addr,
    server: SocketAddr,
    request: Request,
    every: Duration,
    mut stopped: watch::Receiver<bool>,
) -> Vec<Asked> {
    let mut ticks = tokio::time::interval(every);
    let (mut open, mut asked) = (JoinSet::new(), Vec::new());
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(done) = open.join_next() => asked.extend(done.ok()),
            _ = ticks.tick() => {
                if open.len() < MOST_OPEN {
                    let request = request.clone();
                    open.spawn(async move {
                        let began = Instant::now();
                        let answer = ask(from, server, &request, PATIENCE).await;
                        Asked { milliseconds: began.elapsed().as_secs_f64() * 1e3, status: status(&answer) }
                    });
                }
            }
        }
    }
    while let Some(done) = open.join_next().await {
        asked.extend(done.ok());
    }
    asked
}

fn status(answer: &Result<Answer, Failed>) -> Option<u16> {
    answer.as_ref().ok().map(|answer| answer.status)
}

impl Fared {
    fn of(asked: &[Asked]) -> Self {
        let times: Vec<f64> = asked.iter().map(|asked| asked.milliseconds).collect();
        let is_good = |asked: &&Asked| asked.status.is_some_and(|status| (200..300).contains(&status));
        Self {
            asked: asked.len(),
            answered: asked.iter().filter(is_good).count(),
            p50_ms: percentile(&times, 0.5),
            p99_ms: percentile(&times, 0.99),
            longest_ms: percentile(&times, 1.0),
        }
    }

    pub fn is_answered(&self) -> bool {
        self.answered == self.asked
    }
}
