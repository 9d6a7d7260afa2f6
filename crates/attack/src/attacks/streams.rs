//! Event streams that nobody reads.

use std::time::Duration;

use futures::future::BoxFuture;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::connections::{one, open};
use crate::Result;
use crate::http::Request;
use crate::judge::Claim;
use crate::load::address;
use crate::memory;
use crate::stage::{Props, Stage};

const MANY: usize = 10_000;
/// The most memory that they may take together.
const MOST_MANY_MB: f64 = 300.0;
const HELD: Duration = Duration::from_secs(5);

/// A server that lets many have streams.
pub fn for_many() -> BoxFuture<'static, Result<Props>> {
    Box::pin(async { Ok(Props { arguments: crate::limits::many_streams(), receiver: None }) })
}

/// Counts with which status each begins; returns how many are event streams.
async fn begun(stage: &Stage, streams: &mut [TcpStream]) -> usize {
    let mut good = 0;
    for stream in streams {
        let mut answer = [0; 512];
        let read = timeout(Duration::from_secs(5), stream.read(&mut answer)).await;
        let length = if let Ok(Ok(length)) = read { length } else { 0 };
        let said = String::from_utf8_lossy(&answer[..length]).into_owned();
        let status = said.split(' ').nth(1).unwrap_or("closed").to_owned();
        good += usize::from(status == "200");
        stage.tally.note(&status, 1);
    }
    good
}

pub async fn anonymous(stage: &Stage) -> Result<Vec<Claim>> {
    let request = Request::get("/api/v1/events").head(stage.address());
    let mut streams = open(stage, 1_100, one, request.as_bytes()).await;
    begun(stage, &mut streams).await;
    sleep(HELD).await;
    Ok(Vec::new())
}

pub async fn ten_thousand(stage: &Stage) -> Result<Vec<Claim>> {
    let process = stage.server.process();
    let before = memory::resident_mb(process)?;
    let request = Request::get("/api/v1/events").head(stage.address());
    let mut streams = open(stage, MANY, address, request.as_bytes()).await;
    let good = begun(stage, &mut streams).await;
    sleep(HELD).await;
    let taken = memory::resident_mb(process)? - before;
    Ok(vec![
        Claim::new(format!("all {MANY} are answered ({good})"), good == MANY),
        Claim::new(format!("together they take at most {MOST_MANY_MB:.0} MB ({taken:.0})"), taken <= MOST_MANY_MB),
    ])
}
