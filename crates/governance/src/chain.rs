//! Checking the chain of decisions: a record that was changed, left out or put in breaks it.

use journal::stream::DECISIONS;
use kpi::instant;
use storage::{Store, StoreError};

use crate::decision::{Link, Record, hash};

/// How many decisions are read at once.
const PAGE: u32 = 1_000;

/// What was found of one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its place, from 1.
    pub number: usize,
    /// What was decided, for reading; `None` where the record can't be read.
    pub summary: Option<String>,
    /// What is wrong with it; `None` for a sound link.
    pub fault: Option<String>,
}

/// Checks every link, in order; the chain is sound when no link has a fault.
pub fn verify(links: &[Link]) -> Vec<Verified> {
    let mut previous = "";
    let mut verified = Vec::with_capacity(links.len());
    for (number, link) in (1..).zip(links) {
        let record: Result<Record, _> = serde_json::from_str(link.record.get());
        let fault = if link.previous != previous {
            Some("it does not follow the one before: a decision was changed, left out or put in".to_owned())
        } else if link.hash != hash(&link.previous, link.record.get()) {
            Some("its record is not the one that was hashed".to_owned())
        } else {
            record.as_ref().err().map(|error| format!("its record can't be read: {error}"))
        };
        let summary = record.ok().map(|record| {
            format!(
                "gate {} {} by {} at {}: {} of {} met, {} needed",
                record.phase,
                record.kind.words().to_lowercase(),
                record.person,
                instant::iso(record.time_ms),
                record.evidence.met,
                record.evidence.counted,
                record.evidence.needed
            )
        });
        verified.push(Verified { number, summary, fault });
        previous = &link.hash;
    }
    verified
}

/// Every decision of a store as it is kept, in the order of the chain.
///
/// # Errors
/// [`StoreError`] where the store can't be read, or holds an entry that is no link.
pub async fn links(store: &dyn Store) -> Result<Vec<Link>, StoreError> {
    let mut links = Vec::new();
    let mut before = None;
    loop {
        let page = store.journal_of(DECISIONS, before, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.version);
        for entry in &page {
            let link = serde_json::from_str(&entry.body_json)
                .map_err(|error| StoreError::Failed { operation: "read a decision", source: Box::new(error) })?;
            links.push(link);
        }
    }
    links.reverse();
    Ok(links)
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::decision::DecisionKind;
    use crate::evidence::{Evidence, FrozenCatalogue, FrozenPolicy};

    fn record(reason: &str) -> Record {
        let policy = FrozenPolicy {
            gate_share_percent: 80.0,
            yellow_below_percent: 70.0,
            red_below_percent: 50.0,
            standing_kpis_count: false,
        };
        let catalogue = FrozenCatalogue {
            id: "inferno".to_owned(),
            written_version: "1.0".to_owned(),
            number: Some(1),
            sha256_hex: String::new(),
        };
        let evidence = Evidence {
            instant_ms: 1_780_272_000_000,
            outcome: "passed".to_owned(),
            met: 36,
            counted: 44,
            needed: 36,
            waived: Vec::new(),
            policy,
            catalogue,
            latest_id: "0190".to_owned(),
            demo_data: false,
            kpis: Vec::new(),
            uncounted: Vec::new(),
        };
        Record {
            phase: 1,
            kind: DecisionKind::SignOff,
            time_ms: 1_780_272_000_000,
            person: "Ann".to_owned(),
            reason: reason.to_owned(),
            kpi: None,
            expires_ms: None,
            withdraws: None,
            evidence,
        }
    }

    fn chain() -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for reason in ["first", "second", "third"] {
            let previous = links.last().map_or_else(String::new, |link| link.hash.clone());
            links.push(Link::new(&previous, &record(reason)).unwrap());
        }
        links
    }

    fn broken(links: &[Link]) -> Vec<usize> {
        verify(links).into_iter().filter(|link| link.fault.is_some()).map(|link| link.number).collect()
    }

    #[test]
    fn a_chain_as_it_was_recorded_is_sound() {
        assert_eq!(broken(&chain()), [0; 0]);
        assert_eq!(broken(&[]), [0; 0]);
    }

    #[test]
    fn a_link_survives_being_stored_and_sent() {
        let text = serde_json::to_string(&chain()).unwrap();
        let read: Vec<Link> = serde_json::from_str(&text).unwrap();
        assert_eq!(broken(&read), [0; 0]);
    }

    #[test]
    fn a_changed_record_breaks_its_own_link() {
        let mut links = chain();
        let forged = links[1].record.get().replace("second", "forged");
        links[1].record = RawValue::from_string(forged).unwrap();
        assert_eq!(broken(&links), [2]);
    }

    #[test]
    fn a_changed_record_with_a_new_hash_breaks_the_next_link() {
        let mut links = chain();
        links[1] = Link::new(&links[0].hash, &record("forged")).unwrap();
        assert_eq!(broken(&links), [3]);
    }

    #[test]
    fn a_link_left_out_or_put_in_breaks_the_chain() {
        let mut left_out = chain();
        left_out.remove(1);
        assert_eq!(broken(&left_out), [2]);
        let mut put_in = chain();
        put_in.insert(1, Link::new(&put_in[0].hash, &record("late")).unwrap());
        assert_eq!(broken(&put_in), [3]);
        let mut swapped = chain();
        swapped.swap(0, 1);
        assert!(!broken(&swapped).is_empty());
    }
}
