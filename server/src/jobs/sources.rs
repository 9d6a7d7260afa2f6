//! What the server fetches by itself: answers go the same way as what is pushed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use connect::{Board, Clock, Config, Connections, Parts, Pulled, Sink, Taken};
use service::Dashboard;
use service::reading::{EventMappings, PayloadDecoder, limits};
use service::receive::Incoming;
use tokio::sync::watch;

use super::Leadership;
use crate::commands::Failure;

/// Where answers are kept.
struct Inbox {
    dashboard: Arc<Dashboard>,
    covered: std::sync::Mutex<HashMap<String, i64>>,
}

#[async_trait]
impl Sink for Inbox {
    async fn take(&self, delivery: Pulled) -> Result<Taken, String> {
        let reading = PayloadDecoder::kept(delivery.format, &delivery.context_json);
        let reading = reading.ok_or_else(|| format!("the format {} is not known", delivery.format))?;
        let incoming = Incoming {
            source: delivery.source,
            content_type: delivery.content_type,
            body: delivery.body,
            unpacked: None,
            reading,
            partial: true,
        };
        let taken = self.dashboard.ingest(incoming).await.map_err(|error| error.to_string())?;
        if let Some(covered) = delivery.covered {
            let all = {
                let mut all = self.covered.lock().unwrap_or_else(PoisonError::into_inner);
                all.insert(covered.request, covered.until_ms);
                all.clone()
            };
            // The samples are kept; without this they are only asked for once more after a start.
            if let Err(error) = self.dashboard.remember_covered(&all).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "up to when a source was asked could not be kept");
            }
        }
        Ok(Taken { kept: taken.kept, refused: taken.refused_rows() })
    }
}

/// The dashboard's clock for the sources.
struct Time(Arc<Dashboard>);

impl Clock for Time {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }
}

/// What becomes of the events of each source of the file.
pub fn event_mappings(config: &Config) -> EventMappings {
    EventMappings(config.events.iter().map(|events| (events.source.clone(), events.mapping.clone())).collect())
}

/// The sources of the file, bound and not yet running.
///
/// # Errors
/// [`Failure`] where an address is taken, or the store can't be read.
pub async fn open_sources(dashboard: &Arc<Dashboard>, config: Config) -> Result<Connections, Failure> {
    let covered = dashboard.covered().await.map_err(Failure::store)?;
    let sink = Inbox { dashboard: Arc::clone(dashboard), covered: std::sync::Mutex::new(covered.clone()) };
    let parts = Parts {
        sink: Arc::new(sink),
        clock: Arc::new(Time(Arc::clone(dashboard))),
        seed: u64::try_from(dashboard.now_ms()).unwrap_or_default(),
        limits: limits(),
        covered,
    };
    Connections::open(config, parts).await.map_err(|error| Failure::usage(error.to_string()))
}

/// Runs the sources until the server stops.
pub async fn run_sources(dashboard: Arc<Dashboard>, connections: Connections, mut stop: watch::Receiver<bool>) {
    let mut leadership = Leadership::of(&dashboard, "pulls");
    if !leadership.gained(&mut stop).await {
        return;
    }
    tokio::select! {
        () = connections.run(stop) => leadership.release().await,
        () = leadership.lost() => {
            tracing::error!("another process asks the sources from here on; this one asks them again after a restart");
        }
    }
}

/// How the sources do; nothing where there are none.
pub type SourceBoard = Arc<Board>;
