//! A webhook's receiver of a test's own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::running::eventually;

/// What was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Where it was posted to.
    pub path: String,
    /// The header `Idempotency-Key`.
    pub key: String,
    /// The body.
    pub body: Value,
}

impl Posted {
    /// Alert and transition of each line.
    pub fn lines(&self) -> Vec<(String, String)> {
        let word = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        let lines = self.body["lines"].as_array().unwrap().iter();
        lines.map(|line| (word(line, "key"), word(line, "transition"))).collect()
    }
}

/// How the receiver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// With this status.
    Status(u16),
    /// Never: the connection stays open until the sender goes.
    Silence,
}

/// Takes posts on a port of its own.
pub struct Webhook {
    pub url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    mood: Arc<Mutex<Mood>>,
}

impl Webhook {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks/secret", listener.local_addr().unwrap());
        let (posted, mood) = (Arc::<Mutex<Vec<Posted>>>::default(), Arc::new(Mutex::new(Mood::Status(204))));
        let (kept, says) = (Arc::clone(&posted), Arc::clone(&mood));
        // Ends with the test's process.
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (kept, says) = (Arc::clone(&kept), Arc::clone(&says));
                thread::spawn(move || serve(connection.unwrap(), &kept, &says));
            }
        });
        Self { url, posted, mood }
    }

    pub fn answer(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }

    /// Waits for so many posts.
    pub fn wait_for(&self, count: usize) -> Vec<Posted> {
        eventually("the post", || Some(self.posted()).filter(|posted| posted.len() >= count))
    }
}

/// One exchange; a sender that goes away in the middle of it has sent nothing.
fn serve(connection: TcpStream, posted: &Mutex<Vec<Posted>>, mood: &Mutex<Mood>) {
    let mut reader = BufReader::new(connection);
    let (mut path, mut key, mut length) = (String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if path.is_empty() {
            line.split(' ').nth(1).unwrap_or_default().clone_into(&mut path);
        }
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "idempotency-key" => value.clone_into(&mut key),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let mood = *mood.lock().unwrap();
    posted.lock().unwrap().push(Posted { path, key, body: serde_json::from_slice(&body).unwrap() });
    let mut connection = reader.into_inner();
    match mood {
        Mood::Status(status) => {
            let answer = format!("HTTP/1.1 {status} so\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            // The sender may have gone by now.
            let _ = connection.write_all(answer.as_bytes());
        }
        Mood::Silence => {
            let _ = connection.read_to_end(&mut Vec::new());
        }
    }
}
