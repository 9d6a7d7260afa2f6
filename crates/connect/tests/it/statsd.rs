//! Datagrams over the computer's own network.

use std::sync::Arc;
use std::time::Duration;

use connect::{Board, Connections, StatsDHealth};
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{Kept, TestClock, config, parts};

struct Running {
    sink: Arc<Kept>,
    board: Arc<Board>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    sender: UdpSocket,
}

impl Running {
    async fn start(host: &str, every: &str) -> Option<Self> {
        let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
        let document = format!("[statsd]\naddress = \"{host}:0\"\nevery = \"{every}\"\nsource = \"apps\"\n");
        let connections = Connections::open(config(&document), parts(&sink, &clock)).await.ok()?;
        let board = connections.board();
        let sender = UdpSocket::bind(format!("{host}:0")).await.unwrap();
        sender.connect(board.snapshot().statsd.unwrap().address).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(connections.run(stopped));
        Some(Self { sink, board, stop, task, sender })
    }

    fn health(&self) -> StatsDHealth {
        self.board.snapshot().statsd.unwrap()
    }

    async fn send(&self, datagram: &[u8]) {
        let before = self.health().datagrams;
        self.sender.send(datagram).await.unwrap();
        self.until(|health| health.datagrams > before).await;
    }

    async fn until(&self, is_so: impl Fn(&StatsDHealth) -> bool) {
        let waited = async {
            while !is_so(&self.health()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waited).await.expect("it happens");
    }

    async fn stop(self) -> (Arc<Kept>, StatsDHealth) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap();
        let health = self.board.snapshot().statsd.unwrap();
        (self.sink, health)
    }
}

fn without_times(sink: &Kept) -> Vec<String> {
    sink.lines().iter().map(|line| line.split(" @").next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn datagrams_of_an_interval_are_one_delivery_with_their_lines() {
    let running = Running::start("127.0.0.1", "1 min").await.unwrap();
    for datagram in
        [&b"hits:1|c\nusers:10|g"[..], b"hits:2|c|#page:home", b"users:+5|g\n", b"what is this", b"hits:4|c"]
    {
        running.send(datagram).await;
    }
    let (sink, health) = running.stop().await;
    assert_eq!(without_times(&sink), ["hits{} 5", "hits{page=home} 2", "users{} 15"]);
    let all = sink.all();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].source, "apps");
    assert_eq!(all[0].format, "statsd");
    assert_eq!(all[0].body, b"hits:1|c\nusers:10|g\nhits:2|c|#page:home\nusers:+5|g\nwhat is this\nhits:4|c\n");
    assert_eq!(all[0].received.rejected(), 1);
    assert_eq!((health.datagrams, health.dropped, health.deliveries, health.kept, health.refused), (5, 0, 1, 3, 1));
}

#[tokio::test]
async fn intervals_follow_each_other_and_changes_of_gauges_count_on() {
    let running = Running::start("127.0.0.1", "1 s").await.unwrap();
    running.send(b"users:10|g").await;
    running.until(|health| health.deliveries == 1).await;
    running.send(b"users:-3|g").await;
    running.until(|health| health.deliveries == 2).await;
    running.send(b"users:+1|g").await;
    let (sink, _) = running.stop().await;
    assert_eq!(without_times(&sink), ["users{} 10", "users{} 7", "users{} 8"]);
    let times: Vec<Option<i64>> = sink.all().iter().map(|pulled| pulled.received.samples.samples[0].time_ms).collect();
    assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
}

#[tokio::test]
async fn what_could_not_be_kept_is_tried_again() {
    let running = Running::start("127.0.0.1", "1 min").await.unwrap();
    running.sink.fail(1);
    running.send(b"a:1|c").await;
    let (sink, health) = running.stop().await;
    let told = health.last_error.as_ref().map(|(_, error)| error.as_str());
    assert_eq!(told, Some("what was heard could not be kept: the disk is full"));
    // When the server stops it is tried once; the loss is counted.
    assert_eq!((sink.all().len(), health.dropped), (0, 1));
    let running = Running::start("127.0.0.1", "1 s").await.unwrap();
    running.sink.fail(1);
    running.send(b"a:1|c").await;
    running.until(|health| health.deliveries == 1).await;
    let (sink, health) = running.stop().await;
    assert_eq!((without_times(&sink), health.dropped), (vec!["a{} 1".to_owned()], 0));
}

#[tokio::test]
async fn more_metrics_than_a_delivery_holds_are_several_and_a_datagram_of_too_many_is_dropped() {
    let running = Running::start("127.0.0.1", "1 min").await.unwrap();
    // At most a thousand metrics in a delivery here.
    let lines = (0..400).map(|number| format!("n{number}:1|c")).collect::<Vec<_>>().join("\n");
    for _ in 0..5 {
        running.send(lines.as_bytes()).await;
    }
    running.send("x:1|c\n".repeat(1_001).as_bytes()).await;
    let (sink, health) = running.stop().await;
    let sum: f64 =
        sink.all().iter().flat_map(|pulled| &pulled.received.samples.samples).map(|sample| sample.value).sum();
    assert!((sum - 2_000.0).abs() < 1e-9, "{sum}");
    assert!(sink.all().len() >= 5, "{}", sink.all().len());
    assert_eq!((health.datagrams, health.dropped), (6, 1));
}

#[tokio::test]
async fn a_computer_with_ipv6_listens_there_too() {
    // Where there is no IPv6 there is nothing to be shown.
    let Some(running) = Running::start("[::1]", "1 min").await else { return };
    running.send(b"a:1|c").await;
    let (sink, _) = running.stop().await;
    assert_eq!(without_times(&sink), ["a{} 1"]);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let taken = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let (sink, clock) = (Arc::new(Kept::default()), TestClock::start());
    let opened = Connections::open(config(&format!("[statsd]\naddress = \"{address}\"\n")), parts(&sink, &clock)).await;
    let told = opened.err().expect("an error").to_string();
    assert_eq!(told, format!("[statsd]: can't listen at {address}: Address already in use (os error 98)"));
}
