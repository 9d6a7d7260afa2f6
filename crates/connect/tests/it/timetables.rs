//! When sources are asked. Tokio's clock is stopped here, so hours pass at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connect::{Board, Config, Connections, Failure, Fetch, Fetched, Parts, Pull, Range, Request};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::stub::{Server, response};
use crate::{Kept, SECRET, START_MS, TestClock, config, parts};

/// What a scripted source does: how long it takes, and what it says then.
type Script = dyn Fn(&Pull, &Request, Range, usize) -> (Duration, Result<String, Failure>) + Send + Sync;

/// Answers as scripted and remembers who asked when.
struct Scripted {
    script: Box<Script>,
    asked: Mutex<Vec<(String, Duration, Range)>>,
    /// How many are being asked now, by source, and the most there ever were.
    now: Mutex<HashMap<String, (usize, usize)>>,
    start: Instant,
}

impl Scripted {
    fn new(
        script: impl Fn(&Pull, &Request, Range, usize) -> (Duration, Result<String, Failure>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            asked: Mutex::default(),
            now: Mutex::default(),
            start: Instant::now(),
        })
    }

    /// When a source was asked, in seconds since the start.
    fn times(&self, name: &str) -> Vec<u64> {
        self.asked.lock().unwrap().iter().filter(|(asked, ..)| asked == name).map(|(_, at, _)| at.as_secs()).collect()
    }

    fn ranges(&self, name: &str) -> Vec<Range> {
        self.asked.lock().unwrap().iter().filter(|(asked, ..)| asked == name).map(|(_, _, range)| *range).collect()
    }
}

#[async_trait]
impl Fetch for Scripted {
    async fn fetch(&self, pull: &Pull, request: &Request, range: Range) -> Result<Fetched, Failure> {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            asked.push((pull.name.clone(), self.start.elapsed(), range));
            asked.iter().filter(|(name, ..)| *name == pull.name).count()
        };
        {
            let mut now = self.now.lock().unwrap();
            let (running, most) = now.entry(pull.name.clone()).or_default();
            *running += 1;
            *most = (*most).max(*running);
        }
        let _leaves = Leaves(self, pull.name.clone());
        let (takes, said) = (self.script)(pull, request, range, number);
        tokio::time::sleep(takes).await;
        Ok(Fetched { content_type: "application/json".to_owned(), body: said?.into_bytes() })
    }
}

/// Counts an exchange that ended, also where it was dropped.
struct Leaves<'a>(&'a Scripted, String);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        if let Some((running, _)) = self.0.now.lock().unwrap().get_mut(&self.1) {
            *running -= 1;
        }
    }
}

fn source(name: &str, every: &str, more: &str) -> String {
    format!(
        "[[pull]]\nname = \"{name}\"\nkind = \"json\"\nurl = \"http://{name}.example/${{PATH_SECRET}}?{{from_ms}}\"\nevery = \"{every}\"\njitter = \"0 s\"\ntimeout = \"20 s\"\n{more}\n[[pull.query]]\nseries = \"{name}\"\nvalue = \"/v\"\n"
    )
}

/// Runs the sources for so long and stops them.
async fn run(config: Config, parts: Parts, fetch: Arc<Scripted>, length: Duration) -> Arc<Board> {
    let connections = Connections::open_with(config, parts, fetch).await.unwrap();
    let board = connections.board();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(connections.run(stopped));
    tokio::time::sleep(length).await;
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(1), running).await.expect("all stop at once").unwrap();
    board
}

