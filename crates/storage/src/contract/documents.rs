//! Documents that are read, changed and written: nobody writes over what they have not read.

use std::sync::Arc;

use super::samples::journal_entry;
use super::{Backend, Outcome};
use crate::{Commit, Document, ExpectedVersion, Store, StoreError};

fn document(name: &str, body_json: &str) -> Document {
    Document { name: name.to_owned(), body_json: body_json.to_owned(), changed_ms: 7 }
}

async fn body_and_version(store: &dyn Store, name: &str) -> Result<Option<(String, i64)>, StoreError> {
    Ok(store.stored_document(name).await?.map(|stored| (stored.document.body_json, stored.version)))
}

pub async fn a_document_is_written_only_over_the_version_that_was_read(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let there = |body: &str, version| Some((body.to_owned(), version));
    assert_eq!(store.put_document_if(&document("d", "early"), 1).await?, None);
    assert_eq!(body_and_version(store.as_ref(), "d").await?, None);
    assert_eq!(store.put_document_if(&document("d", "a"), 0).await?, Some(1));
    assert_eq!(store.put_document_if(&document("d", "b"), 0).await?, None);
    assert_eq!(store.put_document_if(&document("d", "b"), 1).await?, Some(2));
    assert_eq!(store.put_document_if(&document("d", "c"), 1).await?, None);
    assert_eq!(body_and_version(store.as_ref(), "d").await?, there("b", 2));
    // Who writes without having read moves the version on too.
    store.commit(&Commit { documents: vec![document("d", "x")], ..Commit::default() }).await?;
    assert_eq!(body_and_version(store.as_ref(), "d").await?, there("x", 3));
    let refused = store.put_document_if(&document("", "x"), 0).await;
    assert!(matches!(refused, Err(StoreError::NotStorable { .. })), "{refused:?}");
    Ok(())
}

pub async fn a_commit_over_another_version_leaves_nothing(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let expected = |name: &str, version| ExpectedVersion { name: name.to_owned(), version };
    let both = Commit {
        entries: vec![journal_entry("first", 1)],
        documents: vec![document("a", "1"), document("b", "1")],
        expected: vec![expected("b", 0)],
        ..Commit::default()
    };
    store.commit(&both).await?;
    for version in [0, 2] {
        let late = Commit {
            entries: vec![journal_entry("second", 2)],
            documents: vec![document("a", "2"), document("b", "2")],
            expected: vec![expected("b", version)],
            ..Commit::default()
        };
        let outcome = store.commit(&late).await;
        assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    }
    assert_eq!(store.journal(None, 10).await?.len(), 1);
    assert_eq!(body_and_version(store.as_ref(), "a").await?, Some(("1".to_owned(), 1)));
    let next = Commit { documents: vec![document("b", "2")], expected: vec![expected("b", 1)], ..Commit::default() };
    store.commit(&next).await?;
    assert_eq!(body_and_version(store.as_ref(), "b").await?, Some(("2".to_owned(), 2)));
    Ok(())
}

pub async fn writers_of_one_document_lose_no_change(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let count = |store: Arc<dyn Store>| async move {
        for _ in 0..10 {
            loop {
                let (sum, version) = match store.stored_document("sum").await? {
                    Some(stored) => (stored.document.body_json.parse::<u32>().unwrap_or(0), stored.version),
                    None => (0, 0),
                };
                let next = document("sum", &(sum + 1).to_string());
                if store.put_document_if(&next, version).await?.is_some() {
                    break;
                }
            }
        }
        Ok::<(), StoreError>(())
    };
    let writers: Vec<_> = (0..4).map(|_| tokio::spawn(count(Arc::clone(&store)))).collect();
    for writer in writers {
        writer.await.map_err(|error| StoreError::Failed { operation: "count", source: Box::new(error) })??;
    }
    assert_eq!(body_and_version(store.as_ref(), "sum").await?, Some(("40".to_owned(), 40)));
    Ok(())
}

pub async fn documents_are_listed_by_name_and_renamed(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for name in ["b", "a", "ä"] {
        store.put_document_if(&document(name, name), 0).await?;
    }
    let names = |list: Vec<crate::StoredDocument>| -> Vec<String> {
        list.into_iter().map(|stored| stored.document.name).collect()
    };
    assert_eq!(names(store.documents("", 2).await?), ["a", "b"]);
    assert_eq!(names(store.documents("b", 2).await?), ["ä"]);
    assert!(store.rename_document("a", "aside a").await?);
    assert!(!store.rename_document("a", "aside again").await?);
    assert_eq!(store.document("a").await?, None);
    assert_eq!(store.document("aside a").await?.map(|document| document.body_json).as_deref(), Some("a"));
    let taken = store.rename_document("b", "ä").await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    // Where it stood another one begins anew.
    assert_eq!(store.put_document_if(&document("a", "new"), 0).await?, Some(1));
    Ok(())
}
