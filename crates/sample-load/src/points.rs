//! The points: lines of one field value each, the same for every server.

use std::io::Write as _;

use crate::Result;

/// Points of one request.
pub const BATCH_POINTS: usize = 5_000;
/// Between two points of a host.
pub const STEP_MS: i64 = 10_000;
/// A year of points of one host.
pub const YEAR_POINTS: usize = 3_153_600;
/// Where hosts are.
const REGIONS: [&str; 9] = [
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-west-1",
    "us-west-2",
];

/// The bodies of one writer, in the order in which they are sent.
pub type Bodies = Vec<Vec<u8>>;

/// The points of some hosts from an instant on, divided among writers by host: each sends its hosts together, as a collector would.
pub fn bodies(hosts: usize, points: usize, first_ms: i64, writers: usize) -> Result<Vec<Bodies>> {
    let of_one = hosts / writers;
    (0..writers).map(|writer| of_writer(writer * of_one, of_one, points / writers, first_ms)).collect()
}

fn of_writer(first_host: usize, hosts: usize, points: usize, first_ms: i64) -> Result<Bodies> {
    let mut walks: Vec<Walk> = (first_host..first_host + hosts).map(Walk::new).collect();
    let mut bodies = Vec::with_capacity(points.div_ceil(BATCH_POINTS));
    let mut time_ms = first_ms;
    let mut host = 0;
    for sent in (0..points).step_by(BATCH_POINTS) {
        let mut body = Vec::with_capacity(BATCH_POINTS * 80);
        for _ in 0..BATCH_POINTS.min(points - sent) {
            let number = first_host + host;
            let region = REGIONS[number % REGIONS.len()];
            let hundredths = walks[host].step();
            let (whole, rest) = (hundredths / 100, hundredths % 100);
            writeln!(body, "cpu,host=server-{number:04},region={region} usage_user={whole}.{rest:02} {time_ms}000000")?;
            host += 1;
            if host == hosts {
                host = 0;
                time_ms += STEP_MS;
            }
        }
        bodies.push(body);
    }
    Ok(bodies)
}

/// A share of a processor in hundredths of a percent that goes up and down at random, the same whenever it is asked.
struct Walk {
    random: Random,
    hundredths: u64,
}

impl Walk {
    fn new(host: usize) -> Self {
        let mut random = Random::new(host as u64 + 1);
        let hundredths = random.below(10_001);
        Self { random, hundredths }
    }

    fn step(&mut self) -> u64 {
        self.hundredths = (self.hundredths + self.random.below(301)).saturating_sub(150).min(10_000);
        self.hundredths
    }
}

/// Numbers that look random, from a seed (xorshift64*, Vigna 2016).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 up to `end`, not included.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_are_the_same_for_any_number_of_writers() {
        let lines = |writers: usize| {
            let bodies = bodies(8, 40_000, 1_700_000_000_000, writers).unwrap();
            assert!(bodies.iter().flatten().all(|body| body.split(|byte| *byte == b'\n').count() == BATCH_POINTS + 1));
            let text: Vec<u8> = bodies.concat().concat();
            let mut lines: Vec<String> = String::from_utf8(text).unwrap().lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        let alone = lines(1);
        assert_eq!(alone.len(), 40_000);
        assert!(alone.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(alone, lines(4));
        assert!(alone[0].starts_with("cpu,host=server-0000,region=ap-northeast-1 usage_user="), "{}", alone[0]);
    }
}
