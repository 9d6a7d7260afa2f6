//! Gives what was gathered to the sink, again and again until it is kept.

use std::time::Duration;

use formats::pulled::Context;
use formats::statsd::{self, Gauges};
use tokio::sync::{mpsc, watch};

use super::Batch;
use crate::job::{Shared, stopped};
use crate::sink::Pulled;

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

pub(super) struct Keeper {
    source: String,
    shared: Shared,
    gauges: Gauges,
}

impl Keeper {
    pub(super) fn new(source: String, shared: Shared) -> Self {
        Self { source, shared, gauges: Gauges::default() }
    }

    /// Keeps batches until there will be none.
    pub(super) async fn run(mut self, mut batches: mpsc::Receiver<Batch>, mut stop: watch::Receiver<bool>) {
        while let Some(batch) = batches.recv().await {
            let datagrams = batch.datagrams;
            let kept = match self.delivery(batch) {
                Ok(delivery) => self.keep(&delivery, &mut stop).await,
                Err(error) => {
                    self.tell(error);
                    false
                }
            };
            if !kept {
                self.shared.board.statsd(|health| health.dropped += datagrams);
            }
        }
    }

    fn delivery(&mut self, batch: Batch) -> Result<Pulled, String> {
        let limits = &self.shared.limits;
        let before = self.gauges.advance(&statsd::read(&batch.lines, limits), limits);
        let context = Context::StatsD { time_ms: batch.time_ms, gauges: before };
        let content_type = "text/plain; charset=utf-8".to_owned();
        let received = context.read(&content_type, &batch.lines, limits).map_err(|refusal| refusal.to_string())?;
        Ok(Pulled {
            source: self.source.clone(),
            format: context.format(),
            context_json: context.to_json().map_err(|error| error.to_string())?,
            content_type,
            body: batch.lines,
            received,
            covered: None,
        })
    }

    /// Tries until it is kept; when the server stops, once more. Says whether it is kept.
    async fn keep(&self, delivery: &Pulled, stop: &mut watch::Receiver<bool>) -> bool {
        let mut wait = FIRST_WAIT;
        loop {
            let is_last = *stop.borrow();
            match self.shared.sink.take(delivery.clone()).await {
                Ok(taken) => {
                    let now_ms = self.shared.clock.now_ms();
                    self.shared.board.statsd(|health| {
                        health.last_success_ms = Some(now_ms);
                        health.deliveries += 1;
                        health.kept += u64::try_from(taken.kept).unwrap_or(u64::MAX);
                        health.refused += u64::try_from(taken.refused).unwrap_or(u64::MAX);
                    });
                    return true;
                }
                Err(error) => self.tell(format!("what was heard could not be kept: {error}")),
            }
            if is_last {
                return false;
            }
            tokio::select! {
                () = stopped(stop) => {}
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
            }
        }
    }

    fn tell(&self, error: String) {
        tracing::warn!(source = self.source, error, "StatsD metrics could not be kept");
        let now_ms = self.shared.clock.now_ms();
        self.shared.board.statsd(|health| health.last_error = Some((now_ms, error)));
    }
}
