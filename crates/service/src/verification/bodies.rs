//! The bytes of payloads: there until their time is over, and those whose hash was taken when they arrived.

use storage::{Store, StoreError, StoredBody};

use super::{Checked, Pace, Verification};
use crate::record::sha256_hex;

/// How many are held at once: each may have 8 MiB.
const PAGE: u32 = 4;
const TABLE: &str = "payload_bodies";

pub(super) async fn look(store: &dyn Store, pace: &dyn Pace, found: &mut Verification) -> Result<bool, StoreError> {
    let mut checked = Checked { table: TABLE.to_owned(), rows: 0, without_checksum: 0 };
    let (mut after, mut limit) = (0, PAGE);
    loop {
        match store.stored_bodies(after, limit).await {
            Ok(page) => {
                for stored in &page {
                    checked.rows += u64::from(stored.body.is_some());
                    if let Some(problem) = problem(stored) {
                        let affects =
                            format!("payload {}, which observations and samples lead back to", stored.payload_id);
                        found.tell(TABLE, stored.number.to_string(), problem, affects);
                    }
                }
                let Some(last) = page.last() else { break };
                after = last.number;
            }
            Err(StoreError::Failed { .. }) if limit > 1 => limit = 1,
            Err(error) => {
                found.unreadable(TABLE, format!("behind payload number {after}"), error)?;
                break;
            }
        }
        if !pace.turn().await {
            return Ok(false);
        }
    }
    found.checked.push(checked);
    Ok(true)
}

fn problem(stored: &StoredBody) -> Option<String> {
    match &stored.body {
        None if stored.is_dropped || stored.byte_count == 0 => None,
        None => Some("the bytes are missing".to_owned()),
        Some(_) if stored.is_dropped => Some("the bytes are there and are said to be deleted".to_owned()),
        Some(Err(error)) => Some(format!("the bytes can't be unpacked: {error}")),
        Some(Ok(body)) => {
            let is_same =
                sha256_hex(body) == stored.sha256_hex && i64::try_from(body.len()).ok() == Some(stored.byte_count);
            (!is_same).then(|| "the bytes are not those that arrived: their SHA-256 differs".to_owned())
        }
    }
}
