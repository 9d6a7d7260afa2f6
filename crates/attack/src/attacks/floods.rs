//! Guessing.

use std::time::Duration;

use super::bodies::WRONG_TOKEN;
use crate::Result;
use crate::http::{Request, ask};
use crate::judge::Claim;
use crate::load::send_all;
use crate::stage::{ATTACKER, Stage};

/// How many tokens are tried.
const TRIES: usize = 5_000;
/// How many may be looked at before the address is slowed down.
const MOST_LOOKED_AT: u64 = 1_000;

pub async fn wrong_tokens(stage: &Stage) -> Result<Vec<Claim>> {
    let body = br#"[{"series":"attack-guess"}]"#.as_slice();
    let post = || Request::post("/api/v1/observations", "application/json", body);
    let guesses = (0..TRIES).map(|number| {
        let guess = format!("{}{number:06}", &WRONG_TOKEN[..42]);
        match number % 4 {
            0 => post().header("authorization", &format!("Token {guess}")),
            1 => Request::post(format!("/write?p={guess}"), "text/plain", b"a b=0".as_slice()),
            2 => Request::get("/api/v1/kpis").bearer(&guess),
            _ => post().bearer(&guess),
        }
    });
    send_all(stage, ATTACKER, guesses.collect(), 16, Duration::from_secs(10)).await;
    let looked_at = stage.tally.counts().of(|status| status == 401);
    let elsewhere =
        ask([127, 0, 0, 67].into(), stage.address(), &post().bearer(&stage.attacker), Duration::from_secs(10)).await;
    let elsewhere = elsewhere.map_or(0, |answer| answer.status);
    Ok(vec![
        Claim::new(
            format!("of {TRIES} guesses at most {MOST_LOOKED_AT} are looked at ({looked_at})"),
            looked_at <= MOST_LOOKED_AT,
        ),
        Claim::new(format!("a right token is taken from another address ({elsewhere})"), elsewhere == 201),
    ])
}
