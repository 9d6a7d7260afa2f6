//! Messages on their way out: kept once, found when due, followed to their end.

use super::samples::message;
use super::{Backend, Outcome};
use crate::{Claim, Commit, DueAt, MessageState, OutboxChannel, OutboxMessage, StoreError};

fn messages(messages: &[OutboxMessage]) -> Commit {
    Commit { messages: messages.to_vec(), ..Commit::default() }
}

fn ids(messages: Vec<OutboxMessage>) -> Vec<String> {
    messages.into_iter().map(|message| message.id).collect()
}

pub async fn a_message_is_kept_once(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = message("m1", 10);
    let again = OutboxMessage { id: "m2".to_owned(), body: "other words".to_owned(), ..first.clone() };
    // Also within one commit.
    store.commit(&messages(&[first.clone(), again.clone()])).await?;
    let delivered =
        OutboxMessage { state: MessageState::Delivered, attempts: 1, delivered_ms: Some(11), ..first.clone() };
    store.put_message(&delivered).await?;
    store.commit(&messages(&[again, first])).await?;
    assert_eq!(store.messages(10).await?, [delivered]);
    Ok(())
}

pub async fn due_messages_come_oldest_first(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let retried = OutboxMessage { next_attempt_ms: 500, attempts: 3, ..message("retried", 5) };
    let failed = OutboxMessage { state: MessageState::Failed, ..message("failed", 1) };
    let delivered = OutboxMessage { state: MessageState::Delivered, ..message("delivered", 1) };
    let all = [message("b", 20), message("a", 20), message("c", 10), message("later", 900), retried, failed, delivered];
    store.commit(&messages(&all)).await?;
    assert_eq!(ids(store.due_messages(499, 10).await?), ["c", "a", "b"]);
    assert_eq!(ids(store.due_messages(500, 10).await?), ["retried", "c", "a", "b"]);
    assert_eq!(ids(store.due_messages(500, 2).await?), ["retried", "c"]);
    assert_eq!(ids(store.due_messages(9, 10).await?), [""; 0]);
    assert_eq!(ids(store.messages(4).await?), ["later", "b", "a", "c"]);
    Ok(())
}

pub async fn each_channel_has_a_queue_of_its_own(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let way = |recipient: &str| OutboxChannel { channel: "webhook".to_owned(), recipient: recipient.to_owned() };
    let to = |id: &str, created_ms, recipient: &str| OutboxMessage {
        channel: "webhook".to_owned(),
        recipient: recipient.to_owned(),
        ..message(id, created_ms)
    };
    let waits = OutboxMessage { next_attempt_ms: 700, ..to("waits", 3, "late") };
    let stray = OutboxMessage { next_attempt_ms: 900_000, ..to("stray", 4, "b") };
    let done = OutboxMessage { state: MessageState::Delivered, ..to("done", 1, "done") };
    let all = [to("b2", 20, "b"), to("b1", 10, "b"), to("a1", 15, "a"), waits, stray, done];
    store.commit(&messages(&all)).await?;
    let due = |now_ms| DueAt { now_ms, longest_ms: now_ms + 1_000 };
    assert_eq!(store.due_channels(due(50), 10).await?, [way("b"), way("a")]);
    assert_eq!(store.due_channels(due(700), 10).await?, [way("late"), way("b"), way("a")]);
    assert_eq!(store.due_channels(due(700), 1).await?, [way("late")]);
    // What waits longer than anything does was written under a wrong clock: it is due.
    assert_eq!(ids(store.due_messages_of(&way("b"), due(50), 10).await?), ["stray", "b1", "b2"]);
    assert_eq!(ids(store.due_messages_of(&way("b"), due(50), 2).await?), ["stray", "b1"]);
    assert_eq!(ids(store.due_messages_of(&way("late"), due(50), 2).await?), [""; 0]);
    assert_eq!(store.make_messages_due(60).await?, 2);
    assert_eq!(ids(store.due_messages_of(&way("late"), due(60), 2).await?), ["waits"]);
    assert_eq!(store.due_channels(due(60), 10).await?, [way("late"), way("b"), way("a")]);
    Ok(())
}

