//! One system, asked again and again until the end.

use std::collections::HashMap;
use std::sync::Arc;

use formats::pulled::Context;
use formats::{Limits, Problem, Received, Refusal};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{Pull, Reading, Request};
use crate::fetch::{Failure, Fetch, Fetched};
use crate::health::Board;
use crate::progress::{Progress, Range};
use crate::secrets::Secrets;
use crate::sink::{Clock, Covered, Pulled, Sink, Taken};
use crate::timetable::{Outcome, Timetable};

/// What all jobs share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) fetch: Arc<dyn Fetch>,
    pub(crate) board: Arc<Board>,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) limits: Limits,
}

/// One system that is asked.
pub(crate) struct Job {
    shared: Shared,
    /// Its place on the board.
    index: usize,
    pull: Pull,
    /// Of each request.
    progress: Vec<Progress>,
}

/// What one request gave.
struct Given {
    taken: Taken,
    bytes: usize,
    /// Why no row of it could be read, where there were rows: a page to log in may look like one.
    nothing_read: Option<Failure>,
}

impl Job {
    pub(crate) fn new(shared: Shared, index: usize, pull: Pull, covered: &HashMap<String, i64>) -> Self {
        let since = |request: &Request| Progress::since(covered.get(&request.key).copied());
        let progress = pull.requests.iter().map(since).collect();
        Self { shared, index, pull, progress }
    }