const OK: &str = "[{\"v\":1}]";
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(start_paused = true)]
async fn each_source_is_asked_on_its_own_interval_and_nothing_is_left_out_between() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, _, _, _| (Duration::from_millis(100), Ok(OK.to_owned())));
    let document = source("a", "1 min", "") + &source("b", "7 s", "");
    let board =
        run(config(&document), parts(&sink, &clock), Arc::clone(&fetch), MINUTE * 4 + Duration::from_secs(1)).await;
    assert_eq!(fetch.times("a"), [0, 60, 120, 180, 240]);
    assert_eq!(fetch.times("b").len(), 35);
    let ranges = fetch.ranges("a");
    assert_eq!(ranges[0], Range { from_ms: START_MS - 86_400_000, until_ms: START_MS });
    assert!(ranges.windows(2).all(|pair| pair[1].from_ms == pair[0].until_ms), "{ranges:?}");
    let health = &board.snapshot().pulls[0];
    assert_eq!((health.successes, health.failures, health.kept), (5, 0, 5));
    assert_eq!(health.next_ms, Some(START_MS + 300_000));
    assert_eq!(health.last_success_ms, Some(START_MS + 240_100));
    assert_eq!(health.last_duration_ms, Some(100));
    let covered = sink.all()[0].covered.clone().unwrap();
    assert_eq!((covered.request.as_str(), covered.until_ms), ("a #1", START_MS));
}

#[tokio::test(start_paused = true)]
async fn a_slow_source_is_never_asked_twice_at_once_and_a_broken_one_delays_nobody() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|pull, _, _, _| match pull.name.as_str() {
        "slow" => (Duration::from_secs(15), Ok(OK.to_owned())),
        "hangs" => (Duration::from_hours(1_000), Ok(OK.to_owned())),
        "broken" => (Duration::ZERO, Err(Failure::Failed("no".to_owned()))),
        _ => (Duration::ZERO, Ok(OK.to_owned())),
    });
    let document: String = ["broken", "hangs", "slow", "good"].map(|name| source(name, "10 s", "")).concat();
    let board = run(config(&document), parts(&sink, &clock), Arc::clone(&fetch), Duration::from_secs(605)).await;
    assert_eq!(fetch.times("good").len(), 61);
    assert_eq!(&fetch.times("slow")[..4], [0, 15, 30, 45], "asked again as soon as it answered");
    let most: Vec<usize> = fetch.now.lock().unwrap().values().map(|(_, most)| *most).collect();
    assert_eq!(most, [1, 1, 1, 1]);
    let broken = fetch.times("broken");
    assert!((6..=7).contains(&broken.len()), "10, 20, 40, 80, 160, 320 s between: {broken:?}");
    let hanging = &board.snapshot().pulls[1];
    let (_, told) = hanging.last_error.clone().unwrap();
    assert_eq!(told, "http://hangs.example did not answer within 20 s");
    assert!(hanging.failures_in_a_row >= 5);
}

#[tokio::test(start_paused = true)]
async fn what_a_source_held_while_it_was_away_is_asked_for_when_it_is_back() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, _, _, number| {
        let away = (3..=8).contains(&number);
        (Duration::ZERO, if away { Err(Failure::Failed("away".to_owned())) } else { Ok(OK.to_owned()) })
    });
    let board =
        run(config(&source("a", "1 min", "")), parts(&sink, &clock), Arc::clone(&fetch), Duration::from_hours(1)).await;
    let ranges = fetch.ranges("a");
    let back = &ranges[8];
    assert_eq!(back.from_ms, START_MS + 60_000, "from the last success on");
    assert!(back.until_ms - back.from_ms > 1_500_000, "over the whole outage");
    let health = &board.snapshot().pulls[0];
    assert_eq!((health.failures, health.failures_in_a_row), (6, 0));
    assert!(health.last_error.is_some(), "the last error stays");
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_kept_is_asked_for_again() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    sink.fail(2);
    let fetch = Scripted::new(|_, _, _, _| (Duration::ZERO, Ok(OK.to_owned())));
    let board = run(config(&source("a", "1 min", "")), parts(&sink, &clock), Arc::clone(&fetch), MINUTE * 5).await;
    let ranges = fetch.ranges("a");
    assert!(ranges[..3].iter().all(|range| range.until_ms - range.from_ms == 86_400_000), "{ranges:?}");
    assert!(ranges[3].from_ms > START_MS);
    let (_, told) = board.snapshot().pulls[0].last_error.clone().unwrap();
    assert_eq!(told, "the answer could not be kept: the disk is full");
}

