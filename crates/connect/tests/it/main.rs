//! The sources at work: what the file says, when who is asked, and what comes of the answers.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod databases;
mod exchanges;
mod file;
mod real_servers;
mod statsd;
mod stub;
mod timetables;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use connect::{Clock, Config, Pulled, Sink, Taken};

/// The first millisecond of 2026.
const START_MS: i64 = 1_767_225_600_000;

/// Keeps what it is given, unless it is told to fail.
#[derive(Default)]
struct Kept {
    deliveries: Mutex<Vec<Pulled>>,
    failures: Mutex<u32>,
}

impl Kept {
    fn all(&self) -> Vec<Pulled> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fail(&self, times: u32) {
        *self.failures.lock().unwrap_or_else(PoisonError::into_inner) = times;
    }

    /// The samples of all deliveries as lines.
    fn lines(&self) -> Vec<String> {
        self.all().iter().flat_map(lines_of).collect()
    }
}

/// Series, labels, value and time of each sample.
fn lines_of(pulled: &Pulled) -> Vec<String> {
    let line = |sample: &formats::Sample| {
        let labels: Vec<String> = sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let time = sample.time_ms.map_or_else(|| "never".to_owned(), |time_ms| (time_ms - START_MS).to_string());
        format!("{}{{{}}} {} @{time}", sample.series, labels.join(","), sample.value)
    };
    pulled.received.samples.samples.iter().map(line).collect()
}

#[async_trait]
impl Sink for Kept {
    async fn take(&self, delivery: Pulled) -> Result<Taken, String> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if *failures > 0 {
            *failures -= 1;
            return Err("the disk is full".to_owned());
        }
        let read_again = formats::pulled::read(
            &delivery.context_json,
            &delivery.content_type,
            &delivery.body,
            &formats::Limits { rows: 1_000, body_bytes: 100_000, ..formats::Limits::default() },
        );
        assert_eq!(read_again.ok().as_ref(), Some(&delivery.received), "what is kept reads back as it was");
        let taken = Taken { kept: delivery.received.samples.samples.len(), refused: delivery.received.rejected() };
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).push(delivery);
        Ok(taken)
    }
}

/// Tokio's clock, which tests may stop, as the time of day.
struct TestClock(tokio::time::Instant);

impl TestClock {
    fn start() -> Arc<Self> {
        Arc::new(Self(tokio::time::Instant::now()))
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        START_MS + i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

fn limits() -> formats::Limits {
    formats::Limits { rows: 1_000, body_bytes: 100_000, ..formats::Limits::default() }
}

/// The secret of every test.
const SECRET: &str = "hunter2-hunter2";

fn environment(name: &str) -> Option<String> {
    name.ends_with("SECRET").then(|| SECRET.to_owned())
}

fn config(document: &str) -> Config {
    match Config::read(document, &environment) {
        Ok(config) => config,
        Err(errors) => panic!("{errors:#?}"),
    }
}

fn parts(sink: &Arc<Kept>, clock: &Arc<TestClock>) -> connect::Parts {
    let (sink, clock) = (Arc::clone(sink), Arc::clone(clock));
    connect::Parts { sink, clock, seed: 1, limits: limits(), covered: std::collections::HashMap::new() }
}
