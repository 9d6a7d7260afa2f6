//! Receivers of notifications, one of which never answers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use crate::Result;

/// The path that is never answered.
pub const HANGS: &str = "/hangs";
const MOST_BYTES: usize = 1 << 20;

type Arrived = Arc<Mutex<Vec<(String, Instant)>>>;

/// Takes posts on a port of its own.
pub struct Receiver {
    arrived: Arrived,
    pub address: String,
}

impl Receiver {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let arrived = Arrived::default();
        let kept = Arc::clone(&arrived);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, Arc::clone(&kept)));
            }
        });
        Ok(Self { arrived, address })
    }

    /// How long after `began` the path got its post number `number`, counted from 1; `None` where it did not within `patience`.
    pub async fn got(&self, path: &str, number: usize, began: Instant, patience: Duration) -> Option<Duration> {
        let find = || {
            let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            arrived.iter().filter(|(of, _)| of == path).nth(number - 1).map(|(_, when)| when.duration_since(began))
        };
        let wait = async {
            loop {
                if let Some(took) = find() {
                    return took;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(patience.saturating_sub(began.elapsed()), wait).await.ok()
    }
}

async fn take(mut stream: TcpStream, arrived: Arrived) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut part = [0; 4_096];
    loop {
        let length = stream.read(&mut part).await?;
        bytes.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let whole = text.split_once("\r\n\r\n").and_then(|(head, body)| {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok()
            })?;
            (body.len() >= length).then(|| head.split(' ').nth(1).unwrap_or_default().to_owned())
        });
        if let Some(path) = whole {
            if path == HANGS {
                // Until the sender goes.
                return stream.read(&mut part).await.map(|_| ());
            }
            arrived.lock().unwrap_or_else(PoisonError::into_inner).push((path, Instant::now()));
            stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await?;
            return Ok(());
        }
        if length == 0 || bytes.len() > MOST_BYTES {
            return Ok(());
        }
    }
}
