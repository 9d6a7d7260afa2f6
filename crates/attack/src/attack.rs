//! One attack from its server's start to its end, with everything that is measured of it.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use tokio::time::{sleep, timeout};

use crate::Result;
use crate::arguments::Asked;
use crate::judge::{self, Claim, MOST_MEMORY_BACK_MB};
use crate::memory;
use crate::server::Ended;
use crate::stage::{Props, Stage};
use crate::tally::Counts;
use crate::witness::{Seen, Witness};

/// How long everybody else is answered before an attack, so that memory at rest is that of a server in use.
const BEFORE: Duration = Duration::from_millis(1_500);
/// How long an attack may last.
const LONGEST: Duration = Duration::from_mins(1);
/// How long memory may take to come back.
const BACK_WITHIN: Duration = Duration::from_mins(1);
/// How long a server may take to stop before it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(40);

type Step<T> = for<'a> fn(&'a Stage) -> BoxFuture<'a, Result<T>>;

/// What is tried, and what must hold.
pub struct Attack {
    pub name: &'static str,
    /// What is done, in words.
    pub what: &'static str,
    /// Whether everybody else must be answered as if nothing were.
    pub spares_others: bool,
    /// What the server is started with.
    pub props: fn() -> BoxFuture<'static, Result<Props>>,
    /// What there must be before memory at rest is measured.
    pub prepare: Step<()>,
    /// The attack itself; says what must have held besides what holds for all.
    pub run: Step<Vec<Claim>>,
}

/// What was measured.
pub struct Outcome {
    pub name: &'static str,
    pub what: &'static str,
    pub rest_mb: f64,
    pub peak_mb: f64,
    pub after_mb: f64,
    /// When memory was back; `None` where it was not, or was not waited for.
    pub back: Option<Duration>,
    pub lasted: Duration,
    pub seen: Seen,
    pub counts: Counts,
    pub kept: u64,
    pub dead_letters: u64,
    pub disk_mb: f64,
    pub ended: Option<Ended>,
    pub claims: Vec<Claim>,
    pub spares_others: bool,
}

impl Outcome {
    fn new(attack: &Attack) -> Self {
        Self {
            name: attack.name,
            what: attack.what,
            rest_mb: 0.0,
            peak_mb: 0.0,
            after_mb: 0.0,
            back: None,
            lasted: Duration::ZERO,
            seen: Seen::default(),
            counts: Counts::default(),
            kept: 0,
            dead_letters: 0,
            disk_mb: 0.0,
            ended: None,
            claims: Vec::new(),
            spares_others: attack.spares_others,
        }
    }

    pub fn held(&self) -> bool {
        self.claims.iter().all(|claim| claim.held)
    }
}

/// Carries an attack out. What stops it is a claim that did not hold.
pub async fn carry_out(attack: &Attack, asked: &Asked, waiting: &mut Duration) -> Outcome {
    let mut outcome = Outcome::new(attack);
    if let Err(error) = measure(attack, asked, waiting, &mut outcome).await {
        outcome.claims.push(Claim::new(format!("it could be measured: {error}"), false));
    }
    outcome
}

async fn measure(attack: &Attack, asked: &Asked, waiting: &mut Duration, outcome: &mut Outcome) -> Result<()> {
    let stage = Stage::set(&asked.program, (attack.props)().await?).await?;
    timeout(LONGEST, (attack.prepare)(&stage)).await??;
    let process = stage.server.process();
    let witness = Witness::start(stage.address(), &stage.witness);
    sleep(BEFORE).await;
    outcome.rest_mb = memory::resident_mb(process)?;
    let (kept_before, dead_before) = stage.kept().await?;
    memory::forget_peak(process)?;

    let began = Instant::now();
    let claims = timeout(LONGEST, (attack.run)(&stage)).await;
    outcome.lasted = began.elapsed();
    outcome.seen = witness.stop().await;
    outcome.counts = stage.tally.counts();
    match claims {
        Ok(claims) => outcome.claims.extend(claims?),
        Err(_) => outcome.claims.push(Claim::new(format!("it ends within {} s", LONGEST.as_secs()), false)),
    }
    outcome.peak_mb = memory::peak_mb(process)?.max(memory::resident_mb(process)?);
    give_back(process, waiting, outcome).await?;
    let (kept, dead) = stage.kept().await?;
    outcome.kept = kept.saturating_sub(kept_before);
    outcome.dead_letters = dead.saturating_sub(dead_before);
    outcome.disk_mb = stage.server.disk_mb();
    outcome.ended = Some(stage.server.stop(STOP_PATIENCE).await?);
    judge::of_all(outcome);
    Ok(())
}

/// Waits until memory is back, a minute at most.
async fn give_back(process: u32, waiting: &mut Duration, outcome: &mut Outcome) -> Result<()> {
    let began = Instant::now();
    let most = BACK_WITHIN.min(*waiting);
    loop {
        outcome.after_mb = memory::resident_mb(process)?;
        let took = began.elapsed();
        if outcome.after_mb - outcome.rest_mb <= MOST_MEMORY_BACK_MB {
            outcome.back = Some(took);
            break;
        }
        if took >= most {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    *waiting = waiting.saturating_sub(began.elapsed());
    Ok(())
}
