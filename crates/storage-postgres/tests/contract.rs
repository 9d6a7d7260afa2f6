//! The port's contract, on a `PostgreSQL` server, in a schema of its own for each fact.

mod server;

storage::store_contract!(server::Schema);
