//! How many points of line protocol are read in a second: batches of 5,000 lines of a series with five tags, and the same
//! with ten fields a line. `cargo run --release -p formats --example influx_speed`

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use formats::Limits;
use formats::influx::{self, Lines, Precision};

const LINES: usize = 5_000;

fn batch(fields: usize) -> String {
    let mut text = String::new();
    for line in 0..LINES {
        let host = line % 100;
        let _ = write!(text, "cpu,az=eu-1a,dc=fra,host=server{host:03},os=linux,rack=r{} ", host % 7);
        for field in 0..fields {
            let name = if fields == 1 { "value".to_owned() } else { format!("usage_{field}") };
            let separator = if field == 0 { "" } else { "," };
            let value = f64::from(u32::try_from(line * 37 + field).unwrap_or_default() % 10_000) / 100.0;
            let _ = write!(text, "{separator}{name}={value}");
        }
        let _ = writeln!(text, " {}", 1_700_000_000_000_000_000_u64 + line as u64 * 10_000_000_000);
    }
    text
}

/// Points a second in the fastest round of two seconds: what other programs take away does not count.
#[expect(clippy::disallowed_methods, reason = "a measurement of time needs a clock")]
fn measure(mut round: impl FnMut() -> usize) -> f64 {
    let start = std::time::Instant::now();
    let mut best = 0.0_f64;
    while start.elapsed() < Duration::from_secs(2) {
        let begin = std::time::Instant::now();
        let points = u32::try_from(round()).unwrap_or_default();
        best = best.max(f64::from(points) / begin.elapsed().as_secs_f64());
    }
    best
}

fn main() {
    let limits = Limits { rows: 100_000, ..Limits::default() };
    for fields in [1, 10] {
        let text = batch(fields);
        let body = text.as_bytes();
        let borrowed = measure(|| {
            let Ok(mut lines) = Lines::new(body, Precision::Nanoseconds, &limits) else { return 0 };
            let mut points = 0;
            while let Some(line) = lines.next_line() {
                points += line.map_or(0, |line| black_box(line).fields.len());
            }
            points
        });
        let owned = measure(|| {
            let read = influx::read(body, Precision::Nanoseconds, &limits);
            read.map_or(0, |received| black_box(received).samples.samples.len())
        });
        println!(
            "{LINES} lines, {fields} fields, {} bytes a line: borrowed {borrowed:.0} points/s, owned samples {owned:.0} points/s",
            body.len() / LINES
        );
    }
}
