//! A mail server of a test's own: it takes every message.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::running::eventually;

/// A message as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and text, soft line breaks taken out.
    pub data: String,
}

/// Takes mail on a port of its own.
pub struct MailServer {
    pub url: String,
    taken: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::<Mutex<Vec<Mail>>>::default();
        let kept = Arc::clone(&taken);
        // Ends with the test's process.
        thread::spawn(move || {
            for connection in listener.incoming() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(connection.unwrap(), &kept));
            }
        });
        Self { url, taken }
    }

    /// Waits for so many messages.
    pub fn wait_for(&self, count: usize) -> Vec<Mail> {
        eventually("the mail", || Some(self.taken.lock().unwrap().clone()).filter(|mails| mails.len() >= count))
    }
}

fn serve(connection: TcpStream, taken: &Mutex<Vec<Mail>>) {
    let mut answers = connection.try_clone().unwrap();
    let mut say = move |line: &str| answers.write_all(format!("{line}\r\n").as_bytes());
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let mut mail = Mail::default();
    // A client that goes away wants no answer.
    let _ = say("220 test.example ready");
    while let Some(line) = lines.next() {
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("MAIL FROM") {
            mail = Mail { from: address(), ..Mail::default() };
            "250 ok"
        } else if command.starts_with("RCPT TO") {
            mail.to.push(address());
            "250 ok"
        } else if command == "DATA" {
            let _ = say("354 go on");
            let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
            mail.data = text.join("\n").replace("=\n", "");
            taken.lock().unwrap().push(mail.clone());
            "250 taken"
        } else if command == "QUIT" {
            let _ = say("221 bye");
            return;
        } else {
            "250 test.example"
        };
        let _ = say(answer);
    }
}
