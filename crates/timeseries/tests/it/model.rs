//! Random payloads, flushes, crashes, late and repeated samples against a list of all that was acknowledged.

use std::collections::BTreeMap;
use std::sync::Arc;

use kpi::point::Origin;
use proptest::prelude::*;
use series_block::{Block, Bucket, Mark, Resolution, RolledBlock, Sample, counted};
use timeseries::{TimeSeriesEngine, What};

use crate::memory_store::MemoryStore;
use crate::support::{DAY_MS, NOW_MS, Sent, keep, number, open, settings};

#[derive(Debug, Clone)]
enum Step {
    Keep(Vec<Sent>),
    Many(u8, i64, i64, usize),
    Flush { everything: bool, later_ms: i64 },
    FailedFlush,
    Crash,
    Replay(prop::sample::Index),
}

fn rows() -> impl Strategy<Value = Vec<Sent>> {
    let back = prop_oneof![4 => 0..60_000_i64, 2 => 0..7_200_000_i64, 1 => 0..5 * DAY_MS, 1 => Just(0_i64)];
    prop::collection::vec((0_u8..4, back, -1000..1000_i32), 1..40).prop_map(|rows| {
        rows.into_iter().map(|(series, back_ms, value)| (series, back_ms, f64::from(value) / 4.0)).collect()
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => rows().prop_map(Step::Keep),
        1 => (0_u8..4, 1..3_000_i64, 0..DAY_MS, 100..9_000_usize).prop_map(|(a, b, c, d)| Step::Many(a, b, c, d)),
        3 => (any::<bool>(), 0..400_000_i64).prop_map(|(everything, later_ms)| Step::Flush { everything, later_ms }),
        1 => Just(Step::FailedFlush),
        1 => Just(Step::Crash),
        1 => any::<prop::sample::Index>().prop_map(Step::Replay),
    ];
    prop::collection::vec(step, 1..30)
}

type Model = BTreeMap<u8, Vec<Sample>>;

fn note(model: &mut Model, payload: i64, recorded_ms: i64, rows: &[Sent]) {
    for (row, (series, time_ms, value)) in (0..).zip(rows) {
        let (payload, origin) = (payload.cast_unsigned(), Origin::Measured);
        let sample = Sample { time_ms: *time_ms, value: *value, payload, row, recorded_ms, origin };
        let samples = model.entry(*series).or_default();
        let place = samples.partition_point(|known| known.key() < sample.key());
        samples.insert(place, sample);
    }
}

fn recomputed(samples: &[Sample], resolution: Resolution) -> Vec<Bucket> {
    let start_of = |sample: &Sample| resolution.start_ms(sample.time_ms);
    let chunks = samples.chunk_by(|one, next| start_of(one) == start_of(next));
    chunks.map(|chunk| Bucket::of(start_of(&chunk[0]), chunk).unwrap()).collect()
}

/// What is stored is consistent in itself, at any time.
fn assert_stored_rollups_are_those_of_stored_samples(store: &MemoryStore) {
    let tables = store.tables.lock().unwrap();
    for series in tables.series.keys() {
        let blocks = tables.blocks.range((*series, i64::MIN, 0)..=(*series, i64::MAX, i64::MAX));
        let stored: Vec<Sample> =
            blocks.flat_map(|(_, block)| Block::from_bytes(block.bytes.clone()).unwrap().samples().unwrap()).collect();
        assert!(stored.is_sorted_by(|one, next| one.key() < next.key()), "blocks overlap");
        for (number, resolution) in (0..).zip(Resolution::ALL) {
            let rows = tables.rolled.range((*series, number, i64::MIN)..=(*series, number, i64::MAX));
            let rolled: Vec<Bucket> = rows
                .flat_map(|(_, row)| RolledBlock::from_bytes(row.bytes.clone()).unwrap().buckets().unwrap())
                .collect();
            assert_eq!(rolled, recomputed(&stored, resolution), "{resolution:?}");
        }
    }
}

async fn assert_reads_as(desk: &TimeSeriesEngine, model: &Model) {
    let (from_ms, until_ms) = (NOW_MS - 30 * DAY_MS, NOW_MS + 30 * DAY_MS);
    for (series, expected) in model {
        let number = number(desk, *series).unwrap();
        let found = desk.samples(number, i64::MIN, i64::MAX, usize::MAX).await.unwrap();
        assert_eq!(&found, expected, "series {series}");
        let few = desk.samples(number, expected[0].time_ms + 1, i64::MAX, 5).await.unwrap();
        let behind: Vec<Sample> =
            expected.iter().filter(|one| one.time_ms > expected[0].time_ms).take(5).copied().collect();
        assert_eq!(few, behind);

        let bucket = desk.window(number, from_ms, until_ms, None).await.unwrap().unwrap();
        let whole = Bucket::of(from_ms, expected).unwrap();
        assert_eq!(bucket, whole);
        let known_ms = expected[expected.len() / 2].recorded_ms;
        let then: Vec<Sample> = expected.iter().filter(|one| one.recorded_ms <= known_ms).copied().collect();
        let middle_ms = expected[expected.len() / 3].time_ms;
        let inside: Vec<Sample> = then.iter().filter(|one| one.time_ms >= middle_ms).copied().collect();
        let found = desk.window(number, middle_ms, until_ms, Some(known_ms)).await.unwrap();
        assert_eq!(found.map(|one| one.digest), Bucket::of(middle_ms, &inside).map(|one| one.digest));

        let marks: Vec<Mark> = counted(expected).map(|one| Mark { time_ms: one.time_ms, value: one.value }).collect();
        for (from_ms, until_ms) in [(from_ms, until_ms), (NOW_MS - DAY_MS, NOW_MS), (middle_ms, middle_ms + 600_000)] {
            let chart = desk.chart(number, from_ms, until_ms, 50).await.unwrap();
            assert!(chart.iter().all(|mark| marks.contains(mark)), "a point that is no sample");
            let inside: Vec<&Mark> = marks.iter().filter(|mark| (from_ms..until_ms).contains(&mark.time_ms)).collect();
            assert_eq!(chart.first(), inside.first().copied());
            assert_eq!(chart.last(), inside.last().copied());
            let greatest = |marks: &mut dyn Iterator<Item = f64>| marks.max_by(f64::total_cmp);
            assert_eq!(
                greatest(&mut chart.iter().map(|mark| mark.value)),
                greatest(&mut inside.iter().map(|mark| mark.value))
            );
        }
    }
    let mut all: BTreeMap<i64, Vec<Sample>> = BTreeMap::new();
    desk.all_samples("cpu", |series, samples| all.entry(series.number).or_default().extend(samples)).await.unwrap();
    for (series, expected) in model {
        let found = all.get_mut(&number(desk, *series).unwrap()).unwrap();
        found.sort_by_key(Sample::key);
        assert_eq!(found, expected);
    }
}

async fn runs(steps: Vec<Step>) {
    let store = Arc::new(MemoryStore::default());
    let mut desk = open(&store, settings()).await;
    let mut model = Model::new();
    let mut now_ms = NOW_MS;
    for step in steps {
        now_ms += 1_000;
        match step {
            Step::Keep(rows) => {
                let rows: Vec<Sent> = rows.into_iter().map(|(a, back_ms, b)| (a, now_ms - back_ms, b)).collect();
                let payload = keep(&desk, now_ms, &rows).await;
                note(&mut model, payload, now_ms, &rows);
            }
            Step::Many(series, step_ms, back_ms, count) => {
                let first_ms = now_ms - back_ms - 27 * DAY_MS / 10;
                let rows: Vec<Sent> =
                    (0..count).map(|at| (series, first_ms + i64::try_from(at).unwrap() * step_ms, 2.5)).collect();
                let rows: Vec<Sent> = rows.into_iter().filter(|row| row.1 <= now_ms).collect();
                let payload = keep(&desk, now_ms, &rows).await;
                note(&mut model, payload, now_ms, &rows);
            }
            Step::Flush { everything, later_ms } => {
                now_ms += later_ms;
                desk.flush(now_ms, if everything { What::Everything } else { What::Due }).await.unwrap();
                let stats = desk.stats();
                if everything {
                    assert_eq!((stats.held_samples, stats.heads), (0, 0));
                    assert_eq!(stats.flushed_payload, stats.appended_payload);
                }
                assert_stored_rollups_are_those_of_stored_samples(&store);
            }
            Step::FailedFlush => {
                store.fails.store(true, std::sync::atomic::Ordering::SeqCst);
                let _ = desk.flush(now_ms, What::Everything).await;
                store.fails.store(false, std::sync::atomic::Ordering::SeqCst);
            }
            Step::Crash => {
                drop(desk);
                desk = open(&store, settings()).await;
            }
            Step::Replay(index) => {
                let payloads: Vec<_> = store.tables.lock().unwrap().payloads.values().cloned().collect();
                if payloads.is_empty() {
                    continue;
                }
                let payload = &payloads[index.index(payloads.len())];
                let mut batch = desk.batch(&payload.source, payload.received_ms);
                assert_eq!(crate::support::read(payload, &mut batch), None);
                desk.replay(payload, batch).await.unwrap();
            }
        }
    }
    let held: usize = desk.stats().held_samples.try_into().unwrap();
    assert!(held <= model.values().map(Vec::len).sum::<usize>());
    assert_reads_as(&desk, &model).await;
    drop(desk);
    let desk = open(&store, settings()).await;
    assert_reads_as(&desk, &model).await;
    desk.close(now_ms).await.unwrap();
    assert_stored_rollups_are_those_of_stored_samples(&store);
    assert_reads_as(&desk, &model).await;
    let desk = open(&store, settings()).await;
    assert_eq!(desk.stats().held_samples, 0);
    assert_reads_as(&desk, &model).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_lost_or_doubled_and_rollups_are_those_of_the_samples(steps in steps()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(runs(steps));
    }
}