    /// Asks until `stop` says so, or nobody is left who could. What is being kept then is still kept.
    pub(crate) async fn run(mut self, seed: u64, mut stop: watch::Receiver<bool>) {
        let mut timetable = Timetable::new(self.pull.timing, seed, Instant::now());
        let mut due = timetable.first();
        loop {
            self.announce(due);
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return,
                () = tokio::time::sleep_until(due) => {}
            }
            self.shared.board.pull(self.index, |health| health.is_asking = true);
            let Some(outcome) = self.round(&mut stop).await else { return };
            due = timetable.next(outcome, Instant::now());
        }
    }

    fn announce(&self, due: Instant) {
        let wait_ms = due.saturating_duration_since(Instant::now()).as_millis();
        let next_ms = self.shared.clock.now_ms() + i64::try_from(wait_ms).unwrap_or(i64::MAX / 2);
        self.shared.board.pull(self.index, |health| {
            health.is_asking = false;
            health.next_ms = Some(next_ms);
        });
    }

    /// Asks every question once; a failure of one is none of the others. Nothing where it was stopped.
    async fn round(&mut self, stop: &mut watch::Receiver<bool>) -> Option<Outcome> {
        let start = Instant::now();
        let (mut failures, mut shortened, mut is_behind) = (Vec::new(), 0, false);
        let (mut taken, mut bytes) = (Taken::default(), 0);
        for number in 0..self.pull.requests.len() {
            let now_ms = self.shared.clock.now_ms();
            let request = self.pull.requests[number].clone();
            let range = self.progress[number].next(now_ms, &self.pull.timing, request.step);
            match self.ask(&request, range, stop).await? {
                Ok(given) => {
                    taken.kept += given.taken.kept;
                    taken.refused += given.taken.refused;
                    bytes += given.bytes;
                    self.progress[number].succeeded(range, &self.pull.timing);
                    is_behind |= range.is_short(now_ms, request.step);
                    // The same would be answered again, so that the time counts as asked for.
                    failures.extend(given.nothing_read);
                }
                Err(Failure::TooLarge { limit }) if self.pull.has_range(&request) => {
                    let is_shorter = self.progress[number].held_too_much(range, request.step);
                    shortened += usize::from(is_shorter);
                    let next = if is_shorter {
                        "a shorter time is asked for next"
                    } else {
                        "the shortest time holds too much"
                    };
                    failures.push(Failure::new(format!("the answer is larger than {limit}; {next}")));
                }
                Err(failure) => failures.push(failure),
            }
        }
        let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.tell(&failures, taken, bytes, duration_ms);
        // A shorter time is worth asking for at once.
        let has_failed = failures.len() > shortened;
        Some(match (has_failed, shortened > 0 || is_behind) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::Behind,
            (false, false) => Outcome::Done,
        })
    }

    fn tell(&self, failures: &[Failure], taken: Taken, bytes: usize, duration_ms: u64) {
        let sentences: Vec<String> = failures.iter().map(ToString::to_string).collect();
        let error = self.shared.secrets.scrub(&sentences.join("; "));
        let now_ms = self.shared.clock.now_ms();
        self.shared.board.pull(self.index, |health| {
            health.last_duration_ms = Some(duration_ms);
            health.longest_duration_ms = health.longest_duration_ms.max(duration_ms);
            health.kept += u64::try_from(taken.kept).unwrap_or(u64::MAX);
            health.refused += u64::try_from(taken.refused).unwrap_or(u64::MAX);
            health.bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
            if failures.is_empty() {
                health.successes += 1;
                health.failures_in_a_row = 0;
                health.last_success_ms = Some(now_ms);
            } else {
                health.failures += 1;
                health.failures_in_a_row += 1;
                health.last_error = Some((now_ms, error.clone()));
            }
        });
        if !failures.is_empty() {
            tracing::warn!(source = self.pull.name, error, "a source gave no answer; asked again later");
        }
    }

    /// Asks one question and gives the answer to the sink. Nothing where it was stopped while it waited for the answer.
    async fn ask(
        &self,
        request: &Request,
        range: Range,
        stop: &mut watch::Receiver<bool>,
    ) -> Option<Result<Given, Failure>> {
        let start = Instant::now();
        let fetched = tokio::select! {
            biased;
            () = stopped(stop) => return None,
            fetched = tokio::time::timeout(self.pull.timing.timeout, self.shared.fetch.fetch(&self.pull, request, range)) => fetched,
        };
        let timeout_s = self.pull.timing.timeout.as_secs_f64();
        let late = || Failure::new(format!("{} did not answer within {timeout_s} s", self.pull.address_name()));
        let fetched = fetched.unwrap_or_else(|_| Err(late()));
        let duration_s = start.elapsed().as_secs_f64();
        Some(match &request.reading {
            Reading::Scrape(_) => self.scraped(request, fetched, duration_s).await,
            _ => match fetched {
                Ok(fetched) => {
                    let context = self.context(request, true, duration_s);
                    match self.read(&context, &fetched) {
                        Ok(received) => self.deliver(request, range, &context, fetched, received).await,
                        Err(failure) => Err(failure),
                    }
                }
                Err(failure) => Err(failure),
            },
        })
    }

    /// A target that gave nothing that can be read is told as such: `up` is 0.
    async fn scraped(
        &self,
        request: &Request,
        fetched: Result<Fetched, Failure>,
        duration_s: f64,
    ) -> Result<Given, Failure> {
        let now_ms = self.shared.clock.now_ms();
        let range = Range { from_ms: now_ms, until_ms: now_ms };
        let failure = match fetched {
            Ok(fetched) => {
                let up = self.context(request, true, duration_s);
                match self.read(&up, &fetched) {
                    Ok(received) => return self.deliver(request, range, &up, fetched, received).await,
                    Err(failure) => failure,
                }
            }
            Err(failure) => failure,
        };
        let (down, nothing) = (self.context(request, false, duration_s), Fetched::default());
        let received = self.read(&down, &nothing)?;
        self.deliver(request, range, &down, nothing, received).await?;
        Err(failure)
    }

    fn context(&self, request: &Request, is_up: bool, duration_s: f64) -> Context {
        use crate::config::Kind;
        let time_ms = self.shared.clock.now_ms();
        match (&request.reading, self.pull.kind) {
            (Reading::Named(naming), Kind::InfluxQl) => Context::InfluxQl { time_ms, naming: naming.clone() },
            (Reading::Named(naming), Kind::Flux) => Context::Flux { time_ms, naming: naming.clone() },
            (Reading::Named(naming), _) => Context::Prometheus { time_ms, naming: naming.clone() },
            (Reading::Rows(mapping), _) => Context::Rows { time_ms, mapping: mapping.clone() },
            (Reading::Scrape(scrape), _) => {
                Context::Scrape { time_ms, scrape: formats::pulled::Scrape { is_up, duration_s, ..scrape.clone() } }
            }
        }
    }

    fn read(&self, context: &Context, fetched: &Fetched) -> Result<Received, Failure> {
        let read = context.read(&fetched.content_type, &fetched.body, &self.shared.limits);
        read.map_err(|refusal| unreadable(&refusal))
    }

    async fn deliver(
        &self,
        request: &Request,
        range: Range,
        context: &Context,
        fetched: Fetched,
        received: Received,
    ) -> Result<Given, Failure> {
        let Fetched { content_type, body } = fetched;
        let context_json = context.to_json().map_err(|error| Failure::new(error.to_string()))?;
        let covered = Covered { request: request.key.clone(), until_ms: range.until_ms };
        let bytes = body.len();
        let nothing_read = nothing_read(&received);
        let delivery = Pulled {
            source: self.pull.source.clone(),
            format: context.format(),
            context_json,
            content_type,
            body,
            received,
            covered: self.pull.has_range(request).then_some(covered),
        };
        let taken = self.shared.sink.take(delivery).await;
        let taken = taken.map_err(|error| Failure::new(format!("the answer could not be kept: {error}")))?;
        Ok(Given { taken, bytes, nothing_read })
    }
}

/// Why an answer of which every row was refused says nothing; what is no number is no measurement, and no failure.
fn nothing_read(received: &Received) -> Option<Failure> {
    let problem = received.samples.problems.iter().find(|problem| problem.code != "not-finite")?;
    received.samples.samples.is_empty().then(|| {
        let Problem { row, field, detail, expected, .. } = problem;
        Failure::new(format!("no row of the answer can be read: row {row}, {field}: {detail}; it should be {expected}"))
    })
}

/// Why an answer can't be read.
fn unreadable(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::TooManyRows { limit } => Failure::TooLarge { limit: format!("{limit} rows") },
        Refusal::TooMuchText { limit } => Failure::TooLarge { limit: format!("{limit} bytes of names and labels") },
        refusal => Failure::new(format!("the answer can't be read: {refusal}; it should be {}", refusal.expected())),
    }
}

/// Waits until the server stops.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Without somebody who could say so, the server has ended.
    let _ = stop.wait_for(|is_over| *is_over).await;
}
