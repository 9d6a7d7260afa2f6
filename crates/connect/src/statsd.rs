//! Listens for `StatsD` datagrams. Those of an interval are one delivery: its body holds them as lines.
//!
//! Receiving never waits for keeping. Up to five intervals wait in memory; what comes beyond is dropped and counted.

mod keeper;

use std::sync::Arc;
use std::time::Duration;

use formats::Limits;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use crate::health::Board;
use crate::job::{Shared, stopped};

/// The largest datagram there is.
const DATAGRAM_BYTES: usize = 65_535;
/// Bytes of one delivery.
const BATCH_BYTES: usize = 4 << 20;
/// Deliveries that wait.
const WAITING: usize = 4;

/// What was gathered in an interval.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    lines: Vec<u8>,
    /// An upper bound of the metrics in it.
    metrics: usize,
    datagrams: u64,
    time_ms: i64,
}

impl Batch {
    fn has_room(&self, datagram: &[u8], metrics: usize, limits: &Limits) -> bool {
        self.metrics + metrics <= limits.rows && self.lines.len() + datagram.len() < BATCH_BYTES
    }

    fn add(&mut self, datagram: &[u8], metrics: usize) {
        self.lines.extend_from_slice(datagram);
        if !datagram.ends_with(b"\n") {
            self.lines.push(b'\n');
        }
        self.metrics += metrics;
        self.datagrams += 1;
    }
}

/// A bound socket.
pub(crate) struct Listener {
    pub(crate) socket: UdpSocket,
    pub(crate) source: String,
    pub(crate) every: Duration,
    pub(crate) shared: Shared,
}

impl Listener {
    /// Listens until `stop` says so; what was gathered by then is still delivered.
    pub(crate) async fn run(self, stop: watch::Receiver<bool>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let keeper = keeper::Keeper::new(self.source, self.shared.clone());
        let gatherer = Gatherer {
            socket: self.socket,
            every: self.every,
            shared: self.shared,
            sender,
            batch: Batch::default(),
            last_ms: 0,
        };
        tokio::join!(gatherer.run(stop.clone()), keeper.run(receiver, stop));
    }
}

struct Gatherer {
    socket: UdpSocket,
    every: Duration,
    shared: Shared,
    sender: mpsc::Sender<Batch>,
    batch: Batch,
    /// The time of the last batch: two of one time would be one.
    last_ms: i64,
}

impl Gatherer {
    async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut interval = tokio::time::interval_at(tokio::time::Instant::now() + self.every, self.every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut buffer = vec![0; DATAGRAM_BYTES];
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                _ = interval.tick() => self.flush(),
                received = self.socket.recv(&mut buffer) => match received {
                    Ok(length) => self.take(&buffer[..length]),
                    Err(error) => {
                        let now_ms = self.shared.clock.now_ms();
                        self.board().statsd(|health| health.last_error = Some((now_ms, error.to_string())));
                        // An error that stays must not keep the processor busy.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
        self.flush();
    }

    fn board(&self) -> &Arc<Board> {
        &self.shared.board
    }

    fn take(&mut self, datagram: &[u8]) {
        let now_ms = self.shared.clock.now_ms();
        // A value stands behind a colon each; a line without one is a problem, which is bounded as well.
        let metrics = 1 + datagram.iter().filter(|byte| matches!(byte, b':' | b'\n')).count();
        let limits = self.shared.limits;
        if !self.batch.has_room(datagram, metrics, &limits) {
            self.flush();
        }
        let fits = self.batch.has_room(datagram, metrics, &limits);
        if fits {
            self.batch.add(datagram, metrics);
        }
        self.board().statsd(|health| {
            health.datagrams += 1;
            health.bytes += u64::try_from(datagram.len()).unwrap_or(u64::MAX);
            health.dropped += u64::from(!fits);
            health.last_datagram_ms = Some(now_ms);
        });
    }

    fn flush(&mut self) {
        if self.batch.lines.is_empty() {
            return;
        }
        self.last_ms = self.shared.clock.now_ms().max(self.last_ms + 1);
        let batch = Batch { time_ms: self.last_ms, ..std::mem::take(&mut self.batch) };
        if let Err(error) = self.sender.try_send(batch) {
            let dropped = error.into_inner().datagrams;
            self.board().statsd(|health| health.dropped += dropped);
        }
    }
}
