//! What the page Sources says of what the server fetches by itself.

use connect::{Health, StatsDHealth};
use service::instant;
use service::view::sources::PullRow;

use crate::http::State;

/// The pulled sources in the order of the file, then the socket for datagrams.
pub fn rows(state: &State) -> Vec<PullRow> {
    let now_ms = state.dashboard.now_ms();
    let snapshot = state.sources.snapshot();
    snapshot.pulls.into_iter().map(|health| pull(health, now_ms)).chain(snapshot.statsd.map(statsd)).collect()
}

fn pull(health: Health, now_ms: i64) -> PullRow {
    let tried = health.successes + health.failures > 0;
    let next = match health.next_ms {
        _ if health.is_asking => "being asked".to_owned(),
        Some(next_ms) => format!("in {}", instant::duration((next_ms - now_ms).max(0) / 1_000 * 1_000)),
        None => String::new(),
    };
    PullRow {
        name: health.name,
        what: format!("{} {}", health.kind, health.address),
        every: format!("every {}", instant::duration(i64::try_from(health.every_ms).unwrap_or(i64::MAX))),
        is_well: tried.then_some(health.failures_in_a_row == 0),
        last_success: success(health.last_success_ms, health.kept, health.refused),
        last_error: error(health.last_error),
        next,
    }
}

fn statsd(health: StatsDHealth) -> PullRow {
    let dropped = if health.dropped == 0 { String::new() } else { format!(", {} dropped", health.dropped) };
    PullRow {
        name: health.source,
        what: format!("StatsD datagrams at {}", health.address),
        every: format!("{} datagrams{dropped}", health.datagrams),
        is_well: (health.deliveries > 0 || health.last_error.is_some())
            .then_some(health.last_success_ms >= health.last_error.as_ref().map(|(time_ms, _)| *time_ms)),
        last_success: success(health.last_success_ms, health.kept, health.refused),
        last_error: error(health.last_error),
        next: "as they come".to_owned(),
    }
}

fn success(time_ms: Option<i64>, kept: u64, refused: u64) -> String {
    time_ms.map_or_else(
        || "never".to_owned(),
        |time_ms| format!("{}; {kept} samples kept, {refused} refused since the start", instant::short(time_ms)),
    )
}

fn error(last: Option<(i64, String)>) -> String {
    last.map_or_else(String::new, |(time_ms, text)| format!("{}: {text}", instant::short(time_ms)))
}