pub async fn the_outcome_of_a_delivery_is_kept(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let waiting = message("m", 10);
    store.commit(&messages(std::slice::from_ref(&waiting))).await?;
    let refused = OutboxMessage {
        attempts: 1,
        next_attempt_ms: 60,
        last_error: Some("503 – später".to_owned()),
        ..waiting.clone()
    };
    // What a message says stays, whatever comes with its outcome.
    store.put_message(&OutboxMessage { body: "other words".to_owned(), ..refused.clone() }).await?;
    assert_eq!(store.messages(10).await?, std::slice::from_ref(&refused));
    assert_eq!(store.due_messages(59, 10).await?, []);
    let failed = OutboxMessage { state: MessageState::Failed, attempts: 2, ..refused };
    store.put_message(&failed).await?;
    assert_eq!(store.due_messages(i64::MAX, 10).await?, []);
    assert_eq!(store.messages(10).await?, [failed]);
    let outcome = store.put_message(&OutboxMessage { id: "other".to_owned(), ..waiting }).await;
    assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{outcome:?}");
    store.put_message(&message("new", 99)).await?;
    assert_eq!(ids(store.messages(10).await?), ["new", "m"]);
    Ok(())
}

pub async fn a_message_is_claimed_by_one_until_the_claim_ends(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    store.commit(&messages(&[message("m2", 20), message("m1", 10), message("later", 900)])).await?;
    let channel = way();
    let due = |now_ms| DueAt { now_ms, longest_ms: now_ms + 10_000 };
    let claim = |holder: &str, until_ms| Claim { holder: holder.to_owned(), until_ms };
    assert_eq!(ids(store.claim_messages(&channel, due(50), &claim("a", 150), 1).await?), ["m1"]);
    assert_eq!(ids(store.claim_messages(&channel, due(50), &claim("b", 150), 9).await?), ["m2"]);
    assert_eq!(ids(store.claim_messages(&channel, due(149), &claim("b", 300), 9).await?), [""; 0]);
    assert_eq!(store.due_channels(due(149), 10).await?, []);
    // Neither of them was heard of again.
    assert_eq!(store.due_channels(due(150), 10).await?, std::slice::from_ref(&channel));
    let claimed = store.claim_messages(&channel, due(150), &claim("c", 250), 9).await?;
    assert_eq!(ids(claimed.clone()), ["m1", "m2"]);
    // What became of a try ends the claim.
    let retried = OutboxMessage { attempts: 1, next_attempt_ms: 160, ..claimed[0].clone() };
    store.put_message(&retried).await?;
    let delivered = OutboxMessage { state: MessageState::Delivered, ..claimed[1].clone() };
    store.put_message(&delivered).await?;
    assert_eq!(ids(store.claim_messages(&channel, due(160), &claim("d", 260), 9).await?), ["m1"]);
    assert_eq!(store.release_claims().await?, 1);
    assert_eq!(ids(store.claim_messages(&channel, due(160), &claim("e", 260), 9).await?), ["m1"]);
    // A claim that lasts longer than any does was made under a clock that was wrong.
    assert_eq!(ids(store.claim_messages(&channel, due(-50_000), &claim("f", 0), 9).await?), ["m1", "later"]);
    let refused = store.claim_messages(&channel, due(160), &claim("", 260), 9).await;
    assert!(matches!(refused, Err(StoreError::NotStorable { .. })), "{refused:?}");
    Ok(())
}

pub async fn claimers_at_once_never_claim_the_same_message(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let all: Vec<OutboxMessage> = (0..60).map(|number| message(&format!("m{number:02}"), number)).collect();
    store.commit(&messages(&all)).await?;
    let claimer = |number: u32| {
        let store = std::sync::Arc::clone(&store);
        tokio::spawn(async move {
            let (channel, due) = (way(), DueAt { now_ms: 100, longest_ms: 10_000 });
            let claim = Claim { holder: format!("claimer {number}"), until_ms: 5_000 };
            let mut claimed = Vec::new();
            loop {
                let next = store.claim_messages(&channel, due, &claim, 1 + number % 3).await?;
                if next.is_empty() {
                    return Ok::<_, StoreError>(claimed);
                }
                claimed.extend(ids(next));
            }
        })
    };
    let claimers: Vec<_> = (0..6).map(claimer).collect();
    let mut found = Vec::new();
    for claimer in claimers {
        let ended = claimer.await;
        found.extend(ended.map_err(|error| StoreError::Failed { operation: "claim", source: Box::new(error) })??);
    }
    // One may have found all that was left locked by others; what nobody found is found now.
    let claim = Claim { holder: "last".to_owned(), until_ms: 5_000 };
    found.extend(ids(store.claim_messages(&way(), DueAt { now_ms: 100, longest_ms: 10_000 }, &claim, 60).await?));
    found.sort();
    assert!(found.iter().eq(all.iter().map(|message| &message.id)), "{found:?}");
    Ok(())
}

/// The way of the messages of the samples.
fn way() -> OutboxChannel {
    let OutboxMessage { channel, recipient, .. } = message("m", 0);
    OutboxChannel { channel, recipient }
}
