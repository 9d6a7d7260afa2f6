//! How fast a store takes observations and gives them back: a measurement, not a fact.

use super::Backend;
use super::samples::{observations, payload};
use crate::StoreError;

/// Records `total` observations in batches one after another, loads them, and says how long each took.
///
/// # Errors
/// What the store gives.
pub async fn measure_rate(backend: &dyn Backend, total: u32, batch: u32) -> Result<String, StoreError> {
    let store = backend.open().await?;
    let engine = store.describe().await?.engine;
    let batches: Vec<_> = (0..total / batch)
        .map(|number| {
            let id = format!("p-{number:06}");
            let rows = observations(&format!("o-{number:06}"), &id, batch);
            (payload(&id), rows)
        })
        .collect();
    let start = tokio::time::Instant::now();
    for (payload, rows) in &batches {
        store.record(payload, rows).await?;
    }
    let write_s = start.elapsed().as_secs_f64();
    let start = tokio::time::Instant::now();
    let loaded = store.points(None, total).await?.len();
    let read_s = start.elapsed().as_secs_f64();
    let count = f64::from(total);
    Ok(format!(
        "{engine}: {total} observations in batches of {batch}: {:.0}/s written ({:.2} s), {loaded} points loaded at {:.0}/s ({:.3} s)",
        count / write_s,
        write_s,
        count / read_s,
        read_s
    ))
}
