//! The one implementation of [`crate::StoreLifecycle`], as a macro.

/// Implements [`crate::StoreLifecycle`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_lifecycle {
    ($store:ty, describe: $describe:expr, closed: $closed:path) => {
        #[$crate::async_trait]
        impl $crate::StoreLifecycle for $store {
            async fn describe(&self) -> Result<$crate::StoreDescription, $crate::StoreError> {
                use sqlx::Row as _;
                let failed = store_error("describe the database");
                let engine = sqlx::query($describe).fetch_one(&self.reader).await.map_err(&failed)?;
                let migrations =
                    sqlx::query($crate::sql::MIGRATIONS_APPLIED).fetch_one(&self.reader).await.map_err(&failed)?;
                Ok($crate::StoreDescription {
                    engine: engine.try_get("engine").map_err(&failed)?,
                    migrations_applied: migrations.try_get("migrations_applied").map_err(&failed)?,
                    bytes: engine.try_get("bytes").map_err(&failed)?,
                })
            }

            async fn check(&self) -> Result<(), $crate::StoreError> {
                sqlx::query($crate::sql::CHECK).execute(&self.reader).await.map_err(store_error("ask the database"))?;
                Ok(())
            }

            fn write_health(&self) -> &$crate::WriteHealth {
                &self.health
            }

            async fn probe(&self, document: &$crate::Document) -> Result<(), $crate::StoreError> {
                self.write_and_read_back(document).await
            }

            async fn close(&self) {
                self.reader.close().await;
                self.writer.close().await;
                $closed(self).await;
            }
        }
    };
}
