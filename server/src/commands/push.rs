//! `inferno-kpi push`: observations and reports from a shell or a pipeline.

mod ci;
mod context;
mod criterion;
mod reports;

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::Failure;
use super::remote::Server;
use crate::cli::Push;
use crate::http::api::observations::Recorded;

const DEFAULT_URL: &str = "http://127.0.0.1:3000";

pub fn run(command: &Push) -> Result<ExitCode, Failure> {
    let server = Server::new(command.remote.url.as_deref().unwrap_or(DEFAULT_URL), command.remote.token.clone());
    let mut sent = 0;
    let pairs = command
        .observations
        .iter()
        .filter(|word| is_pair(word))
        .map(|word| pair(command, word))
        .collect::<Result<Vec<_>, _>>()?;
    if !pairs.is_empty() {
        let body = serde_json::to_vec(&pairs).map_err(|error| Failure::usage(error.to_string()))?;
        sent += send(command, &server, "the command line", "application/json", &body)?;
    }
    for file in command.observations.iter().filter(|word| !is_pair(word)) {
        let (content_type, body) = read(file)?;
        sent += send(command, &server, file, content_type, &body)?;
    }
    sent += reports::send(command, &server)?;
    if sent == 0 {
        return Err(Failure::usage("nothing to send: name observations (kpi-id=value), files or reports"));
    }
    Ok(ExitCode::SUCCESS)
}

fn is_pair(word: &str) -> bool {
    word.contains('=') && !Path::new(word).exists()
}

fn pair(command: &Push, word: &str) -> Result<serde_json::Value, Failure> {
    let (kpi, value) = word.split_once('=').ok_or_else(|| Failure::usage(format!("{word}: write kpi-id=value")))?;
    let mut observation = json!({ "kpi": kpi, "value": value });
    for (key, text) in [("time", &command.time), ("note", &command.note)] {
        if let (Some(text), Some(object)) = (text, observation.as_object_mut()) {
            object.insert(key.to_owned(), json!(text));
        }
    }
    Ok(observation)
}

fn read(file: &str) -> Result<(&'static str, Vec<u8>), Failure> {
    if file == "-" {
        let mut body = Vec::new();
        std::io::stdin().read_to_end(&mut body)?;
        return Ok(("application/x-ndjson", body));
    }
    let extension = Path::new(file).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let content_type = match extension {
        "json" => "application/json",
        "ndjson" | "jsonl" => "application/x-ndjson",
        "csv" | "tsv" => "text/csv",
        _ => return Err(Failure::usage(format!("{file}: write kpi-id=value, or name a .json, .ndjson or .csv file"))),
    };
    let body = std::fs::read(file).map_err(|error| Failure::usage(format!("{file}: {error}")))?;
    Ok((content_type, body))
}

fn send(command: &Push, server: &Server, what: &str, content_type: &str, body: &[u8]) -> Result<usize, Failure> {
    let path = format!("/api/v1/observations?source={}&partial={}", escaped(&command.source), command.partial);
    let recorded: Recorded = server.post(&path, content_type, body)?;
    say!(
        "{what}: {} recorded, {} known already, {} refused",
        recorded.accepted,
        recorded.duplicates,
        recorded.refused.len()
    );
    Ok(1)
}

/// Percent-encodes what must not stand in a query.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
