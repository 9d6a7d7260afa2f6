//! The journal: what people and the product decided, appended and never changed.
//!
//! Each stream counts its entries; of two writers of the same number one wins and the other is told.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use storage::{Commit, Document, ExpectedVersion, JournalEntry, OutboxMessage, StoreError};

use crate::dashboard::{Change, Dashboard};

/// Versions of the catalogue.
pub(crate) const CATALOGUES: &str = "catalogue";
/// Waivers, sign-offs and withdrawals at the gates.
pub(crate) const DECISIONS: &str = "gate-decisions";
/// Baselines that people set.
pub(crate) const BASELINES: &str = "baselines";
/// Comments and annotations.
pub(crate) const NOTES: &str = "notes";
/// Silences and their ends.
pub(crate) const SILENCES: &str = "silences";
/// How the tables of sources are read.
pub(crate) const MAPPINGS: &str = "mappings";
/// Tokens that people made, renewed and revoked.
pub(crate) const TOKENS: &str = "tokens";
/// What was found of the store's soundness, and that it is known.
pub(crate) const STORE: &str = "store";
/// What became of alerts.
pub const ALERTS: &str = "alerts";

/// An entry before it has a number.
pub(crate) struct Draft {
    pub(crate) stream: &'static str,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) person: Option<String>,
    pub(crate) time_ms: i64,
    pub(crate) body_json: String,
}

impl Draft {
    /// A draft whose body is `body` as JSON.
    pub(crate) fn new(
        stream: &'static str,
        kind: &str,
        subject: &str,
        person: Option<&str>,
        time_ms: i64,
        body: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            stream,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            person: person.map(str::to_owned),
            time_ms,
            body_json: serde_json::to_string(body)?,
        })
    }
}

/// Everything of one change, kept as a whole or not at all.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) entries: Vec<Draft>,
    pub(crate) documents: Vec<Document>,
    pub(crate) messages: Vec<OutboxMessage>,
    /// Of which version documents must be that were read before.
    pub(crate) expected: Vec<ExpectedVersion>,
}

/// The right to write the journal: while it is held nobody else writes, so what was read before still holds.
pub(crate) struct WriteGuard(
    #[expect(dead_code, reason = "the right ends when the guard is dropped")] tokio::sync::OwnedMutexGuard<()>,
);

impl Dashboard {
    /// Waits until nobody else writes.
    pub(crate) async fn write_guard(&self) -> WriteGuard {
        WriteGuard(Arc::clone(&self.recording).lock_owned().await)
    }

    /// Appends one entry and returns it.
    pub(crate) async fn append(&self, guard: WriteGuard, draft: Draft) -> Result<JournalEntry, StoreError> {
        let mut heads = self.effective_config().heads().clone();
        let entry = self.numbered(draft, &mut heads);
        self.write(guard, Commit { entries: vec![entry.clone()], ..Commit::default() }, || ()).await?;
        Ok(entry)
    }

    /// Keeps a change; once it is on disk it is taken over into memory, `then` by the caller too.
    pub(crate) async fn commit(
        &self,
        guard: WriteGuard,
        changes: Changes,
        then: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let mut heads = self.effective_config().heads().clone();
        let entries = changes.entries.into_iter().map(|draft| self.numbered(draft, &mut heads)).collect();
        let Changes { documents, messages, expected, .. } = changes;
        self.write(guard, Commit { entries, documents, messages, expected }, then).await
    }

    fn numbered(&self, draft: Draft, heads: &mut HashMap<String, i64>) -> JournalEntry {
        let head = heads.entry(draft.stream.to_owned()).or_default();
        *head += 1;
        JournalEntry {
            id: self.ids.next(self.now_ms()),
            stream: draft.stream.to_owned(),
            version: *head,
            kind: draft.kind,
            subject: draft.subject,
            time_ms: draft.time_ms,
            person: draft.person,
            body_json: draft.body_json,
        }
    }

    async fn write(
        &self,
        guard: WriteGuard,
        commit: Commit,
        then: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let (store, effective_config, series) =
            (Arc::clone(&self.store), Arc::clone(&self.effective_config), Arc::clone(&self.series));
        let told = self.changes.clone();
        // A task of its own: a client that goes away must not leave entries on disk that memory does not know.
        let work = tokio::spawn(async move {
            store.commit(&commit).await?;
            let mut effective_config = effective_config.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            for entry in &commit.entries {
                // This program wrote it just now, so it can read it.
                if let Err(error) = effective_config.add(entry) {
                    tracing::error!(%error, "an entry that was kept can't be taken over");
                }
            }
            // Anything else leaves the catalogue that is in force as it is, and with it what was computed under it.
            let decided = |entry: &JournalEntry| [CATALOGUES, DECISIONS, BASELINES].contains(&entry.stream.as_str());
            let is_decided = commit.entries.iter().any(decided);
            if is_decided {
                effective_config.settle(now_ms);
            }
            drop(effective_config);
            if is_decided {
                series.past.forget();
            }
            then();
            if let Some(latest) = commit.entries.iter().map(|entry| entry.id.as_str()).max() {
                series.write().seen(latest);
                // Nobody listening is no failure.
                let _ = told.send(Change::Journal { latest_id: latest.to_owned() });
            }
            drop(guard);
            Ok(())
        });
        match work.await {
            Ok(kept) => kept,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}
