//! Many writers at once, while samples leave memory and are read.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use timeseries::{KeptRow, Listener, What};

use crate::memory_store::MemoryStore;
use crate::support::{NOW_MS, Sent, keep, listening, number, open, payload, read, settings};

#[derive(Default)]
struct Heard(Mutex<Vec<(u64, u32, i64)>>);

impl Listener for Heard {
    fn wants(&self, name: &str) -> bool {
        name == "cpu"
    }

    fn kept(&self, rows: &[KeptRow<'_>]) {
        self.0.lock().unwrap().extend(rows.iter().map(|row| (row.payload, row.row, row.time_ms)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_between_writers_flushes_and_readers() {
    let store = Arc::new(MemoryStore::default());
    let heard = Arc::new(Heard::default());
    let desk = listening(&store, settings(), heard.clone()).await;
    let ends = Arc::new(AtomicBool::new(false));
    let upkeep = {
        let (desk, ends) = (desk.clone(), ends.clone());
        tokio::spawn(async move {
            let mut everything = false;
            while !ends.load(Ordering::SeqCst) {
                everything = !everything;
                desk.flush(NOW_MS, if everything { What::Everything } else { What::Due }).await.unwrap();
            }
        })
    };
    let reader = {
        let (desk, ends) = (desk.clone(), ends.clone());
        tokio::spawn(async move {
            let mut least = 0;
            while !ends.load(Ordering::SeqCst) {
                let Some(series) = number(&desk, 1) else { continue };
                let window = desk.window(series, NOW_MS - 86_400_000, NOW_MS + 86_400_000, None).await.unwrap();
                let count = window.map_or(0, |bucket| bucket.digest.count);
                assert!(count >= least, "{least} samples have become {count}");
                least = count;
                let samples = desk.samples(series, 0, i64::MAX, usize::MAX).await.unwrap();
                assert!(samples.len() as u64 >= least);
            }
        })
    };
    let writers: Vec<_> = (0..4_u8)
        .map(|writer| {
            let desk = desk.clone();
            tokio::spawn(async move {
                for round in 0..60_i64 {
                    let at = |step: i64| NOW_MS - 3_600_000 + (round * 50 + step) * 1_000 + i64::from(writer);
                    let rows: Vec<Sent> =
                        (0..50).flat_map(|step| [(1, at(step), 1.0), (writer + 2, at(step), 2.0)]).collect();
                    keep(&desk, NOW_MS, &rows).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    ends.store(true, Ordering::SeqCst);
    upkeep.await.unwrap();
    reader.await.unwrap();
    let together = desk.samples(number(&desk, 1).unwrap(), 0, i64::MAX, usize::MAX).await.unwrap();
    assert_eq!(together.len(), 4 * 60 * 50);
    let heard = heard.0.lock().unwrap().clone();
    assert_eq!(heard.len(), 2 * 4 * 60 * 50);
    assert!(heard.is_sorted_by(|one, next| (one.0, one.1) < (next.0, next.1)), "in the order of payloads");
    let payloads: BTreeSet<u64> = together.iter().map(|sample| sample.payload).collect();
    assert_eq!(payloads.len(), 240);
    desk.close(NOW_MS).await.unwrap();
    assert!(desk.keep(payload("agent", &[]), desk.batch("agent", NOW_MS)).await.is_err());
    let desk = open(&store, settings()).await;
    assert_eq!(desk.stats().held_samples, 0);
    assert_eq!(desk.samples(number(&desk, 1).unwrap(), 0, i64::MAX, usize::MAX).await.unwrap(), together);
}

#[tokio::test]
async fn who_goes_away_changes_nothing_and_many_payloads_are_one_transaction() {
    let store = Arc::new(MemoryStore::default());
    let desk = open(&store, settings()).await;
    let mut waiting = Vec::new();
    for series in 0..40 {
        let payload = payload("agent", &[(series, NOW_MS, 1.0)]);
        let mut batch = desk.batch("agent", NOW_MS);
        read(&payload, &mut batch);
        let desk = desk.clone();
        waiting.push(tokio::spawn(async move { desk.keep(payload, batch).await }));
    }
    // All are in the queue, nobody has an answer.
    tokio::task::yield_now().await;
    for sender in waiting {
        sender.abort();
    }
    desk.close(NOW_MS).await.unwrap();
    assert_eq!(desk.stats().series, 40);
    assert_eq!(store.tables.lock().unwrap().payloads.len(), 40);
    assert_eq!(store.tables.lock().unwrap().flushed, 40);
    assert!(store.commits.load(Ordering::SeqCst) <= 3);
}