#[tokio::test(start_paused = true)]
async fn what_was_covered_before_the_start_is_not_asked_for_again() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, _, _, _| (Duration::ZERO, Ok(OK.to_owned())));
    let covered = HashMap::from([("a #1".to_owned(), START_MS - 90_000)]);
    let parts = Parts { covered, ..parts(&sink, &clock) };
    run(config(&source("a", "1 min", "overlap = \"30 s\"")), parts, Arc::clone(&fetch), Duration::from_secs(1)).await;
    assert_eq!(fetch.ranges("a"), [Range { from_ms: START_MS - 120_000, until_ms: START_MS }]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_large_is_asked_for_in_parts_that_miss_nothing() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    // A sample a second, and at most a thousand rows in an answer.
    let fetch = Scripted::new(|_, _, range, _| {
        let whole = |time_ms: i64| (time_ms + 999).div_euclid(1_000);
        let samples: Vec<String> =
            (whole(range.from_ms)..whole(range.until_ms)).map(|second| format!("{{\"v\":{second}}}")).collect();
        (Duration::from_millis(50), Ok(format!("[{}]", samples.join(","))))
    });
    let board = run(
        config(&source("a", "10 min", "look_back = \"2 hours\"")),
        parts(&sink, &clock),
        Arc::clone(&fetch),
        MINUTE * 9,
    )
    .await;
    let mut seen: Vec<i64> = Vec::new();
    for delivery in sink.all() {
        #[expect(clippy::cast_possible_truncation, reason = "seconds as this test wrote them")]
        seen.extend(delivery.received.samples.samples.iter().map(|sample| sample.value as i64));
    }
    // The first tries were too large, and the look-back went on with the clock.
    let first = seen[0];
    assert!((0..10).contains(&(first - (START_MS / 1_000 - 7_200))), "{first}");
    assert!(*seen.last().unwrap() >= START_MS / 1_000, "{} samples", seen.len());
    assert!(seen.iter().copied().eq(first..first + i64::try_from(seen.len()).unwrap()), "each once and in order");
    let health = &board.snapshot().pulls[0];
    assert!(health.failures < 20 && health.failures_in_a_row == 0, "{health:?}");
}

#[tokio::test(start_paused = true)]
async fn wrong_answers_are_told_and_nothing_of_them_is_kept() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, _, _, _| (Duration::ZERO, Ok(format!("<html>{SECRET}</html>"))));
    let board = run(config(&source("a", "1 min", "")), parts(&sink, &clock), Arc::clone(&fetch), MINUTE).await;
    let (_, told) = board.snapshot().pulls[0].last_error.clone().unwrap();
    assert!(told.starts_with("the answer can't be read: ") && told.contains("it should be well-formed JSON"), "{told}");
    assert!(sink.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn secrets_that_another_system_repeats_are_not_told() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, _, _, _| (Duration::ZERO, Err(Failure::Failed(format!("wrong token {SECRET}")))));
    let board = run(config(&source("a", "1 min", "")), parts(&sink, &clock), fetch, Duration::from_secs(1)).await;
    let text = format!("{:?}", board.snapshot());
    assert!(!text.contains(SECRET) && text.contains("wrong token ${PATH_SECRET}"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn one_question_that_fails_holds_up_no_other_of_the_same_source() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, request, _, _| {
        let fails = request.key == "a #1";
        (Duration::ZERO, if fails { Err(Failure::Failed("no".to_owned())) } else { Ok(OK.to_owned()) })
    });
    let document = source("a", "1 min", "") + "[[pull.query]]\nseries = \"second\"\nvalue = \"/v\"\n";
    run(config(&document), parts(&sink, &clock), fetch, Duration::from_secs(1)).await;
    assert_eq!(sink.lines(), ["second{} 1 @0"]);
}

