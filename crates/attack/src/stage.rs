//! Where an attack happens: the server, the tokens, what is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpStream;

use crate::Result;
use crate::attacks::receiver::Receiver;
use crate::http::{Answer, Request, ask};
use crate::server::{Server, TOKEN};
use crate::tally::Tally;

/// Where attacks of one client come from.
pub const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
/// Who sets things up and looks at them.
const OPERATOR: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 4);
/// The source of whoever is no attacker.
pub const WITNESS: &str = "attack-witness";
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Stage {
    pub server: Server,
    pub tally: Tally,
    /// The token of the sender that must not suffer.
    pub witness: String,
    /// A token that allows the attacker to send, as one source.
    pub attacker: String,
    /// Takes notifications, where an attack is about them.
    pub receiver: Option<Receiver>,
    /// Connections that stay open until the server has ended.
    held: Mutex<Vec<TcpStream>>,
}

/// What an attack's server is started with.
#[derive(Default)]
pub struct Props {
    pub arguments: Vec<String>,
    pub receiver: Option<Receiver>,
}

impl Stage {
    pub async fn set(program: &Path, props: Props) -> Result<Self> {
        let server = Server::start(program, &props.arguments).await?;
        let (tally, receiver) = (Tally::default(), props.receiver);
        let (witness, attacker, held) = (String::new(), String::new(), Mutex::default());
        let mut stage = Self { server, tally, witness, attacker, receiver, held };
        stage.witness = stage.make_token(WITNESS).await?;
        stage.attacker = stage.make_token("attacker").await?;
        Ok(stage)
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// A new token that sends as `source`, as often as any token may.
    pub async fn make_token(&self, source: &str) -> Result<String> {
        let wanted = json!({ "name": source, "scopes": ["ingest"], "source": source, "requests_per_minute": 600_000, "person": "Ada" });
        let request = Request::post("/api/v1/tokens", "application/json", wanted.to_string().into_bytes());
        let made = self.operate(request).await?;
        Ok(made.json()["secret"].as_str().ok_or_else(|| format!("no token: {}", made.text()))?.to_owned())
    }

    /// Keeps connections open until the server has ended.
    pub fn hold(&self, streams: Vec<TcpStream>) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).extend(streams);
    }

    /// A request of whoever may do everything, which must be answered.
    pub async fn operate(&self, request: Request) -> Result<Answer> {
        let answer = ask(OPERATOR, self.address(), &request.bearer(TOKEN), PATIENCE).await;
        answer.map_err(|failed| format!("the operator gets no answer: {}", failed.name()).into())
    }

    /// Attacks with one request from one address, counts the answer and gives it.
    pub async fn attack(&self, request: &Request) -> Option<Answer> {
        let answer = ask(ATTACKER, self.address(), request, PATIENCE).await;
        self.tally.add(&answer);
        answer.ok()
    }

    /// How many rows were kept of everybody but the witness, and how many payloads wait as dead letters.
    pub async fn kept(&self) -> Result<(u64, u64)> {
        let metrics = self.operate(Request::get("/metrics")).await?.text();
        Ok((sum(&metrics, "inferno_kpi_source_rows_kept"), sum(&metrics, "inferno_kpi_source_dead_letters")))
    }
}

/// The sum of a metric over all sources but the witness.
fn sum(metrics: &str, name: &str) -> u64 {
    let of = |line: &str| -> Option<f64> {
        let rest = line.strip_prefix(name)?;
        let is_other = !rest.contains(&format!("\"{WITNESS}\"")) && rest.contains('{');
        is_other.then(|| rest.rsplit(' ').next()?.parse().ok())?
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    metrics.lines().filter_map(of).map(|number| number as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn the_witness_is_not_counted() {
        let metrics = "# HELP kept Rows.\nkept_total{source=\"a\"} 3\nkept_total{source=\"attack-witness\"} 9\nkept_total{source=\"b\"} 4.0\n";
        assert_eq!(sum(metrics, "kept"), 7);
    }
}
