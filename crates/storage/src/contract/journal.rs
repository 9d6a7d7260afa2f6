//! The journal and the documents: appended in places that are taken once, all or nothing.

use std::sync::Arc;

use super::samples::{journal_entry, message};
use super::{Backend, Outcome};
use crate::{Commit, Document, JournalEntry, Store, StoreError};

fn document(name: &str, body_json: &str) -> Document {
    Document { name: name.to_owned(), body_json: body_json.to_owned(), changed_ms: 7 }
}

fn entries(entries: &[JournalEntry]) -> Commit {
    Commit { entries: entries.to_vec(), ..Commit::default() }
}

fn is_conflict<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict { .. }))
}

fn versions(entries: &[JournalEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.version).collect()
}

pub async fn an_entry_comes_back_as_it_went_in_also_after_reopening(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let full = JournalEntry {
        kind: "waived – 测量".to_owned(),
        subject: "naïve 'façade'; --".to_owned(),
        time_ms: i64::MIN,
        person: Some("Ada".to_owned()),
        body_json: "{\"reason\":\"\\u0000 \\\"x\\\" 🔥\"}".to_owned(),
        ..journal_entry("gates", i64::MAX)
    };
    let plain = JournalEntry { subject: String::new(), ..journal_entry("alerts", 0) };
    store.commit(&entries(&[full.clone(), plain.clone()])).await?;
    store.close().await;
    let store = backend.open().await?;
    assert_eq!(store.journal_of("gates", None, 10).await?, [full]);
    assert_eq!(store.journal_of("alerts", None, 10).await?, [plain]);
    Ok(())
}

pub async fn a_commit_is_kept_whole_or_not_at_all(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let whole = Commit {
        entries: vec![journal_entry("gates", 1), journal_entry("alerts", 1)],
        documents: vec![document("alerts", "{\"firing\":1}")],
        messages: vec![message("m1", 10)],
        ..Commit::default()
    };
    store.commit(&whole).await?;
    assert_eq!(store.journal(None, 10).await?.len(), 2);
    assert_eq!(store.document("alerts").await?, Some(document("alerts", "{\"firing\":1}")));
    assert_eq!(store.messages(10).await?, [message("m1", 10)]);
    // Refused for its last entry, or for a message whose id is another message's.
    let late = Commit {
        entries: vec![journal_entry("alerts", 2), JournalEntry { id: "x".to_owned(), ..journal_entry("gates", 1) }],
        documents: vec![document("alerts", "{}"), document("new", "{}")],
        messages: vec![message("m2", 20)],
        ..Commit::default()
    };
    let mut other = message("m1", 30);
    "another message".clone_into(&mut other.dedupe);
    let taken_id =
        Commit { messages: vec![message("m2", 20), other], entries: vec![journal_entry("alerts", 2)], ..late.clone() };
    for refused in [late, taken_id] {
        let outcome = store.commit(&refused).await;
        assert!(is_conflict(&outcome), "{outcome:?}");
        assert_eq!(versions(&store.journal_of("alerts", None, 10).await?), [1]);
        assert_eq!(store.document("alerts").await?, Some(document("alerts", "{\"firing\":1}")));
        assert_eq!(store.document("new").await?, None);
        assert_eq!(store.messages(10).await?, [message("m1", 10)]);
    }
    store.commit(&Commit::default()).await
}

pub async fn a_taken_place_is_a_conflict(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = journal_entry("gates", 1);
    store.commit(&entries(std::slice::from_ref(&first))).await?;
    let same_place = JournalEntry { id: "other".to_owned(), ..first.clone() };
    let same_id = JournalEntry { version: 2, ..first.clone() };
    let twice = [journal_entry("gates", 3), JournalEntry { id: "another".to_owned(), ..journal_entry("gates", 3) }];
    for refused in [entries(&[same_place]), entries(&[same_id]), entries(&twice)] {
        let outcome = store.commit(&refused).await;
        assert!(is_conflict(&outcome), "{outcome:?}");
    }
    store.commit(&entries(&[journal_entry("alerts", 1)])).await?;
    assert_eq!(store.journal_of("gates", None, 10).await?, [first]);
    Ok(())
}

pub async fn the_journal_pages_on_in_order_of_id(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let ordered: Vec<JournalEntry> = ["-b", "B", "a", "a-c", "ab", "z", "é", "🔥"]
        .into_iter()
        .zip(1..)
        .map(|(id, version)| JournalEntry { id: id.to_owned(), ..journal_entry("gates", 100 - version) })
        .collect();
    store.commit(&entries(&ordered)).await?;
    let mut read: Vec<JournalEntry> = Vec::new();
    loop {
        let after = read.last().map(|entry| entry.id.clone());
        let mut page = store.journal(after.as_deref(), 3).await?;
        assert!(page.len() <= 3);
        if page.is_empty() {
            break;
        }
        read.append(&mut page);
    }
    assert_eq!(read, ordered);
    Ok(())
}

