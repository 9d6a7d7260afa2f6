//! What must hold under every attack.

use std::time::Duration;

use crate::attack::Outcome;

/// The most memory above rest under any one client's attack.
const MOST_MEMORY_MB: f64 = 512.0;
/// Memory is back when it is this near to what it was: an allocator keeps a little.
pub const MOST_MEMORY_BACK_MB: f64 = 64.0;
/// How long 99 of 100 questions for `/healthz` may take.
const HEALTH_P99_MS: f64 = 100.0;
/// The deadline of stopping is ten seconds; then the process still has to end.
pub const STOPS_WITHIN: Duration = Duration::from_secs(12);

/// Something that must hold, and whether it did.
#[derive(Debug, Clone)]
pub struct Claim {
    pub what: String,
    pub held: bool,
}

impl Claim {
    pub fn new(what: impl Into<String>, held: bool) -> Self {
        Self { what: what.into(), held }
    }
}

/// Adds what holds for every attack.
pub fn of_all(outcome: &mut Outcome) {
    let Outcome { rest_mb, peak_mb, after_mb, back, seen, counts, ended, .. } = &*outcome;
    let above = peak_mb - rest_mb;
    let mut claims = vec![
        Claim::new(format!("at most {MOST_MEMORY_MB:.0} MB above rest ({above:.0})"), above <= MOST_MEMORY_MB),
        Claim::new(format!("memory is back within a minute ({:.0} MB above rest)", after_mb - rest_mb), back.is_some()),
        Claim::new(
            format!(
                "/healthz is answered ({} of {}), p99 at most {HEALTH_P99_MS:.0} ms ({:.0})",
                seen.health.answered, seen.health.asked, seen.health.p99_ms
            ),
            seen.health.is_answered() && seen.health.p99_ms <= HEALTH_P99_MS,
        ),
        Claim::new(
            format!("429 and 503 say Retry-After ({} of {})", counts.with_retry_after, counts.refusals),
            counts.with_retry_after == counts.refusals,
        ),
    ];
    if outcome.spares_others {
        let (sender, reader) = (&seen.sender, &seen.reader);
        let words = |who: &str, answered: usize, asked: usize| format!("{who} is answered ({answered} of {asked})");
        claims.push(Claim::new(words("the sender", sender.answered, sender.asked), sender.is_answered()));
        claims.push(Claim::new(words("the reader", reader.answered, reader.asked), reader.is_answered()));
    }
    if let Some(ended) = ended {
        let words = format!(
            "stops with 0 within {} s ({}, {:.1} s)",
            STOPS_WITHIN.as_secs(),
            ended.in_words,
            ended.took.as_secs_f64()
        );
        claims.push(Claim::new(words, ended.is_clean && ended.took <= STOPS_WITHIN));
    }
    outcome.claims.extend(claims);
}
