//! Twice what the server can do.

use std::time::Duration;

use crate::Result;
use crate::http::Request;
use crate::judge::Claim;
use crate::load::{closed_loop, open_loop};
use crate::server::TOKEN;
use crate::stage::Stage;
use crate::tally::Tally;

/// How many wait for their answers at once while the most is looked for.
const CONNECTIONS: usize = 12;
const SEARCH: Duration = Duration::from_secs(4);
const LASTS: Duration = Duration::from_secs(8);
/// What must be answered of what can be, at twice of it.
const LEAST_SHARE: f64 = 0.8;

async fn overload(stage: &Stage, request: &Request) -> Vec<Claim> {
    // The first answers are slower than the others.
    closed_loop(stage, request, CONNECTIONS, SEARCH / 4, &Tally::default()).await;
    let most = closed_loop(stage, request, CONNECTIONS, SEARCH, &Tally::default()).await;
    let offered = open_loop(stage, request, most * 2.0, LASTS, &stage.tally).await;
    let share = offered.good_per_second / most;
    let counts = stage.tally.counts();
    let told = counts.of(|status| status < 300) + counts.refusals;
    let all: u64 = counts.by_kind.values().sum();
    vec![
        Claim::new(
            format!(
                "at {:.0} a second offered, {:.0} % of {most:.0} a second are answered ({:.0})",
                offered.offered_per_second,
                share * 100.0,
                offered.good_per_second
            ),
            share >= LEAST_SHARE,
        ),
        Claim::new(format!("each is answered, or refused with 429 or 503 ({told} of {all})"), told == all),
    ]
}

pub async fn pages(stage: &Stage) -> Result<Vec<Claim>> {
    Ok(overload(stage, &Request::get("/")).await)
}

pub async fn writes(stage: &Stage) -> Result<Vec<Claim>> {
    let body = br#"[{"series":"attack-load","value":1}]"#.as_slice();
    let request = Request::post("/api/v1/observations?source=load", "application/json", body).bearer(TOKEN);
    Ok(overload(stage, &request).await)
}
