//! Wake-ups by other processes: one notification a commit that added something to the log. A listener loses notifications while it
//! connects again, so it wakes everybody up after each connection, and now and then without a reason; what was added, the log says.

use std::sync::{Arc, Weak};
use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use storage::bell::Bell;
use tokio::sync::Notify;

use crate::PostgresStore;

const CHANNEL: &str = "inferno_kpi_log";
const NOTIFY: &str = "SELECT pg_notify($1, $2)";
/// How often everybody is woken up without a reason.
const EVERY: Duration = Duration::from_secs(30);
/// How long a database that can't be reached is left alone.
const REST: Duration = Duration::from_secs(1);

/// How a store hears of others: the connection is made when somebody listens for the first time, and ends with the store.
#[derive(Debug)]
pub struct Hearing {
    options: PgConnectOptions,
    begun: std::sync::Once,
    closed: Arc<Notify>,
}

impl Hearing {
    /// Of a store that connects with these options.
    pub fn new(options: PgConnectOptions) -> Arc<Self> {
        Arc::new(Self { options, begun: std::sync::Once::new(), closed: Arc::default() })
    }

    /// Ends it.
    pub fn close(&self) {
        self.closed.notify_one();
    }
}

/// Tells everybody, once the transaction is committed.
pub async fn notify(connection: &mut PgConnection, number: i64) -> Result<(), sqlx::Error> {
    sqlx::query(NOTIFY).bind(CHANNEL).bind(number.to_string()).execute(&mut *connection).await?;
    Ok(())
}

/// Sees to it that the store hears of others.
pub fn begin(store: &PostgresStore) {
    let hearing = &store.hearing;
    hearing.begun.call_once(|| {
        let (options, closed) = (hearing.options.clone(), Arc::clone(&hearing.closed));
        tokio::spawn(hear(options, store.bell.clone(), Arc::downgrade(hearing), closed));
    });
}

async fn hear(options: PgConnectOptions, bell: Bell, store: Weak<Hearing>, closed: Arc<Notify>) {
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    while store.strong_count() > 0 {
        let heard = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(CHANNEL).await?;
            loop {
                bell.ring();
                // `None`: the connection was lost, and the next look makes another one.
                if let Ok(heard) = tokio::time::timeout(EVERY, listener.try_recv()).await {
                    heard?;
                }
                if store.strong_count() == 0 {
                    return Ok::<(), sqlx::Error>(());
                }
            }
        };
        tokio::select! {
            () = closed.notified() => return,
            ended = heard => if let Err(error) = ended {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what others add can't be heard of; tried again soon, and looked for in between"
                );
                bell.ring();
                tokio::time::sleep(REST).await;
            }
        }
    }
}