pub async fn a_stream_is_read_newest_first(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let about =
        |version: i64, subject: &str| JournalEntry { subject: subject.to_owned(), ..journal_entry("gates", version) };
    let all = [about(0, "gate-1"), about(2, "gate-2"), about(1, "gate-1"), about(10, "gate-1"), about(9, "Gate-1")];
    store.commit(&entries(&all)).await?;
    store.commit(&entries(&[journal_entry("gates2", 5)])).await?;
    let cases: [(Option<i64>, u32, &[i64]); 7] = [
        (None, 99, &[10, 9, 2, 1, 0]),
        (None, 2, &[10, 9]),
        (Some(9), 2, &[2, 1]),
        (Some(1), 9, &[0]),
        (Some(0), 9, &[]),
        (Some(i64::MIN), 9, &[]),
        (None, 0, &[]),
    ];
    for (before, limit, expected) in cases {
        assert_eq!(versions(&store.journal_of("gates", before, limit).await?), expected, "{before:?} {limit}");
    }
    assert_eq!(versions(&store.journal_about("gates", "gate-1", None, 9).await?), [10, 1, 0]);
    assert_eq!(versions(&store.journal_about("gates", "gate-1", Some(10), 1).await?), [1]);
    assert_eq!(versions(&store.journal_about("gates2", "gate-2", None, 9).await?), [0_i64; 0]);
    assert_eq!(versions(&store.journal_of("gate%", None, 9).await?), [0_i64; 0]);
    Ok(())
}

pub async fn a_document_is_replaced_by_the_later_one(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for body in ["{}", "{\"firing\":[\"a\"]}", "{\"firing\":[]}"] {
        let commit =
            Commit { documents: vec![document("alerts", "old"), document("alerts", body)], ..Commit::default() };
        store.commit(&commit).await?;
        assert_eq!(store.document("alerts").await?, Some(document("alerts", body)));
    }
    assert_eq!(store.document("Alerts").await?, None);
    Ok(())
}

async fn all(
    tasks: Vec<tokio::task::JoinHandle<Result<(), StoreError>>>,
) -> Result<Vec<Result<(), StoreError>>, StoreError> {
    let mut outcomes = Vec::new();
    for task in tasks {
        let ended = task.await;
        outcomes.push(
            ended.map_err(|error| StoreError::Failed { operation: "run a writing task", source: Box::new(error) })?,
        );
    }
    Ok(outcomes)
}

pub async fn of_writers_of_the_same_place_one_wins(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for version in 0..8 {
        let write = |writer: usize| {
            let store: Arc<dyn Store> = Arc::clone(&store);
            let mut commit = entries(&[journal_entry("gates", version)]);
            for entry in &mut commit.entries {
                entry.id = format!("{version}-{writer}");
            }
            commit.documents.push(document("gates", &format!("{version}-{writer}")));
            tokio::spawn(async move { store.commit(&commit).await })
        };
        let outcomes = all((0..6).map(write).collect()).await?;
        let winners: Vec<usize> = (0..6).filter(|writer| outcomes[*writer].is_ok()).collect();
        assert_eq!(winners.len(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| is_conflict(outcome)).count(), 5, "{outcomes:?}");
        let winner = format!("{version}-{}", winners[0]);
        let latest = store.journal_of("gates", None, 1).await?;
        assert_eq!(latest.first().map(|entry| &entry.id), Some(&winner));
        assert_eq!(store.document("gates").await?.map(|it| it.body_json), Some(winner));
    }
    Ok(())
}

pub async fn writers_of_many_streams_in_opposite_order_never_stop_each_other(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    for version in 0..5 {
        let write = |writer: i64| {
            let store: Arc<dyn Store> = Arc::clone(&store);
            let mut commit = Commit::default();
            for stream in 0..20 {
                commit.entries.push(journal_entry(&format!("{stream}"), version * 4 + writer));
                commit.documents.push(document(&format!("{stream}"), "{}"));
                commit.messages.push(message(&format!("{version}-{stream}"), 1));
            }
            if writer % 2 == 1 {
                commit.entries.reverse();
                commit.documents.reverse();
                commit.messages.reverse();
            }
            tokio::spawn(async move { store.commit(&commit).await })
        };
        let outcomes = all((0..4).map(write).collect()).await?;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    }
    assert_eq!(store.journal(None, 1000).await?.len(), 400);
    assert_eq!(store.messages(1000).await?.len(), 100);
    Ok(())
}

pub async fn what_no_journal_can_hold_is_refused(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let good = || journal_entry("gates", 1);
    let with = |entry: JournalEntry| entries(&[journal_entry("fine", 1), entry]);
    let messages = |message| Commit { messages: vec![message], ..entries(&[good()]) };
    let documents = |document| Commit { documents: vec![document], ..entries(&[good()]) };
    let refused = [
        (with(JournalEntry { id: String::new(), ..good() }), "journal_entry.id"),
        (with(JournalEntry { stream: String::new(), ..good() }), "journal_entry.stream"),
        (with(JournalEntry { version: -1, ..good() }), "journal_entry.version"),
        (with(JournalEntry { person: Some("\0".to_owned()), ..good() }), "journal_entry.person"),
        (with(JournalEntry { body_json: "\0".to_owned(), ..good() }), "journal_entry.body_json"),
        (documents(document("", "{}")), "document.name"),
        (documents(document("a", "\0")), "document.body_json"),
        (messages(crate::OutboxMessage { dedupe: String::new(), ..message("m", 1) }), "message.dedupe"),
        (messages(crate::OutboxMessage { body: "\0".to_owned(), ..message("m", 1) }), "message.body"),
    ];
    for (commit, expected) in refused {
        let outcome = store.commit(&commit).await;
        let named = matches!(&outcome, Err(StoreError::NotStorable { field, .. }) if *field == expected);
        assert!(named, "{outcome:?} does not name {expected}");
    }
    assert_eq!(store.journal(None, 10).await?, []);
    Ok(())
}
