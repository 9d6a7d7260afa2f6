//! Writing, in rounds: in each every server writes the same points into nothing, in turns that change from round to round.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::arguments::Arguments;
use crate::peer::{Kind, Peer, Stored, WRITE_PATH};
use crate::points::{BATCH_POINTS, Bodies, STEP_MS, bodies};
use crate::writers::write;
use crate::{Result, disk};

/// What one server did in one round.
#[derive(Debug, Clone)]
pub struct Round {
    pub kind: Kind,
    pub writers: usize,
    pub points: usize,
    pub seconds: f64,
    /// Processor time of the server until the last answer.
    pub cpu_seconds: f64,
    /// The same until it had stopped, without what counting the points took: what this product has in memory is in blocks then. What
    /// `InfluxDB` has in memory stays in its log.
    pub stopped_cpu_seconds: f64,
    pub writers_cpu_seconds: f64,
    pub peak_bytes: u64,
    /// In the last round: whether all points were there again after the process was killed.
    pub survived: Option<bool>,
    /// In the last round: what was stored in the end.
    pub stored: Option<Stored>,
}

impl Round {
    pub fn points_per_second(&self) -> f64 {
        millions(self.points) * 1e6 / self.seconds
    }
}

/// A number of points in millions.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub fn millions(points: usize) -> f64 {
    points as f64 / 1e6
}

/// An instant some time ago at a whole step, so that this many points until now are in the past.
pub fn first_ms(steps: usize) -> Result<i64> {
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    Ok((now_ms / STEP_MS - i64::try_from(steps)? - 60) * STEP_MS)
}

pub fn measure(arguments: &Arguments) -> Result<Vec<Round>> {
    let mut rounds = Vec::new();
    for &writers in &arguments.writers {
        let points = arguments.points / (BATCH_POINTS * writers) * (BATCH_POINTS * writers);
        let bodies = bodies(arguments.hosts, points, first_ms(points / arguments.hosts)?, writers)?;
        for number in 1..=arguments.rounds {
            let mut kinds = Kind::all(arguments);
            if number % 2 == 0 {
                kinds.reverse();
            }
            for kind in kinds {
                let round = one(arguments, kind, &bodies, (points, number == arguments.rounds))?;
                println!(
                    "{writers} writers, round {number}: {}: {:.0} points/s, {:.2} s of processor time for a million points",
                    kind.name(),
                    round.points_per_second(),
                    round.stopped_cpu_seconds / millions(points),
                );
                rounds.push(round);
            }
        }
    }
    Ok(rounds)
}

fn one(arguments: &Arguments, kind: Kind, bodies: &[Bodies], (points, is_last): (usize, bool)) -> Result<Round> {
    let mut peer = Peer::start(kind, arguments)?;
    peer.wait_until_idle()?;
    disk::settle()?;
    let before = peer.cpu_seconds()?;
    let took = write(peer.address()?, WRITE_PATH, bodies)?;
    let cpu_seconds = peer.cpu_seconds()? - before;
    peer.wait_until_idle()?;
    let written = peer.cpu_seconds()?;
    let mut round = Round {
        kind,
        writers: bodies.len(),
        points,
        seconds: took.seconds,
        cpu_seconds,
        stopped_cpu_seconds: 0.0,
        writers_cpu_seconds: took.writers_cpu_seconds,
        peak_bytes: peer.peak_bytes()?,
        survived: None,
        stored: None,
    };
    let found = peer.count()?;
    if found != points as u64 {
        return Err(format!("{}: {found} points of {points} are there", kind.name()).into());
    }
    let counted = peer.cpu_seconds()?;
    let stopped = peer.stop()?;
    round.stopped_cpu_seconds = written - before + stopped - counted;
    if is_last {
        round.stored = Some(peer.stored()?);
        drop(peer);
        round.survived = Some(killed_at_once(arguments, kind, bodies, points)?);
    }
    Ok(round)
}

/// Writes once more and kills the server the moment that the last answer is there; says whether all is there after a start.
fn killed_at_once(arguments: &Arguments, kind: Kind, bodies: &[Bodies], points: usize) -> Result<bool> {
    let mut peer = Peer::start(kind, arguments)?;
    write(peer.address()?, WRITE_PATH, bodies)?;
    peer.kill();
    peer.start_again()?;
    let found = peer.count()?;
    peer.stop()?;
    Ok(found == points as u64)
}
