//! How a store is written to, as a macro: the one place where writing transactions begin and end.

/// Defines, for an adapter, the writing transaction `Write` and `begin_write`.
///
/// A connection whose transaction did not end with a successful commit is thrown away, whatever the reason: after some failures
/// (a full disk, an I/O error, a request that was given up) neither the driver nor the database can be asked reliably whether a
/// transaction is still open on it, and on one that is, later commits would keep nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_write {
    ($store:ty, $database:ty, begin_writing: $begin:literal, stops_every_write: $stops:path,
     guard: $guard:path, before_probe: $before_probe:path) => {
        /// A writing transaction; dropped without [`Write::commit`], it and its connection end.
        struct Write {
            connection: sqlx::pool::PoolConnection<$database>,
            is_open: bool,
        }

        impl Write {
            async fn begin(pool: &sqlx::Pool<$database>) -> Result<Self, sqlx::Error> {
                let mut write = Self { connection: pool.acquire().await?, is_open: true };
                sqlx::raw_sql($begin).execute(&mut *write.connection).await?;
                Ok(write)
            }

            async fn commit(mut self) -> Result<(), sqlx::Error> {
                sqlx::raw_sql("COMMIT").execute(&mut *self.connection).await?;
                self.is_open = false;
                Ok(())
            }
        }

        impl Drop for Write {
            fn drop(&mut self) {
                if self.is_open {
                    self.connection.close_on_drop();
                }
            }
        }

        impl std::ops::Deref for Write {
            type Target = <$database as sqlx::Database>::Connection;

            fn deref(&self) -> &Self::Target {
                &self.connection
            }
        }

        impl std::ops::DerefMut for Write {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.connection
            }
        }

        impl $store {
            /// Begins to write, unless the store takes no writes at present.
            async fn begin_write(&self, operation: &'static str) -> Result<Write, $crate::StoreError> {
                self.health.check()?;
                let mut write = Write::begin(&self.writer).await.map_err(self.write_failed(operation))?;
                self.guard(&mut write).await?;
                Ok(write)
            }

            /// Refuses a transaction of a store that has lost the right to write.
            async fn guard(&self, write: &mut Write) -> Result<(), $crate::StoreError> {
                let guarded = $guard(self, &mut *write).await;
                if let Err($crate::StoreError::ReadOnly { reason }) = &guarded {
                    self.health.close(reason);
                }
                guarded
            }

            /// Writes with one statement and says how many rows it wrote.
            async fn write_one<'q>(
                &self,
                operation: &'static str,
                query: Query<'q>,
            ) -> Result<u64, $crate::StoreError> {
                let failed = self.write_failed(operation);
                let mut write = self.begin_write(operation).await?;
                let rows = query.execute(&mut *write).await.map_err(&failed)?.rows_affected();
                write.commit().await.map_err(&failed)?;
                Ok(rows)
            }

            /// Writes a document whether or not the store takes writes, and reads it on another connection.
            async fn write_and_read_back(&self, document: &$crate::Document) -> Result<(), $crate::StoreError> {
                use sqlx::Row as _;
                let operation = "write and read back a probe";
                let failed = store_error(operation);
                $crate::check::document(document)?;
                $before_probe(self).await?;
                let mut write = Write::begin(&self.writer).await.map_err(&failed)?;
                self.guard(&mut write).await?;
                bind_document(sqlx::query($crate::sql::PUT_DOCUMENT), document)
                    .execute(&mut *write)
                    .await
                    .map_err(&failed)?;
                // Taken while the other one is still out, so that it is another one.
                let mut other = self.reader.acquire().await.map_err(&failed)?;
                write.commit().await.map_err(&failed)?;
                let read = sqlx::query($crate::sql::DOCUMENT)
                    .bind(document.name.as_str())
                    .fetch_optional(&mut *other)
                    .await
                    .map_err(&failed)?;
                let body: Option<String> = read.map(|row| row.try_get("body")).transpose().map_err(&failed)?;
                if body.as_deref() == Some(document.body_json.as_str()) {
                    return Ok(());
                }
                let source = "what was written is not there for another connection".into();
                Err($crate::StoreError::Failed { operation, source })
            }

            /// As `store_error`; an error that the next write would meet too closes the store for writing.
            fn write_failed(&self, operation: &'static str) -> impl Fn(sqlx::Error) -> $crate::StoreError + use<> {
                let (failed, health) = (store_error(operation), self.health.clone());
                move |error| {
                    let stands = would_meet_every_write(&error);
                    let error = failed(error);
                    if stands {
                        health.close(&$crate::write_health::told(&error));
                    }
                    error
                }
            }
        }

        /// Whether the next write would meet the same error: it is none of the one record, and no other writer was faster.
        fn would_meet_every_write(error: &sqlx::Error) -> bool {
            match error {
                sqlx::Error::Database(error) => error.code().is_some_and(|code| $stops(&code)),
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::WorkerCrashed => true,
                _ => false,
            }
        }
    };
}
