//! What the reading commands share: a dashboard on local data, or the API of a server.

use std::sync::Arc;

use service::{Dashboard, Settings, Snapshot};

use super::Failure;
use super::remote::Server;
use crate::cli::{Data, Remote, View};
use crate::settings;
use crate::system::{SystemClock, UuidIds};

/// Where a reading command reads.
pub enum Reader {
    /// A server's API.
    Remote(Server),
    /// A store on this machine.
    Local(Box<Dashboard>),
}

impl Reader {
    /// The server that was named, or else the local data.
    pub async fn open(data: &Data, remote: &Remote) -> Result<Self, Failure> {
        if let Some(url) = &remote.url {
            return Ok(Self::Remote(Server::new(url, remote.token.clone())));
        }
        let catalogue = Arc::new(settings::catalogue(data.catalogue.as_deref())?);
        let store = settings::open_store_to_read(data).await?;
        // A catalogue that was named counts, whatever versions the store holds.
        let settings = Settings { catalogue: settings::catalogue_source(data), ..Settings::default() };
        let dashboard =
            Dashboard::open(store, catalogue, Arc::new(SystemClock), Arc::new(UuidIds::default()), settings)
                .await
                .map_err(Failure::store)?;
        Ok(Self::Local(Box::new(dashboard)))
    }
}

/// The instant that was asked for.
fn as_of_ms(view: &View) -> Result<Option<i64>, Failure> {
    view.as_of.as_deref().map(service::instant::parse_as_of).transpose().map_err(Failure::usage)
}

/// How everything stands on local data at that instant.
pub async fn snapshot(dashboard: &Dashboard, view: &View) -> Result<Arc<Snapshot>, Failure> {
    dashboard.snapshot(as_of_ms(view)?).await.map_err(|busy| Failure::usage(busy.to_string()))
}

/// The query that asks a server for the same instant.
pub fn as_of_query(view: &View) -> Result<String, Failure> {
    Ok(as_of_ms(view)?.map_or_else(String::new, |instant_ms| format!("?as_of={}", service::instant::iso(instant_ms))))
}
