//! The one implementation of [`crate::JournalStore`], as a macro, with how its records are bound to statements and read from rows.

/// Implements [`crate::JournalStore`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_journal_store {
    ($store:ty) => {
        fn bind_journal_entry<'a>(query: Query<'a>, entry: &$crate::JournalEntry) -> Query<'a> {
            query
                .bind(entry.id.as_str())
                .bind(entry.stream.as_str())
                .bind(entry.version)
                .bind(entry.kind.as_str())
                .bind(entry.subject.as_str())
                .bind(entry.time_ms)
                .bind(entry.person.as_deref())
                .bind(entry.body_json.as_str())
                .bind($crate::row_digest::journal_entry(entry))
        }

        fn journal_entry_from(row: &Row) -> Result<$crate::JournalEntry, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::JournalEntry {
                id: row.try_get("id")?,
                stream: row.try_get("stream")?,
                version: row.try_get("version")?,
                kind: row.try_get("kind")?,
                subject: row.try_get("subject")?,
                time_ms: row.try_get("time_ms")?,
                person: row.try_get("person")?,
                body_json: row.try_get("body")?,
            })
        }

        #[$crate::async_trait]
        impl $crate::JournalStore for $store {
            async fn commit(&self, commit: &$crate::Commit) -> Result<(), $crate::StoreError> {
                $crate::check::commit(commit)?;
                let failed = self.write_failed("keep a decision");
                let mut write = self.begin_write("keep a decision").await?;
                let entries = commit.entries_in_key_order().into_iter();
                let entries =
                    entries.map(|entry| bind_journal_entry(sqlx::query($crate::sql::INSERT_JOURNAL_ENTRY), entry));
                for query in entries {
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                for document in commit.documents_in_key_order() {
                    let query = document_query(document, commit.expected_version(&document.name));
                    let written = query.execute(&mut *write).await.map_err(&failed)?.rows_affected();
                    if written == 0 {
                        let source = format!("the document \"{}\" was changed meanwhile", document.name).into();
                        return Err($crate::StoreError::Conflict { operation: "keep a decision", source });
                    }
                }
                for message in commit.messages_in_key_order() {
                    let query = bind_message(sqlx::query($crate::sql::INSERT_MESSAGE), message);
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                let added: Vec<_> = commit.entries.iter().map($crate::LogEntry::of_journal).collect();
                append_to_log(&mut write, &added).await.map_err(&failed)?;
                write.commit().await.map_err(&failed)?;
                if !added.is_empty() {
                    self.bell.ring();
                }
                Ok(())
            }

            async fn journal(
                &self,
                after_id: Option<&str>,
                limit: u32,
            ) -> Result<Vec<$crate::JournalEntry>, $crate::StoreError> {
                let after_id = after_id.unwrap_or_default();
                $crate::check::text("after_id", after_id)?;
                sqlx::query($crate::sql::JOURNAL)
                    .bind(after_id)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| journal_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the journal"))
            }

            async fn journal_of(
                &self,
                stream: &str,
                before_version: Option<i64>,
                limit: u32,
            ) -> Result<Vec<$crate::JournalEntry>, $crate::StoreError> {
                $crate::check::text("stream", stream)?;
                sqlx::query($crate::sql::JOURNAL_OF)
                    .bind(stream)
                    .bind($crate::sql::latest_version(before_version))
                    .bind(i64::from(limit))
                    .try_map(|row: Row| journal_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read a stream of the journal"))
            }

            async fn journal_about(
                &self,
                stream: &str,
                subject: &str,
                before_version: Option<i64>,
                limit: u32,
            ) -> Result<Vec<$crate::JournalEntry>, $crate::StoreError> {
                $crate::check::text("stream", stream)?;
                $crate::check::text("subject", subject)?;
                sqlx::query($crate::sql::JOURNAL_ABOUT)
                    .bind(stream)
                    .bind($crate::sql::latest_version(before_version))
                    .bind(i64::from(limit))
                    .bind(subject)
                    .try_map(|row: Row| journal_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the journal about a subject"))
            }
        }
    };
}
