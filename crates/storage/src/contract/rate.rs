//! How fast a store takes observations and payloads and gives them back: a measurement, not a fact.

use super::Backend;
use super::samples::{logged_payload, observations, payload};
use crate::{Payload, StoreError};

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

/// Keeps that many payloads of 5,000 points of line protocol (about 400 kB) one after another, then as many from four tasks at
/// once, reads them again, and says how long each took.
///
/// # Errors
/// What the store gives.
pub async fn measure_payload_rate(backend: &dyn Backend, count: u32) -> Result<String, StoreError> {
    let store = backend.open().await?;
    let engine = store.describe().await?.engine;
    let bodies: Vec<Vec<u8>> = (0..16).map(points_of_line_protocol).collect();
    let made = |number: i64| {
        let body = bodies[usize::try_from(number).unwrap_or_default() % bodies.len()].clone();
        Payload { byte_count: i64::try_from(body.len()).unwrap_or(i64::MAX), body, ..logged_payload(number) }
    };
    let one_writer: Vec<Payload> = (1..=i64::from(count)).map(made).collect();
    let start = tokio::time::Instant::now();
    for payload in &one_writer {
        store.keep_payloads(std::slice::from_ref(payload), &[]).await?;
    }
    let one_s = start.elapsed().as_secs_f64();
    let more: Vec<Payload> = (i64::from(count) + 1..=2 * i64::from(count)).map(made).collect();
    let start = tokio::time::Instant::now();
    let tasks: Vec<_> = (0..4)
        .map(|writer| {
            let own: Vec<Payload> = more.iter().skip(writer).step_by(4).cloned().collect();
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move {
                for payload in &own {
                    store.keep_payloads(std::slice::from_ref(payload), &[]).await?;
                }
                Ok::<(), StoreError>(())
            })
        })
        .collect();
    for task in tasks {
        task.await
            .map_err(|error| StoreError::Failed { operation: "run a writing task", source: Box::new(error) })??;
    }
    let four_s = start.elapsed().as_secs_f64();
    let start = tokio::time::Instant::now();
    let (mut after, mut read) = (0, 0);
    loop {
        let page = store.payloads_after(after, &["influx"], 16).await?;
        let Some(last) = page.last() else { break };
        (after, read) = (last.number, read + page.len());
    }
    let read_s = start.elapsed().as_secs_f64();
    let (count, bytes) = (f64::from(count), store.describe().await?.bytes.unwrap_or_default());
    Ok(format!(
        "{engine}: payloads of {} bytes: {:.0}/s from one writer, {:.0}/s from four, {read} read again at {:.0}/s; {bytes} bytes on disk",
        bodies[0].len(),
        count / one_s,
        count / four_s,
        2.0 * count / read_s,
    ))
}

/// A body of 5,000 points, each with two tags, a field that changes and a time.
fn points_of_line_protocol(seed: u64) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut state = seed + 1;
    for point in 0..5000_u64 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (host, usage) = (point % 100, state >> 44);
        let time_ns = 1_700_000_000_000_000_000 + (seed * 5000 + point) * 1_000_000;
        let _infallible = writeln!(
            text,
            "cpu,host=server-{host:03},region=eu-central usage_user={}.{:04} {time_ns}",
            usage % 100,
            usage % 9973
        );
    }
    text.into_bytes()
}
