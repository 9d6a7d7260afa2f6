//! How journal, documents and outbox are bound to a statement and read from a row, written once for every driver.

/// Defines, beside [`crate::implement_rows!`] and with its `Row` and `Query`, the functions for these records.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_journal_rows {
    () => {
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

        fn bind_document<'a>(query: Query<'a>, document: &$crate::Document) -> Query<'a> {
            query
                .bind(document.name.as_str())
                .bind(document.body_json.as_str())
                .bind(document.changed_ms)
                .bind($crate::row_digest::document(document))
        }

        fn document_from(row: &Row) -> Result<$crate::Document, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::Document {
                name: row.try_get("name")?,
                body_json: row.try_get("body")?,
                changed_ms: row.try_get("changed_ms")?,
            })
        }

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
    };
}
