//! Bodies: small ones that unpack to much, large ones, and all of them before anybody has shown who they are.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::Result;
use crate::bodies::{DOORS, events, signed_badly, upload};
use crate::http::Request;
use crate::judge::Claim;
use crate::load::send_all;
use crate::memory;
use crate::server::TOKEN;
use crate::stage::{ATTACKER, Props, Stage};

const PATIENCE: Duration = Duration::from_secs(15);
/// A token of the right form that nobody has made.
pub const WRONG_TOKEN: &str = "ikpi_0000000000000000000000000000000000000000000";

/// What a sender shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Nothing,
    Wrong,
    Right,
}

/// A server that takes webhooks.
pub fn with_secrets() -> BoxFuture<'static, Result<Props>> {
    Box::pin(async {
        let words = ["--github-secret", "hush", "--stripe-secret", "hush", "--hubspot-secret", "hush"];
        Ok(Props { arguments: words.map(str::to_owned).to_vec(), receiver: None })
    })
}

pub async fn bombs(stage: &Stage, shown: Shown) -> Result<Vec<Claim>> {
    let process = stage.server.process();
    let (mut most, mut where_most) = (0.0, "nowhere");
    for door in &DOORS {
        let request = tokio::task::spawn_blocking(|| door.request()).await??;
        let request = match shown {
            Shown::Nothing => request,
            Shown::Wrong => request.bearer(WRONG_TOKEN),
            Shown::Right => request.bearer(if door.is_for_admins { TOKEN } else { &stage.attacker }),
        };
        let before = memory::peak_mb(process)?;
        send_all(stage, ATTACKER, vec![request; 5], 5, PATIENCE).await;
        let grew = memory::peak_mb(process)? - before;
        if grew > most {
            (most, where_most) = (grew, door.path);
        }
    }
    let told = Claim::new(format!("most memory was asked for by {where_most}, {most:.0} MB"), true);
    Ok(if shown == Shown::Right { vec![told] } else { vec![told, nothing_was_kept(stage).await?] })
}

/// A status says little: Mixpanel's clients are refused with 200 and the body `0`.
pub async fn nothing_was_kept(stage: &Stage) -> Result<Claim> {
    let (kept, dead) = stage.kept().await?;
    Ok(Claim::new(format!("nothing of them is kept ({kept} rows, {dead} dead letters)"), kept + dead == 0))
}

pub async fn large(stage: &Stage) -> Result<Vec<Claim>> {
    let body: Arc<[u8]> = events().into();
    let request = Request::post("/2/httpapi", "application/json", body);
    send_all(stage, ATTACKER, vec![request; 300], 300, PATIENCE).await;
    Ok(vec![nothing_was_kept(stage).await?])
}

pub async fn uploads(stage: &Stage) -> Result<Vec<Claim>> {
    let (body, content_type) = upload();
    let request = Request::post("/sources/import", content_type, body);
    send_all(stage, ATTACKER, vec![request; 100], 100, PATIENCE).await;
    Ok(vec![nothing_was_kept(stage).await?])
}

pub async fn webhooks(stage: &Stage) -> Result<Vec<Claim>> {
    let body: Arc<[u8]> = events().into();
    for sender in ["github", "stripe", "hubspot"] {
        let request = signed_badly(Request::post(format!("/webhooks/{sender}"), "application/json", Arc::clone(&body)));
        send_all(stage, ATTACKER, vec![request; 100], 100, PATIENCE).await;
    }
    Ok(vec![nothing_was_kept(stage).await?])
}
