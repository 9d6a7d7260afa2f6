//! What was measured, as lines, as a table and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;
use crate::arguments::Asked;
use crate::attack::Outcome;
use crate::witness::Fared;

/// Tells one attack at once.
pub fn tell(outcome: &Outcome) {
    println!(
        "{:<20} {:<8} {:5.1} s  peak +{:.0} MB  healthz p99 {:.0} ms  {}",
        outcome.name,
        if outcome.held() { "held" } else { "NOT HELD" },
        outcome.lasted.as_secs_f64(),
        outcome.peak_mb - outcome.rest_mb,
        outcome.seen.health.p99_ms,
        outcome.counts.in_words()
    );
    for claim in outcome.claims.iter().filter(|claim| !claim.held) {
        println!("{:<20} not held: {}", "", claim.what);
    }
}

/// Writes the table and every figure.
pub fn write(asked: &Asked, outcomes: &[Outcome], lasted: Duration) -> Result<()> {
    std::fs::create_dir_all(&asked.results)?;
    std::fs::write(asked.results.join("attack.md"), table(outcomes, lasted)?)?;
    let figures: Vec<Value> = outcomes.iter().map(figures).collect();
    std::fs::write(asked.results.join("attack.json"), serde_json::to_string_pretty(&figures)?)?;
    let held = outcomes.iter().filter(|outcome| outcome.held()).count();
    println!("{held} of {} attacks held, in {:.0} s", outcomes.len(), lasted.as_secs_f64());
    Ok(())
}

fn table(outcomes: &[Outcome], lasted: Duration) -> Result<String> {
    let mut text = String::new();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    writeln!(
        text,
        "{} attacks in {:.0} s on {cores} cores, client and server on the same machine.\n",
        outcomes.len(),
        lasted.as_secs_f64()
    )?;
    writeln!(
        text,
        "| attack | answers | memory at rest, most above it, after it; MB | `/healthz` p50, p99, longest; ms | sender; reader answered | kept rows; dead letters | held |"
    )?;
    writeln!(text, "| --- | --- | ---: | ---: | ---: | ---: | --- |")?;
    for outcome in outcomes {
        let Outcome { name, what, rest_mb, peak_mb, after_mb, seen, counts, kept, dead_letters, .. } = outcome;
        let back = outcome.back.map_or_else(|| "not back".to_owned(), |took| format!("{:.0} s", took.as_secs_f64()));
        let health = &seen.health;
        let share = |fared: &Fared| format!("{} of {}", fared.answered, fared.asked);
        let held = if outcome.held() { "yes".to_owned() } else { format!("**no**: {}", missed(outcome)) };
        writeln!(
            text,
            "| `{name}`: {what} | {} | {rest_mb:.0}, +{:.0}, +{:.0} ({back}) | {:.1}, {:.1}, {:.0} | {}; {} | {kept}; {dead_letters} | {held} |",
            counts.in_words(),
            peak_mb - rest_mb,
            (after_mb - rest_mb).max(0.0),
            health.p50_ms,
            health.p99_ms,
            health.longest_ms,
            share(&seen.sender),
            share(&seen.reader)
        )?;
    }
    writeln!(text, "\nWhat else had to hold:\n")?;
    for outcome in outcomes {
        let words: Vec<&str> = outcome.claims.iter().map(|claim| claim.what.as_str()).collect();
        writeln!(text, "- `{}`: {}.", outcome.name, words.join("; "))?;
    }
    Ok(text)
}

fn missed(outcome: &Outcome) -> String {
    let missed: Vec<&str> =
        outcome.claims.iter().filter(|claim| !claim.held).map(|claim| claim.what.as_str()).collect();
    missed.join("; ")
}

fn figures(outcome: &Outcome) -> Value {
    let fared = |fared: &Fared| {
        json!({
            "asked": fared.asked, "answered": fared.answered,
            "p50_ms": fared.p50_ms, "p99_ms": fared.p99_ms, "longest_ms": fared.longest_ms,
        })
    };
    json!({
        "attack": outcome.name,
        "held": outcome.held(),
        "lasted_s": outcome.lasted.as_secs_f64(),
        "memory_mb": { "rest": outcome.rest_mb, "peak": outcome.peak_mb, "after": outcome.after_mb },
        "back_s": outcome.back.map(|took| took.as_secs_f64()),
        "health": fared(&outcome.seen.health),
        "sender": fared(&outcome.seen.sender),
        "reader": fared(&outcome.seen.reader),
        "answers": outcome.counts.by_kind,
        "refusals": outcome.counts.refusals,
        "with_retry_after": outcome.counts.with_retry_after,
        "kept_rows": outcome.kept,
        "dead_letters": outcome.dead_letters,
        "disk_mb": outcome.disk_mb,
        "ended": outcome.ended.as_ref().map(|ended| json!({ "how": ended.in_words, "s": ended.took.as_secs_f64() })),
        "claims": outcome.claims.iter().map(|claim| json!({ "what": claim.what, "held": claim.held })).collect::<Vec<_>>(),
    })
}
