//! `inferno-kpi token`: make, list, renew and revoke tokens of a running server.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::Failure;
use super::remote::Server;
use crate::cli::{TokenAction, TokenCommand};

const JSON: &str = "application/json";

pub fn run(command: &TokenCommand) -> Result<ExitCode, Failure> {
    let url = command.remote.url.as_deref().unwrap_or("http://127.0.0.1:3000");
    let server = Server::new(url, command.remote.token.clone());
    match &command.action {
        TokenAction::Create { name, scopes, source, requests_per_minute, body_bytes, expires, person } => {
            let mut body = json!({ "name": name, "scopes": scopes, "source": source, "person": person });
            let optional = [
                ("requests_per_minute", requests_per_minute.map(Value::from)),
                ("body_bytes", body_bytes.map(Value::from)),
                ("expires", expires.clone().map(Value::from)),
            ];
            for (field, value) in optional {
                if let Some(value) = value {
                    body[field] = value;
                }
            }
            let made: Value = server.post("/api/v1/tokens", JSON, body.to_string().as_bytes())?;
            show_once(&made);
        }
        TokenAction::List => {
            let tokens: Vec<Value> = server.get("/api/v1/tokens")?;
            for token in &tokens {
                say!("{}", line(token));
            }
        }
        TokenAction::Renew { id, overlap_minutes, person } => {
            let body = json!({ "overlap_minutes": overlap_minutes, "person": person });
            let made: Value = server.post(&format!("/api/v1/tokens/{id}/renew"), JSON, body.to_string().as_bytes())?;
            show_once(&made);
        }
        TokenAction::Revoke { id, reason, person } => {
            let body = json!({ "reason": reason, "person": person });
            let token: Value =
                server.post(&format!("/api/v1/tokens/{id}/revoke"), JSON, body.to_string().as_bytes())?;
            say!("{}", line(&token));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The secret alone on standard output, so that it can be read into a variable.
fn show_once(made: &Value) {
    eprintln!("{}", line(&made["token"]));
    eprintln!("The secret is shown this once:");
    say!("{}", made["secret"].as_str().unwrap_or_default());
}

fn line(token: &Value) -> String {
    let text = |field: &str| token[field].as_str().unwrap_or_default().to_owned();
    let scopes: Vec<&str> = token["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let source = Some(text("source")).filter(|source| !source.is_empty());
    let source = source.map_or_else(String::new, |source| format!(", source {source}"));
    let used = Some(text("last_used")).filter(|used| !used.is_empty());
    let used = used.map_or_else(|| "never used".to_owned(), |used| format!("used last {used}"));
    format!("{}  {}  {} ({}{source}), {used}", text("id"), text("state"), text("name"), scopes.join(", "))
}
