//! The journal: what people and the product decided, appended and never changed.
//!
//! Each stream counts its entries; of two writers of the same number one wins and the other is told. What is on disk is taken
//! over by the rooms that follow the journal, in the order of its entries, before the next writer may write.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use storage::stored_state::UnreadableState;
use storage::{Commit, JournalEntry, Store, StoreError};

use crate::changes::{Change, Changes};
use crate::clock::{Clock, Ids};
use crate::entry::{Draft, WriteSet};

/// How many entries are read at once.
const PAGE: u32 = 10_000;

/// A room that keeps in memory what the journal says.
pub trait Follower: Send + Sync {
    /// Takes over entries that are on disk. They come in their order, each once; those of streams that a room does not read are
    /// left out by it.
    ///
    /// # Errors
    /// [`unreadable`] for one that this program can't read: without it something else would be in force.
    fn follow(&self, entries: &[JournalEntry]) -> Result<(), StoreError>;
}

/// What to tell of an entry that can't be read.
pub fn unreadable(entry: &JournalEntry, why: String) -> StoreError {
    StoreError::Unreadable(UnreadableState {
        what: format!("an entry of the journal about \"{}\"", entry.stream),
        place: format!("number {}, id {}", entry.version, entry.id),
        why,
        remedy: "Start the release that wrote it, or a newer one, or restore a backup".to_owned(),
    })
}

/// The right to write: while it is held nobody else writes, so what was read before still holds.
pub struct WriteGuard(
    #[expect(dead_code, reason = "the right ends when the guard is dropped")] tokio::sync::OwnedMutexGuard<()>,
);

/// The journal of a store.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    changes: Changes,
    writing: Arc<tokio::sync::Mutex<()>>,
    /// The number of the latest entry of each stream.
    heads: Mutex<HashMap<String, i64>>,
    followers: RwLock<Vec<Arc<dyn Follower>>>,
}

impl Journal {
    /// The journal of a store; nothing of it is read yet.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, changes: Changes) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            ids,
            changes,
            writing: Arc::default(),
            heads: Mutex::default(),
            followers: RwLock::default(),
        }))
    }

    /// From now on this room is told of every entry, after those that follow already.
    pub fn add_follower(&self, follower: Arc<dyn Follower>) {
        self.0.followers.write().unwrap_or_else(PoisonError::into_inner).push(follower);
    }

    /// Reads the entries after an id, all of them without one, and has them followed. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`] where the store, or an entry in it, can't be read.
    pub async fn read_after(&self, after: Option<&str>) -> Result<usize, StoreError> {
        let (mut last, mut count) = (after.map(str::to_owned), 0);
        loop {
            let page = self.0.store.journal(last.as_deref(), PAGE).await?;
            let Some(entry) = page.last() else { return Ok(count) };
            last = Some(entry.id.clone());
            count += page.len();
            self.0.take_over(&page)?;
        }
    }

    /// Waits until nobody else writes.
    pub async fn write_guard(&self) -> WriteGuard {
        WriteGuard(Arc::clone(&self.0.writing).lock_owned().await)
    }

    /// Appends one entry and returns it.
    ///
    /// # Errors
    /// [`StoreError`] where it could not be kept; nothing has changed then.
    pub async fn append(&self, guard: WriteGuard, draft: Draft) -> Result<JournalEntry, StoreError> {
        let entry = self.numbered(draft, &mut self.0.heads().clone());
        self.write(guard, Commit { entries: vec![entry.clone()], ..Commit::default() }, || ()).await?;
        Ok(entry)
    }

    /// Keeps a change; once it is on disk it is taken over into memory, `then` by the caller too.
    ///
    /// # Errors
    /// [`StoreError`] where it could not be kept; nothing has changed then.
    pub async fn commit(
        &self,
        guard: WriteGuard,
        set: WriteSet,
        then: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let mut heads = self.0.heads().clone();
        let entries = set.entries.into_iter().map(|draft| self.numbered(draft, &mut heads)).collect();
        let WriteSet { documents, messages, expected, .. } = set;
        self.write(guard, Commit { entries, documents, messages, expected }, then).await
    }

    /// Now, in milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// A new id.
    pub fn next_id(&self) -> String {
        self.0.ids.next(self.now_ms())
    }

    /// The store that keeps it.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// Who tells open pages.
    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    fn numbered(&self, draft: Draft, heads: &mut HashMap<String, i64>) -> JournalEntry {
        let head = heads.entry(draft.stream.to_owned()).or_default();
        *head += 1;
        JournalEntry {
            id: self.next_id(),
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
        let inner = Arc::clone(&self.0);
        // A task of its own: a client that goes away must not leave entries on disk that memory does not know.
        let work = tokio::spawn(async move {
            inner.store.commit(&commit).await?;
            // This program wrote it just now, so it can read it.
            if let Err(error) = inner.take_over(&commit.entries) {
                tracing::error!(error = &error as &dyn std::error::Error, "an entry that was kept can't be taken over");
            }
            then();
            if let Some(latest) = commit.entries.iter().map(|entry| entry.id.as_str()).max() {
                inner.changes.tell(Change::Journal { latest_id: latest.to_owned() });
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

impl Inner {
    /// Has every room follow, also where one can't; the first error is given.
    fn take_over(&self, entries: &[JournalEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut heads = self.heads();
        for entry in entries {
            heads.insert(entry.stream.clone(), entry.version);
        }
        drop(heads);
        let followers = self.followers.read().unwrap_or_else(PoisonError::into_inner);
        followers.iter().map(|follower| follower.follow(entries)).fold(Ok(()), Result::and)
    }

    // Each entry is whole after every step, so a thread that died while it held the lock left nothing half done.
    fn heads(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
