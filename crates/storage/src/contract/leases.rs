//! Leases: who holds one goes on holding it, and whoever comes after has a greater number.

#![expect(clippy::expect_used, reason = "a fact without a lease does not hold")]

use super::{Backend, Outcome};

const MINUTE_MS: i64 = 60_000;

pub async fn a_lease_goes_on_under_the_same_number_while_it_is_held(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    assert_eq!((first.name.as_str(), first.holder.as_str()), ("alerts", "a"));
    let renewed = store.take_lease("alerts", "a", MINUTE_MS).await?;
    assert_eq!(renewed.as_ref(), Some(&first));
    assert!(store.lease_holds(&first).await?);
    Ok(())
}

pub async fn a_lease_that_was_given_back_is_taken_under_a_greater_number(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let first = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    store.release_lease(&first).await?;
    assert!(!store.lease_holds(&first).await?);
    let second = store.take_lease("alerts", "b", MINUTE_MS).await?.expect("a lease");
    assert!(second.epoch > first.epoch, "{first:?} {second:?}");
    // Of somebody who does not know that he has lost it.
    store.release_lease(&first).await?;
    assert!(store.lease_holds(&second).await? && !store.lease_holds(&first).await?);
    store.release_lease(&second).await?;
    let third = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    assert!(third.epoch > second.epoch && !store.lease_holds(&first).await?);
    Ok(())
}

pub async fn leases_of_other_names_are_others(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    let alerts = store.take_lease("alerts", "a", MINUTE_MS).await?.expect("a lease");
    let pulls = store.take_lease("pulls", "b", MINUTE_MS).await?.expect("a lease");
    assert!(store.lease_holds(&alerts).await? && store.lease_holds(&pulls).await?);
    store.release_lease(&pulls).await?;
    assert!(store.lease_holds(&alerts).await?);
    Ok(())
}
