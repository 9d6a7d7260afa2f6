//! All sources of a file at work.

use std::collections::HashMap;
use std::sync::Arc;

use formats::Limits;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::config::Config;
use crate::fetch::{Fetch, Network};
use crate::health::Board;
use crate::job::{Job, Shared};
use crate::sink::{Clock, Sink};
use crate::statsd::Listener;

/// What the sources work with.
pub struct Parts {
    pub sink: Arc<dyn Sink>,
    pub clock: Arc<dyn Clock>,
    /// Of the chance in jitter.
    pub seed: u64,
    /// Of one answer, and of one interval of datagrams.
    pub limits: Limits,
    /// Up to when requests were answered before the start, by [`crate::Covered::request`]; a request that is not in it asks for
    /// its whole look-back.
    pub covered: HashMap<String, i64>,
}

/// Why the sources can't begin.
#[derive(Debug, thiserror::Error)]
#[error("[statsd]: can't listen at {address}: {cause}")]
pub struct OpenError {
    pub address: std::net::SocketAddr,
    #[source]
    pub cause: std::io::Error,
}

/// All sources of a file.
pub struct Connections {
    shared: Shared,
    config: Config,
    seed: u64,
    covered: HashMap<String, i64>,
    statsd: Option<Listener>,
}

impl Connections {
    /// Binds what listens; nothing is asked yet.
    ///
    /// # Errors
    /// [`OpenError`] where an address is taken or is not this computer's.
    pub async fn open(config: Config, parts: Parts) -> Result<Self, OpenError> {
        let fetch = Arc::new(Network::new(parts.limits));
        Self::open_with(config, parts, fetch).await
    }

    /// As [`Self::open`], with another way to the other systems.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(config: Config, parts: Parts, fetch: Arc<dyn Fetch>) -> Result<Self, OpenError> {
        let Parts { sink, clock, seed, limits, covered } = parts;
        let board = Arc::new(Board::new(&config));
        let secrets = Arc::new(config.secrets.clone());
        let shared = Shared { sink, clock, fetch, board, secrets, limits };
        let statsd = match &config.statsd {
            None => None,
            Some(statsd) => {
                let failed = |cause| OpenError { address: statsd.address, cause };
                let socket = UdpSocket::bind(statsd.address).await.map_err(failed)?;
                // With the port 0 the system chose one.
                let bound = socket.local_addr().map_err(failed)?;
                shared.board.statsd(|health| health.address = bound.to_string());
                Some(Listener { socket, source: statsd.source.clone(), every: statsd.every, shared: shared.clone() })
            }
        };
        Ok(Self { shared, config, seed, covered, statsd })
    }

    /// How the sources do, now and while they run.
    pub fn board(&self) -> Arc<Board> {
        Arc::clone(&self.shared.board)
    }

    /// Asks and listens until `stop` says so, or nobody is left who could; then ends within the time of what is being kept.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let mut chance = Chance::new(self.seed);
        let mut tasks = JoinSet::new();
        for (index, pull) in self.config.pulls.into_iter().enumerate() {
            let job = Job::new(self.shared.clone(), index, pull, &self.covered);
            tasks.spawn(job.run(chance.next(), stop.clone()));
        }
        if let Some(statsd) = self.statsd {
            tasks.spawn(statsd.run(stop));
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(error = &error as &dyn std::error::Error, "a source has stopped");
            }
        }
    }
}