#[tokio::test]
async fn a_target_is_scraped_and_told_as_down_when_it_is() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let up = Server::start(|_| {
        let body = b"# TYPE a gauge\na{x=\"1\"} 5\na{x=\"2\"} 6 1767225599.000\n# EOF\n";
        response("200 OK", "Content-Type: application/openmetrics-text; version=1.0.0\r\n", body)
    });
    let half = Server::start(|_| response("200 OK", "Content-Type: application/openmetrics-text\r\n", b"a 5\n"));
    let document = format!(
        "[[pull]]\nname = \"node\"\nkind = \"scrape\"\nevery = \"1 hour\"\njitter = \"0 s\"\nadd = {{ env = \"test\" }}\nurls = [\"{}/metrics\", \"{}/metrics\", \"http://127.0.0.1:9/metrics\"]\n",
        up.url, half.url
    );
    let connections = Connections::open(config(&document), parts(&sink, &clock)).await.unwrap();
    let board = connections.board();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(connections.run(stopped));
    let all_asked = async {
        while board.snapshot().pulls.iter().any(|health| health.successes + health.failures == 0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all_asked).await.expect("all are asked");
    drop(stop);
    running.await.unwrap();
    let lines = sink.lines();
    let of = |url: &str, series: &str| {
        let instance = url.trim_start_matches("http://").to_owned();
        let found = lines
            .iter()
            .filter(|line| line.starts_with(series) && line.contains(&format!("instance={instance},job=node")));
        found
            .map(|line| line.split(" @").next().unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&up.url, "a{"), ["5", "6"]);
    assert!(lines.iter().any(|line| line.starts_with("a{env=test") && line.ends_with(" 6 @-1000")), "{lines:?}");
    assert_eq!(of(&up.url, "up{"), ["1"]);
    assert_eq!(of(&half.url, "up{"), ["0"]);
    assert_eq!(of("http://127.0.0.1:9", "up{"), ["0"]);
    assert_eq!(of("http://127.0.0.1:9", "scrape_duration_seconds{").len(), 1);
    let failures: Vec<u64> = board.snapshot().pulls.iter().map(|health| health.failures).collect();
    assert_eq!(failures, [0, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_page_instead_of_metrics_is_a_target_that_is_down() {
    for page in [
        "<html><title>Log in</title>\nCopyright 2024\n</html>",
        "{\"error\":\"login required\"}",
        "Please log in",
        "",
        "# HELP a Nothing\n",
    ] {
        let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
        let fetch = Scripted::new(move |_, _, _, _| (Duration::ZERO, Ok(page.to_owned())));
        let document = "[[pull]]\nname = \"node\"\nkind = \"scrape\"\nevery = \"1 hour\"\njitter = \"0 s\"\nurl = \"http://127.0.0.1:9/m\"\n";
        let board = run(config(document), parts(&sink, &clock), fetch, Duration::from_secs(1)).await;
        let lines = sink.lines();
        assert!(lines.iter().any(|line| line.starts_with("up{") && line.contains("} 0 @")), "{page}: {lines:?}");
        let health = &board.snapshot().pulls[0];
        assert_eq!((health.successes, health.failures), (0, 1), "{page}");
        assert!(health.last_error.as_ref().unwrap().1.starts_with("the answer can't be read: "), "{page}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_which_every_row_is_refused_is_a_failure_of_the_source() {
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let fetch = Scripted::new(|_, _, _, _| (Duration::ZERO, Ok("{\"message\":\"log in\"}".to_owned())));
    let board = run(config(&source("a", "1 hour", "")), parts(&sink, &clock), fetch, Duration::from_secs(1)).await;
    let health = &board.snapshot().pulls[0];
    assert_eq!((health.successes, health.failures), (0, 1));
    let told = &health.last_error.as_ref().unwrap().1;
    assert!(told.starts_with("no row of the answer can be read: row 1, value"), "{told}");
}
