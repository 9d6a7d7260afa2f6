//! Connections that are held and not used.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::readings::KPI;
use crate::Result;
use crate::http::{Failed, Request, connect};
use crate::judge::Claim;
use crate::load::address;
use crate::stage::{ATTACKER, Props, Stage};

/// What a server waits for heads and bodies here: less than usual, so that the end is seen.
const WAITS_S: u64 = 5;
/// Until when each of them must have ended.
const ENDED_WITHIN: Duration = Duration::from_secs(WAITS_S + 5);
/// How long idle connections are held.
const HELD: Duration = Duration::from_secs(5);
/// How many connections are opened at once.
const AT_ONCE: usize = 200;
/// How long opening them may take; a server that accepts no more is not asked for ever.
const OPENING: Duration = Duration::from_secs(15);

/// A server that waits less than usual.
pub fn impatient() -> BoxFuture<'static, Result<Props>> {
    Box::pin(async { Ok(Props { arguments: crate::limits::waiting_s(WAITS_S), receiver: None }) })
}

/// Opens so many connections and sends the same on each.
pub async fn open(stage: &Stage, count: usize, from: fn(usize) -> Ipv4Addr, said: &[u8]) -> Vec<TcpStream> {
    let (mut opening, mut opened) = (JoinSet::new(), Vec::with_capacity(count));
    let mut take = |done: Option<std::result::Result<std::result::Result<TcpStream, Failed>, JoinError>>| match done {
        Some(Ok(Ok(stream))) => opened.push(stream),
        Some(_) => stage.tally.note(Failed::Unconnected.name(), 1),
        None => {}
    };
    let began = Instant::now();
    for number in 0..count {
        if began.elapsed() > OPENING {
            stage.tally.note("not tried any more", (count - number) as u64);
            break;
        }
        if opening.len() >= AT_ONCE {
            take(opening.join_next().await);
        }
        let (server, said) = (stage.address(), said.to_vec());
        opening.spawn(async move {
            let mut stream = connect(from(number), server).await?;
            stream.write_all(&said).await.map_err(|_| Failed::Closed)?;
            Ok(stream)
        });
    }
    while !opening.is_empty() {
        take(opening.join_next().await);
    }
    opened
}

pub fn one(_: usize) -> Ipv4Addr {
    ATTACKER
}

/// Drips a byte now and then on each until the server has ended it; returns how many it had not ended in time.
async fn drip(stage: &Stage, streams: Vec<TcpStream>, byte: Option<u8>, within: Duration) -> usize {
    let mut held = JoinSet::new();
    for mut stream in streams {
        held.spawn(async move {
            let began = Instant::now();
            let mut answer = [0; 4_096];
            let mut said = String::new();
            loop {
                match timeout(Duration::from_secs(1), stream.read(&mut answer)).await {
                    Ok(Ok(0) | Err(_)) => return (true, said),
                    Ok(Ok(length)) => said.push_str(&String::from_utf8_lossy(&answer[..length])),
                    Err(_) => {
                        if let Some(byte) = byte {
                            // Where this fails the next reading says so.
                            let _ = stream.write_all(&[byte]).await;
                        }
                    }
                }
                if began.elapsed() > within {
                    return (false, said);
                }
            }
        });
    }
    let mut left = 0;
    while let Some(done) = held.join_next().await {
        let Ok((has_ended, said)) = done else { continue };
        left += usize::from(!has_ended);
        let kind = match said.split(' ').nth(1) {
            Some(status) => status.to_owned(),
            None if has_ended => "ended".to_owned(),
            None => "still open".to_owned(),
        };
        stage.tally.note(&kind, 1);
    }
    left
}

fn all_ended(left: usize) -> Claim {
    let words = format!("the server ends every one within {} s of {WAITS_S} s ({left} left)", ENDED_WITHIN.as_secs());
    Claim::new(words, left == 0)
}

pub async fn slow_bodies(stage: &Stage) -> Result<Vec<Claim>> {
    let body = vec![b' '; 1_000_000];
    let half = |path: &str, token: Option<&str>| {
        let request = Request::post(path, "application/json", body.clone());
        let request = if let Some(token) = token { request.bearer(token) } else { request };
        request.head(stage.address()).into_bytes()
    };
    let mut streams = open(stage, 200, one, &half("/2/httpapi", None)).await;
    streams.extend(open(stage, 100, one, &half("/webhooks/github", None)).await);
    streams.extend(open(stage, 100, one, &half("/api/v1/observations", Some(&stage.attacker))).await);
    let left = drip(stage, streams, Some(b' '), ENDED_WITHIN).await;
    Ok(vec![all_ended(left)])
}

pub async fn half_headers(stage: &Stage) -> Result<Vec<Claim>> {
    let head = format!("GET / HTTP/1.1\r\nhost: {}\r\nx-slow: ", stage.address());
    let streams = open(stage, 1_100, one, head.as_bytes()).await;
    let left = drip(stage, streams, Some(b'a'), ENDED_WITHIN).await;
    Ok(vec![all_ended(left)])
}

pub async fn idle(stage: &Stage, from_many: bool) -> Result<Vec<Claim>> {
    let streams = open(stage, 5_000, if from_many { address } else { one }, b"").await;
    sleep(HELD).await;
    let mut left: u64 = 0;
    for stream in &streams {
        // An open connection has nothing to read; one that the server has ended has its end.
        left += u64::from(
            stream.try_read(&mut [0; 512]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock),
        );
    }
    stage.tally.note("still open", left);
    stage.tally.note("ended", streams.len() as u64 - left);
    Ok(Vec::new())
}

pub async fn slow_readers(stage: &Stage) -> Result<Vec<Claim>> {
    let request = Request::get(format!("/api/v1/kpis/{KPI}/history.csv"));
    let streams = open(stage, 300, one, request.head(stage.address()).as_bytes()).await;
    sleep(HELD).await;
    stage.tally.note("left unread", streams.len() as u64);
    Ok(Vec::new())
}

pub async fn left_open(stage: &Stage) -> Result<Vec<Claim>> {
    let half = Request::post("/2/httpapi", "application/json", vec![b' '; 1_000]).head(stage.address());
    let stream = Request::get("/api/v1/events").head(stage.address());
    let mut streams = open(stage, 200, address, b"GET / HTTP/1.1\r\nhost: ").await;
    streams.extend(open(stage, 100, address, half.as_bytes()).await);
    streams.extend(open(stage, 100, address, stream.as_bytes()).await);
    stage.tally.note("opened", streams.len() as u64);
    stage.hold(streams);
    Ok(Vec::new())
}
