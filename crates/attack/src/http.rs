//! Just enough of HTTP/1.1 to be rude: requests as bytes, from a chosen address of loopback, and answers within a limit.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How much of an answer's body is kept; the rest is read and dropped.
const MOST_KEPT: usize = 4 << 20;
/// The longest line of a head, and the most lines.
const MOST_HEAD: (u64, usize) = (16_384, 100);

/// A request whose body many may share.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: String,
    body: Arc<[u8]>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    /// Whether the connection ends with this answer.
    pub closes: bool,
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// No connection was to be had.
    Unconnected,
    /// The connection ended without an answer.
    Closed,
    /// Nothing came in time.
    Late,
}

impl Failed {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconnected => "no connection",
            Self::Closed => "closed",
            Self::Late => "no answer in time",
        }
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: String::new(), body: Arc::new([]) }
    }

    pub fn post(path: impl Into<String>, content_type: &str, body: impl Into<Arc<[u8]>>) -> Self {
        let request = Self { method: "POST", path: path.into(), headers: String::new(), body: body.into() };
        request.header("content-type", content_type)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        for part in [name, ": ", value, "\r\n"] {
            self.headers.push_str(part);
        }
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The head as it is sent.
    pub fn head(&self, host: SocketAddr) -> String {
        let Self { method, path, headers, body } = self;
        let length = if body.is_empty() && *method == "GET" {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}{length}\r\n")
    }
}

/// A connection from an address of loopback.
pub async fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream, Failed> {
    let open = async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        std::io::Result::Ok(stream)
    };
    match timeout(Duration::from_secs(5), open).await {
        Ok(Ok(stream)) => Ok(stream),
        _ => Err(Failed::Unconnected),
    }
}

/// One request on a connection of its own.
pub async fn ask(from: Ipv4Addr, to: SocketAddr, request: &Request, patience: Duration) -> Result<Answer, Failed> {
    Connection::open(from, to).await?.ask(request, patience).await
}

/// A connection that stays open.
pub struct Connection {
    stream: BufReader<TcpStream>,
    to: SocketAddr,
}

impl Connection {
    pub async fn open(from: Ipv4Addr, to: SocketAddr) -> Result<Self, Failed> {
        Ok(Self { stream: BufReader::new(connect(from, to).await?), to })
    }

    pub async fn ask(&mut self, request: &Request, patience: Duration) -> Result<Answer, Failed> {
        let head = request.head(self.to);
        let (reading, mut writing) = tokio::io::split(&mut self.stream);
        let mut reading = BufReader::new(reading);
        let write = async {
            let mut sent = writing.write_all(head.as_bytes()).await;
            if sent.is_ok() {
                sent = writing.write_all(&request.body).await;
            }
            // A server may answer and close before it has read everything: the answer counts.
            drop(sent);
            std::future::pending::<()>().await;
        };
        let both = async {
            tokio::select! {
                answer = answer(&mut reading) => answer.map_err(|_| Failed::Closed),
                () = write => Err(Failed::Closed),
            }
        };
        timeout(patience, both).await.unwrap_or(Err(Failed::Late))
    }
}

async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<String> {
    let mut line = Vec::new();
    if stream.take(MOST_HEAD.0).read_until(b'\n', &mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// Reads `length` bytes and keeps what there is room for.
async fn part(stream: &mut (impl AsyncBufRead + Unpin), length: u64, kept: &mut Vec<u8>) -> std::io::Result<()> {
    let mut left = length;
    while left > 0 {
        let there = stream.fill_buf().await?;
        if there.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let count = there.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let room = MOST_KEPT.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(&there[..room]);
        stream.consume(count);
        left -= count as u64;
    }
    Ok(())
}

/// An answer's status and whole body.
pub async fn answer(stream: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Answer> {
    let unreadable = |_| std::io::Error::from(std::io::ErrorKind::InvalidData);
    let first = line(stream).await?;
    let status: u16 = first.split(' ').nth(1).unwrap_or_default().parse().map_err(unreadable)?;
    let (mut length, mut is_chunked, mut closes, mut retry_after) = (0_u64, false, false, None);
    for _ in 0..MOST_HEAD.1 {
        let line = line(stream).await?.to_ascii_lowercase();
        match line.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().map_err(unreadable)?,
            Some(("transfer-encoding", value)) => is_chunked = value.trim() == "chunked",
            Some(("connection", value)) => closes = value.trim() == "close",
            Some(("retry-after", value)) => retry_after = Some(value.trim().to_owned()),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    if !is_chunked {
        part(stream, length, &mut body).await?;
        return Ok(Answer { status, retry_after, closes, body });
    }
    loop {
        let length = u64::from_str_radix(&line(stream).await?, 16).map_err(unreadable)?;
        part(stream, length, &mut body).await?;
        line(stream).await?;
        if length == 0 {
            return Ok(Answer { status, retry_after, closes, body });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_of_both_kinds_are_read_and_refusals_say_when_to_come_back() {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\nB\r\n more bytes\r\n0\r\n\r\n";
        let whole = "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 3\r\n\r\nno!";
        let both = format!("{chunked}{whole}");
        let mut stream = both.as_bytes();
        let first = answer(&mut stream).await.unwrap();
        assert_eq!((first.status, first.text().as_str()), (200, "some more bytes"));
        let second = answer(&mut stream).await.unwrap();
        assert_eq!((second.status, second.retry_after.as_deref()), (429, Some("7")));
        assert!(answer(&mut stream).await.is_err());
    }
}
