//! Notifications: one receiver must not keep them from the others.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;

use super::receiver::{HANGS, Receiver};
use crate::Result;
use crate::http::Request;
use crate::judge::Claim;
use crate::stage::{Props, Stage};

/// How long a healthy receiver may wait for its message.
const WITHIN: Duration = Duration::from_secs(5);
const HEALTHY: [&str; 3] = ["/a", "/b", "/c?key=d"];

/// Four webhooks on one host; the first never answers.
pub fn receivers() -> BoxFuture<'static, Result<Props>> {
    Box::pin(async {
        let receiver = Receiver::start().await?;
        let mut arguments = Vec::new();
        for path in [HANGS].iter().chain(&HEALTHY) {
            arguments.extend(["--webhook".to_owned(), format!("http://{}{path}", receiver.address)]);
        }
        Ok(Props { arguments, receiver: Some(receiver) })
    })
}

pub async fn deliver(stage: &Stage) -> Result<Vec<Claim>> {
    let receiver = stage.receiver.as_ref().ok_or("there is no receiver")?;
    let mut claims = Vec::new();
    // The second time one channel already hangs.
    for number in 1..=2 {
        let began = Instant::now();
        let answer =
            stage.operate(Request::post("/api/v1/notifications/test", "application/json", b"{}".as_slice())).await?;
        stage.tally.add(&Ok(answer));
        for path in HEALTHY {
            let took = receiver.got(path, number, began, WITHIN).await;
            let words = took.map_or_else(|| "not at all".to_owned(), |took| format!("{:.1} s", took.as_secs_f64()));
            let what = format!("message {number} is at {path} within {} s ({words})", WITHIN.as_secs());
            claims.push(Claim::new(what, took.is_some()));
        }
    }
    Ok(claims)
}
