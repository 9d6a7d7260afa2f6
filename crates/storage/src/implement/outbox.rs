//! The one implementation of [`crate::OutboxStore`], as a macro, with how its records are bound to statements and read from rows.

/// Implements [`crate::OutboxStore`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_outbox_store {
    ($store:ty, locking: $locking:literal) => {
        fn bind_message<'a>(query: Query<'a>, message: &$crate::OutboxMessage) -> Query<'a> {
            query
                .bind(message.id.as_str())
                .bind(message.dedupe.as_str())
                .bind(message.channel.as_str())
                .bind(message.recipient.as_str())
                .bind(message.subject.as_str())
                .bind(message.body.as_str())
                .bind(message.created_ms)
                .bind(message.state.name())
                .bind(message.attempts)
                .bind(message.next_attempt_ms)
                .bind(message.last_error.as_deref())
                .bind(message.delivered_ms)
                .bind($crate::row_digest::message(message))
        }

        fn message_from(row: &Row) -> Result<$crate::OutboxMessage, sqlx::Error> {
            use sqlx::Row as _;
            let state: &str = row.try_get("state")?;
            let state = $crate::MessageState::from_name(state).ok_or_else(|| sqlx::Error::ColumnDecode {
                index: "state".to_owned(),
                source: format!("no message has the state \"{state}\"").into(),
            })?;
            Ok($crate::OutboxMessage {
                id: row.try_get("id")?,
                dedupe: row.try_get("dedupe")?,
                channel: row.try_get("channel")?,
                recipient: row.try_get("recipient")?,
                subject: row.try_get("subject")?,
                body: row.try_get("body")?,
                created_ms: row.try_get("created_ms")?,
                state,
                attempts: row.try_get("attempts")?,
                next_attempt_ms: row.try_get("next_attempt_ms")?,
                last_error: row.try_get("last_error")?,
                delivered_ms: row.try_get("delivered_ms")?,
            })
        }

        #[$crate::async_trait]
        impl $crate::OutboxStore for $store {
            async fn due_messages(
                &self,
                now_ms: i64,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                sqlx::query($crate::sql::DUE_MESSAGES)
                    .bind(now_ms)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("look for due messages"))
            }

            async fn due_channels(
                &self,
                due: $crate::DueAt,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxChannel>, $crate::StoreError> {
                use sqlx::Row as _;
                sqlx::query($crate::sql::DUE_CHANNELS)
                    .bind(due.now_ms)
                    .bind(due.longest_ms)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| {
                        Ok($crate::OutboxChannel {
                            channel: row.try_get("channel")?,
                            recipient: row.try_get("recipient")?,
                        })
                    })
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("look for channels with due messages"))
            }

            async fn due_messages_of(
                &self,
                channel: &$crate::OutboxChannel,
                due: $crate::DueAt,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                sqlx::query($crate::sql::DUE_MESSAGES_OF)
                    .bind(&channel.channel)
                    .bind(&channel.recipient)
                    .bind(due.now_ms)
                    .bind(due.longest_ms)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("look for due messages of a channel"))
            }

            async fn claim_messages(
                &self,
                channel: &$crate::OutboxChannel,
                due: $crate::DueAt,
                claim: &$crate::Claim,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                $crate::check::name("claim.holder", &claim.holder)?;
                let operation = "claim messages";
                let failed = self.write_failed(operation);
                let mut write = self.begin_write(operation).await?;
                let mut claimed = sqlx::query(sqlx::AssertSqlSafe($crate::sql::claim_messages($locking)))
                    .bind(&channel.channel)
                    .bind(&channel.recipient)
                    .bind(due.now_ms)
                    .bind(due.longest_ms)
                    .bind(i64::from(limit))
                    .bind(&claim.holder)
                    .bind(claim.until_ms)
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&mut *write)
                    .await
                    .map_err(&failed)?;
                write.commit().await.map_err(&failed)?;
                claimed.sort_by(|one, other| (one.created_ms, &one.id).cmp(&(other.created_ms, &other.id)));
                Ok(claimed)
            }

            async fn release_claims(&self) -> Result<u64, $crate::StoreError> {
                self.write_one("end claims on messages", sqlx::query($crate::sql::RELEASE_CLAIMS)).await
            }

            async fn make_messages_due(&self, now_ms: i64) -> Result<u64, $crate::StoreError> {
                self.write_one("let messages be tried now", sqlx::query($crate::sql::MAKE_MESSAGES_DUE).bind(now_ms))
                    .await
            }

            async fn messages(&self, limit: u32) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                sqlx::query($crate::sql::MESSAGES)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list messages"))
            }

            async fn put_message(&self, message: &$crate::OutboxMessage) -> Result<(), $crate::StoreError> {
                $crate::check::message(message)?;
                let query = bind_message(sqlx::query($crate::sql::PUT_MESSAGE), message);
                self.write_one("keep the delivery of a message", query).await.map(|_| ())
            }
        }
    };
}
