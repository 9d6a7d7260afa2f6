//! Charts of a year of points of one series, at every zoom, as they are asked for over HTTP.

use std::time::Instant;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::peer::{Kind, Peer, WRITE_PATH};
use crate::points::{Random, STEP_MS, YEAR_POINTS, bodies};
use crate::rounds::first_ms;
use crate::writers::write;
use crate::{Result, disk};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const SEED: u64 = 110;
/// No more is asked of one zoom after this time, but a few at least: `InfluxDB` takes seconds for a year.
const MOST_SECONDS: f64 = 10.0;
const FEWEST_WINDOWS: usize = 20;
/// Charts of each zoom after a start: a cold one is only the first of its kind.
const COLD_WINDOWS: usize = 100;
/// Zooms with their length.
const ZOOMS: [(&str, i64); 6] = [
    ("year", 364 * DAY_MS),
    ("quarter", 91 * DAY_MS),
    ("month", 30 * DAY_MS),
    ("week", 7 * DAY_MS),
    ("day", DAY_MS),
    ("hour", HOUR_MS),
];

/// The charts of one server at one zoom.
#[derive(Debug, Clone)]
pub struct Zoom {
    pub kind: Kind,
    pub name: &'static str,
    /// Whether the server was started anew before, the system's cache of files empty where that is allowed.
    pub is_cold: bool,
    /// How long each took, in the order in which they were asked for.
    pub milliseconds: Vec<f64>,
    /// Points of the last chart, or rows of columns.
    pub points: usize,
}

pub fn measure(arguments: &Arguments) -> Result<Vec<Zoom>> {
    let first_ms = first_ms(YEAR_POINTS)?;
    let bodies = bodies(1, YEAR_POINTS, first_ms, 1)?;
    let mut zooms = Vec::new();
    for kind in Kind::all(arguments) {
        let mut peer = Peer::start(kind, arguments)?;
        let took = write(peer.address()?, WRITE_PATH, &bodies)?;
        println!("a year of one series: {}: written in {:.1} s", kind.name(), took.seconds);
        peer.wait_until_idle()?;
        let found = peer.count()?;
        if found != YEAR_POINTS as u64 {
            return Err(format!("{}: {found} points of {YEAR_POINTS} are there", kind.name()).into());
        }
        for is_cold in [false, true] {
            for (name, length_ms) in ZOOMS {
                if is_cold {
                    peer.stop()?;
                    if !disk::forget()? {
                        println!("the system's cache of files can't be emptied without root: it stays");
                    }
                    peer.start_again()?;
                }
                let count = if is_cold { COLD_WINDOWS } else { arguments.windows };
                let (milliseconds, points) = ask(&peer, first_ms, length_ms, count)?;
                zooms.push(Zoom { kind, name, is_cold, milliseconds, points });
            }
        }
        peer.stop()?;
    }
    Ok(zooms)
}

/// Asks for charts of a length at random places of the year.
fn ask(peer: &Peer<'_>, first_ms: i64, length_ms: i64, count: usize) -> Result<(Vec<f64>, usize)> {
    let mut connection = peer.connect()?;
    let mut random = Random::new(SEED);
    let mut milliseconds = Vec::with_capacity(count);
    let mut body = Vec::new();
    let room_ms = i64::try_from(YEAR_POINTS)? * STEP_MS - length_ms;
    // The series is looked up once.
    let sample = peer.chart_path(&mut connection, 1_111_111_111_111, 1_222_222_222_222)?;
    let all_began = Instant::now();
    for number in 0..count {
        if number >= FEWEST_WINDOWS && all_began.elapsed().as_secs_f64() > MOST_SECONDS {
            break;
        }
        let from_ms = first_ms + i64::try_from(random.below(room_ms.unsigned_abs()))?;
        let until_ms = from_ms + length_ms;
        let path = if peer.kind == Kind::InfluxDb {
            peer.chart_path(&mut connection, from_ms, until_ms)?
        } else {
            sample.replace("1111111111111", &from_ms.to_string()).replace("1222222222222", &until_ms.to_string())
        };
        let began = Instant::now();
        body = connection.get(&path)?;
        milliseconds.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let answer: Value = serde_json::from_slice(&body)?;
    let rows = [&answer["points"], &answer["results"][0]["series"][0]["values"]].into_iter().find_map(Value::as_array);
    let points = rows.map_or(0, Vec::len);
    if points == 0 {
        return Err(format!("{}: a chart is empty: {answer}", peer.kind.name()).into());
    }
    Ok((milliseconds, points))
}
