//! What only a server has: addresses that lead nowhere, passwords, a description.

mod server;

use storage::StoreError;
use storage::contract::Backend;
use storage_postgres::PostgresStore;

#[tokio::test]
async fn the_server_is_described() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let description = schema.open().await?.describe().await?;
    schema.remove().await;
    assert!(description.engine.starts_with("PostgreSQL "));
    assert_eq!(description.migrations_applied, 1);
    assert!(description.bytes.is_some_and(|bytes| bytes > 0));
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let (before, after) = {
        let url = server::url();
        let (credentials, rest) = url.split_once('@').expect("an address with a password");
        let (user, _) = credentials.rsplit_once(':').expect("a password");
        (user.to_owned(), rest.to_owned())
    };
    let outcome = PostgresStore::connect(&format!("{before}:wrong@{after}")).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_malformed_address_is_refused() {
    let outcome = PostgresStore::connect("postgres//nowhere").await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable() {
    // Port 1 is one that nothing listens on.
    let outcome = PostgresStore::connect("postgres://nobody@127.0.0.1:1/none").await;
    assert!(matches!(outcome, Err(StoreError::Unavailable { .. })), "{outcome:?}");
}
