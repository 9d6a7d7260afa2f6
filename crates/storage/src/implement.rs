//! The one implementation of the parts of [`crate::Store`], a macro each: the port itself then needs no database driver.

mod benchmark;
mod document;
mod examine;
mod journal;
mod lifecycle;
mod log;
mod observation;
mod outbox;
mod payload;
mod point;
mod rows;
mod sample;
mod sample_rows;
mod transfer;
mod write;

/// Implements [`crate::Store`] for an adapter.
///
/// The adapter is a struct with two `sqlx` pools named `writer` and `reader` (they may be the same pool). It gives the
/// statement that describes its engine (columns `engine` and `bytes`), the statement that begins a writing transaction, and two
/// functions of the database's error codes: which mean "try again later", and which mean that no write gets through at present,
/// what refuses a transaction that was begun to write, what it does before each probe, and what it does when it is closed; how rows
/// are passed over that others lock; what tells other processes, inside a transaction, that the log was added to, and what is done
/// before somebody listens to that. It has two more fields: `health`, a [`crate::WriteHealth`], and `bell`, a [`crate::bell::Bell`]. The adapter's crate must have `sqlx` as a dependency; the macro also gives it
/// `store_error(operation)`, which turns a driver's error into a [`crate::StoreError`].
#[macro_export]
macro_rules! implement_store {
    (
        $store:ty,
        $database:ty,
        describe: $describe:expr,
        begin_writing: $begin_writing:literal,
        is_transient: $is_transient:path,
        stops_every_write: $stops_every_write:path,
        guard: $guard:path,
        before_probe: $before_probe:path,
        closed: $closed:path,
        locking: $locking:literal,
        notify: $notify:path,
        before_listening: $before_listening:path $(,)?
    ) => {
        $crate::implement_write!($store, $database, begin_writing: $begin_writing, stops_every_write: $stops_every_write,
            guard: $guard, before_probe: $before_probe);
        $crate::implement_rows!($database);
        $crate::implement_observation_store!($store);
        $crate::implement_payload_store!($store);
        $crate::implement_journal_store!($store);
        $crate::implement_document_store!($store);
        $crate::implement_outbox_store!($store, locking: $locking);
        $crate::implement_change_feed!($store, notify: $notify, before_listening: $before_listening);
        $crate::implement_benchmark_store!($store);
        $crate::implement_lifecycle!($store, describe: $describe, closed: $closed);

        fn store_error(operation: &'static str) -> impl Fn(sqlx::Error) -> $crate::StoreError {
            use $crate::StoreError::{Conflict, Failed, Unavailable};
            move |error| {
                let database_error = error.as_database_error();
                let contradicts =
                    database_error.is_some_and(|it| it.is_unique_violation() || it.is_foreign_key_violation());
                let transient = match &error {
                    sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed => true,
                    _ => database_error.and_then(|it| it.code()).is_some_and(|code| $is_transient(&code)),
                };
                let source: $crate::Cause = Box::new(error);
                if contradicts {
                    Conflict { operation, source }
                } else if transient {
                    Unavailable { operation, source }
                } else {
                    Failed { operation, source }
                }
            }
        }
    };
}
