//! A schema on the server that `scripts/with-postgres.sh` names, made for one test and dropped after it.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests may end the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use storage::contract::Backend;
use storage::{Store, StoreError};
use storage_postgres::PostgresStore;

const VARIABLE: &str = "INFERNO_KPI_TEST_POSTGRES_URL";
static MADE: AtomicU32 = AtomicU32::new(0);

pub struct Schema {
    name: String,
}

/// The address of the test server.
pub fn url() -> String {
    let Ok(url) = std::env::var(VARIABLE) else {
        panic!("{VARIABLE} is not set: run `scripts/with-postgres.sh cargo test -p storage-postgres`")
    };
    url
}

async fn execute(statement: String) {
    let mut connection = PgConnection::connect(&url()).await.expect("the test server");
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.expect("a statement about a schema");
}

impl Schema {
    /// The address of the test server, with this schema as the one that is used.
    pub fn url(&self) -> String {
        let separator = if url().contains('?') { '&' } else { '?' };
        format!("{}{separator}options[search_path]={}", url(), self.name)
    }
}

#[storage::async_trait]
impl Backend for Schema {
    async fn create() -> Self {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        execute(format!("CREATE SCHEMA {name}")).await;
        Self { name }
    }

    async fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(PostgresStore::connect(&self.url()).await?))
    }

    async fn remove(&self) {
        execute(format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }
}
