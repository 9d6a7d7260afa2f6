//! Many requests: closed loops (each waits for its answer), and an open one (requests come when they come).

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::http::{Connection, Request, ask};
use crate::stage::Stage;
use crate::tally::Tally;

/// The share's value among sorted times; 0 where there are none.
pub fn percentile(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small counts"
    )]
    let place = (last as f64 * share).ceil() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

/// The addresses that an attack of many comes from.
pub fn address(number: usize) -> Ipv4Addr {
    const FIRST: u8 = 2;
    const COUNT: usize = 39;
    Ipv4Addr::new(127, 0, 0, FIRST + u8::try_from(number % COUNT).unwrap_or_default())
}

/// Sends every request from one address, so many at once.
pub async fn send_all(stage: &Stage, from: Ipv4Addr, requests: Vec<Request>, at_once: usize, patience: Duration) {
    let mut open = JoinSet::new();
    for request in requests {
        if open.len() >= at_once {
            open.join_next().await;
        }
        let (server, tally) = (stage.address(), stage.tally.clone());
        open.spawn(async move { tally.add(&ask(from, server, &request, patience).await) });
    }
    while open.join_next().await.is_some() {}
}

/// Sends the same request on connections that stay open, as fast as answers come; returns good answers a second.
pub async fn closed_loop(stage: &Stage, request: &Request, connections: usize, lasts: Duration, tally: &Tally) -> f64 {
    let mut loops = JoinSet::new();
    let began = Instant::now();
    for number in 0..connections {
        let (server, request, tally) = (stage.address(), request.clone(), tally.clone());
        loops.spawn(async move {
            let (mut good, mut kept) = (0_u32, None);
            while began.elapsed() < lasts {
                let mut connection = match kept.take() {
                    Some(connection) => connection,
                    None => match Connection::open(address(number), server).await {
                        Ok(connection) => connection,
                        Err(failed) => {
                            tally.add(&Err(failed));
                            tokio::time::sleep(Duration::from_millis(10)).await;
                            continue;
                        }
                    },
                };
                let answer = connection.ask(&request, Duration::from_secs(10)).await;
                tally.add(&answer);
                if let Ok(answer) = answer {
                    good += u32::from(answer.status < 300);
                    kept = (!answer.closes).then_some(connection);
                }
            }
            good
        });
    }
    let mut good = 0;
    while let Some(done) = loops.join_next().await {
        good += done.unwrap_or_default();
    }
    f64::from(good) / began.elapsed().as_secs_f64()
}

/// What an open loop saw.
pub struct Offered {
    pub offered_per_second: f64,
    pub good_per_second: f64,
}

/// Offers so many requests a second, whether they are answered or not, at most `most_open` at once.
pub async fn open_loop(stage: &Stage, request: &Request, per_second: f64, lasts: Duration, tally: &Tally) -> Offered {
    const MOST_OPEN: usize = 1_500;
    const TICK: Duration = Duration::from_millis(5);
    let idle: Arc<Mutex<Vec<Connection>>> = Arc::default();
    let mut ticks = tokio::time::interval(TICK);
    let (mut open, mut offered, mut good) = (JoinSet::<bool>::new(), 0_u32, 0_u32);
    let began = Instant::now();
    while began.elapsed() < lasts {
        ticks.tick().await;
        while let Some(done) = open.try_join_next() {
            good += u32::from(done.unwrap_or_default());
        }
        let due = began.elapsed().as_secs_f64() * per_second;
        while f64::from(offered) < due {
            offered += 1;
            if open.len() >= MOST_OPEN {
                tally.note("not sent: too many are open", 1);
                continue;
            }
            let (server, request, tally, idle) = (stage.address(), request.clone(), tally.clone(), Arc::clone(&idle));
            let from = address(offered as usize);
            open.spawn(async move {
                let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let connection = match kept {
                    Some(connection) => Ok(connection),
                    None => Connection::open(from, server).await,
                };
                let answer = match connection {
                    Ok(mut connection) => {
                        let answer = connection.ask(&request, Duration::from_secs(5)).await;
                        if answer.as_ref().is_ok_and(|answer| !answer.closes) {
                            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                        }
                        answer
                    }
                    Err(failed) => Err(failed),
                };
                tally.add(&answer);
                answer.is_ok_and(|answer| answer.status < 300)
            });
        }
    }
    while let Some(done) = open.join_next().await {
        good += u32::from(done.unwrap_or_default());
    }
    // Until the last answer: what came late was paid for with that time.
    let seconds = began.elapsed().as_secs_f64();
    Offered { offered_per_second: f64::from(offered) / lasts.as_secs_f64(), good_per_second: f64::from(good) / seconds }
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_never_below_the_share() {
        let times: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!(percentile(&times, 0.5) > 49.0 && percentile(&times, 0.99) > 98.0 && percentile(&times, 1.0) > 99.0);
        assert!(percentile(&[], 0.5).abs() < f64::EPSILON);
    }
}
