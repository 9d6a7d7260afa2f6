//! Questions that are dear to answer.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::task::JoinSet;

use crate::Result;
use crate::bodies::observations;
use crate::http::{Request, ask};
use crate::judge::Claim;
use crate::load::address;
use crate::stage::{ATTACKER, Stage};

/// The KPI whose history is long.
pub const KPI: &str = "pipeline-build-time";
const UNIT: &str = "min";
/// How many a request may carry.
const BATCH: u64 = 10_000;
/// How long filling may take; what is there then must do.
const FILLING: Duration = Duration::from_secs(25);
/// How long questions are asked.
const LASTS: Duration = Duration::from_secs(8);

/// Sends so many observations as an ordinary sender.
pub async fn fill(stage: &Stage, count: u64) -> Result<()> {
    let began = Instant::now();
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    for batch in 0..count.div_ceil(BATCH) {
        let body = observations(KPI, UNIT, now_s - count - 60 + batch * BATCH, BATCH.min(count - batch * BATCH));
        let answer = stage.operate(Request::post("/api/v1/observations", "application/json", body)).await?;
        if answer.status != 201 {
            return Err(format!("filling is refused: {} {}", answer.status, answer.text()).into());
        }
        if began.elapsed() > FILLING {
            println!("filling takes long: {} of {count} observations are there", (batch + 1) * BATCH);
            break;
        }
    }
    Ok(())
}

/// Asks again and again, so many at once, half from one address and half from many.
async fn ask_again(stage: &Stage, at_once: usize, request: impl Fn(usize) -> Request) {
    let began = Instant::now();
    let mut open = JoinSet::new();
    let mut asked = 0;
    while began.elapsed() < LASTS {
        if open.len() >= at_once {
            open.join_next().await;
        }
        let (server, tally, request) = (stage.address(), stage.tally.clone(), request(asked));
        let from = if asked % 2 == 0 { ATTACKER } else { address(asked / 2) };
        open.spawn(async move {
            let answer = ask(from, server, &request, Duration::from_secs(30)).await;
            tally.add(&answer);
            if answer.is_ok_and(|answer| answer.status >= 400) {
                // As a client that was told to wait a little, but not as long as it was told.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        asked += 1;
    }
    while open.join_next().await.is_some() {}
}

fn answered_or_told(stage: &Stage) -> Claim {
    let counts = stage.tally.counts();
    let (good, all) = (counts.of(|status| matches!(status, 200 | 429 | 503)), counts.by_kind.values().sum::<u64>());
    Claim::new(format!("each is answered, or told to come back ({good} of {all})"), good == all)
}

pub async fn past(stage: &Stage) -> Result<Vec<Claim>> {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let paths = ["/api/v1/kpis", "/", "/api/v1/gates", "/alerts"];
    ask_again(stage, 200, |number| {
        // No two ask for the same instant.
        let (days, seconds) = (number as u64 % 3, number as u64 * 7);
        let instant = instant(now_s - days * 86_400 - seconds);
        Request::get(format!("{}?as_of={instant}", paths[number % paths.len()]))
    })
    .await;
    Ok(vec![answered_or_told(stage)])
}

pub async fn histories(stage: &Stage) -> Result<Vec<Claim>> {
    ask_again(stage, 50, |_| Request::get(format!("/api/v1/kpis/{KPI}/history.csv"))).await;
    Ok(vec![answered_or_told(stage)])
}

/// Seconds since 1970 as RFC 3339 in UTC.
fn instant(seconds: u64) -> String {
    let (mut days, of_day) = (seconds / 86_400, seconds % 86_400);
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, days + 1)
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn instants_are_those_of_the_calendar() {
        assert_eq!(instant(0), "1970-01-01T00:00:00Z");
        assert_eq!(instant(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(instant(1_795_996_799), "2026-11-29T23:59:59Z");
    }
}
