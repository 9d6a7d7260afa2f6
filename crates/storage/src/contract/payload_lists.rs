//! Payloads by number, and lists of them.

use super::samples::{logged_payload, observation, payload};
use super::{Backend, Outcome};
use crate::{Payload, PayloadQuery, PayloadState, Store, StoreError};

fn every() -> PayloadQuery {
    PayloadQuery { source: None, states: Vec::new(), before_number: None, limit: 100 }
}

async fn numbers(store: &dyn Store, query: PayloadQuery) -> Result<Vec<i64>, StoreError> {
    let listed = store.payloads(&query).await?;
    Ok(listed.into_iter().map(|payload| payload.number).collect())
}

pub async fn a_payload_is_found_by_its_number(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let recorded = Payload { number: 5, ..payload("p") };
    store.record(&recorded, &[observation("o", "p")]).await?;
    store.keep_payloads(&[logged_payload(6)], &[]).await?;
    assert_eq!(store.payload_of_number(5).await?, Some(recorded.clone()));
    assert_eq!(store.payload("p").await?, Some(recorded));
    assert_eq!(store.payload_of_number(6).await?, Some(logged_payload(6)));
    assert_eq!(store.payload_of_number(7).await?, None);
    assert_eq!(store.latest_payload().await?, 6);
    Ok(())
}

pub async fn payloads_are_listed_without_bodies_the_greatest_number_first(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let all: Vec<Payload> = (1..=9).map(logged_payload).collect();
    store.keep_payloads(&all, &[]).await?;
    let bare: Vec<Payload> = all.into_iter().rev().map(|payload| Payload { body: Vec::new(), ..payload }).collect();
    assert_eq!(store.payloads(&every()).await?, bare);
    let page = PayloadQuery { before_number: Some(8), limit: 2, ..every() };
    assert_eq!(store.payloads(&page).await?, bare[2..4]);
    Ok(())
}

pub async fn payloads_are_listed_by_source_and_state(backend: &dyn Backend) -> Outcome {
    use PayloadState::{Dead, Discarded, Partly, Read};
    let store = backend.open().await?;
    let of = |number, source: &str, state| Payload { source: source.to_owned(), state, ..logged_payload(number) };
    let all = [of(1, "a", Read), of(2, "a", Dead), of(3, "b", Partly), of(4, "b", Dead), of(5, "a", Discarded)];
    store.keep_payloads(&all, &[]).await?;
    let store = store.as_ref();
    let asked = |source: Option<&str>, states: &[PayloadState]| PayloadQuery {
        source: source.map(str::to_owned),
        states: states.to_vec(),
        ..every()
    };
    for (source, states, expected) in [
        (None, &[][..], &[5, 4, 3, 2, 1][..]),
        (None, &PayloadState::ALL, &[5, 4, 3, 2, 1]),
        (None, &[Dead, Partly], &[4, 3, 2]),
        (None, &[Read], &[1]),
        (None, &[Read, Dead], &[4, 2, 1]),
        (Some("a"), &[], &[5, 2, 1]),
        (Some("a"), &[Dead, Partly], &[2]),
        (Some("b"), &[Discarded], &[]),
        (Some("'; DROP TABLE payloads; --"), &[], &[]),
    ] {
        assert_eq!(numbers(store, asked(source, states)).await?, expected, "{source:?} {states:?}");
    }
    let second_page = PayloadQuery { before_number: Some(4), limit: 1, ..asked(None, &[Dead, Partly]) };
    assert_eq!(numbers(store, second_page).await?, [3]);
    Ok(())
}
