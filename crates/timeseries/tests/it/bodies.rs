//! The fast way through line protocol gives what the reader of the format gives.

use std::sync::Arc;

use formats::influx::{self, Precision};
use formats::{Limits, Problem};
use kpi::point::Origin;
use proptest::prelude::*;
use timeseries::{Rules, TimeSeriesEngine};

use crate::memory_store::MemoryStore;
use crate::support::{NOW_MS, open, payload, settings};

struct Plain;

impl Rules for Plain {
    fn factor(&self, _: &str, _: &[(String, String)]) -> Result<f64, (String, &'static str, String, String)> {
        Ok(1.0)
    }
}

/// Bytes become kilobytes, and `bad` is not taken.
struct Converting;

impl Rules for Converting {
    fn factor(&self, name: &str, _: &[(String, String)]) -> Result<f64, (String, &'static str, String, String)> {
        match name {
            "disk" => Ok(0.001),
            "bad" => Err(("unit".to_owned(), "unit", "bad has no unit".to_owned(), "bytes".to_owned())),
            _ => Ok(1.0),
        }
    }
}

type Found = (String, Vec<(String, String)>, i64, u64, u32);

/// Keeps a body through the fast way; what was kept, in the order of rows, and the problems.
async fn kept(
    desk: &TimeSeriesEngine,
    body: &str,
    limits: &Limits,
) -> Result<(Vec<Found>, Vec<Problem>), formats::Refusal> {
    let mut batch = desk.batch("influx", NOW_MS);
    let taken = batch.take_lines(body.as_bytes(), Precision::Nanoseconds, limits, Origin::Measured, &Plain)?;
    assert_eq!(batch.rows().len(), taken.samples);
    let payload = desk.keep(payload("influx", &[]), batch).await.unwrap().number.cast_unsigned();
    let mut found: Vec<Found> = Vec::new();
    for series in desk.series_list(&timeseries::SeriesFilter::default(), usize::MAX) {
        for sample in desk.samples(series.number, i64::MIN, i64::MAX, usize::MAX).await.unwrap() {
            if sample.payload == payload {
                let bits = sample.value.to_bits();
                found.push((series.name.clone(), series.labels.clone(), sample.time_ms, bits, sample.row));
            }
        }
    }
    found.sort_by_key(|row| row.4);
    Ok((found, taken.problems))
}

fn expected(body: &str, limits: &Limits) -> Result<(Vec<Found>, Vec<Problem>), formats::Refusal> {
    let received = influx::read(body.as_bytes(), Precision::Nanoseconds, limits)?;
    let samples = received.samples.samples.into_iter().zip(0..);
    let found = samples.map(|(sample, row)| {
        (sample.series, sample.labels, sample.time_ms.unwrap_or(NOW_MS), sample.value.to_bits(), row)
    });
    Ok((found.collect(), received.samples.problems))
}

fn line() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        4 => "(cpu|mem),host=[ab],os=(linux|x)",
        1 => "(cpu|mem),os=(linux|x),host=[ab]",
        1 => "[a-c ,=\\\\\"]{0,6}",
        1 => Just(format!("cpu,host={}", "h".repeat(300))),
        1 => "c\\\\ pu(,t\\\\=ag=v\\\\,alue)?",
    ];
    let fields = prop_oneof![
        4 => "value=[0-9]{1,3}(\\.[0-9])?",
        2 => "usage=[0-9]i,idle=(t|F|0\\.5)",
        2 => "idle=1,usage=2,note=\"a b,c=d\"",
        1 => "note=\"only text\"",
        1 => "[a-b=\", ]{0,8}",
        1 => Just(format!("{}=1", "f".repeat(130))),
        1 => "value=(1e400|nan|-|1e3u)",
    ];
    let time = prop_oneof![3 => "( 16999999[0-9]{2}000[0-9]{6})?", 1 => " [0-9x]{1,4}", 1 => Just(String::new())];
    let line = (key, fields, time).prop_map(|(key, fields, time)| format!("{key} {fields}{time}"));
    prop_oneof![12 => line, 1 => Just("# a comment".to_owned()), 1 => "\\PC{0,12}", 1 => Just(String::new())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn the_fast_way_gives_what_the_reader_gives(
        bodies in prop::collection::vec(prop::collection::vec(line(), 0..20), 1..5),
        rows in 5_usize..40,
        text_bytes in 100_usize..2_000,
    ) {
        let limits = Limits { rows, text_bytes, ..Limits::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = open(&Arc::new(MemoryStore::default()), settings()).await;
            for lines in &bodies {
                let body = lines.join("\n");
                // Lines whose time the desk alone refuses are told apart below.
                let expected = expected(&body, &limits);
                if expected.as_ref().is_ok_and(|(found, _)| found.iter().any(|row| row.2 < 946_684_800_000 || row.2 > NOW_MS + 300_000)) {
                    continue;
                }
                assert_eq!(kept(&desk, &body, &limits).await, expected, "{body}");
                assert_eq!(kept(&desk, &body, &limits).await, expected, "again: {body}");
            }
        });
    }
}

#[tokio::test]
async fn known_lines_need_not_be_read_anew_and_stay_right() {
    let desk = open(&Arc::new(MemoryStore::default()), settings()).await;
    let body = "cpu,host=a usage=1,idle=2\ncpu,host=b usage=3,idle=4\ncpu,host=a idle=5,usage=6";
    for _ in 0..3 {
        assert_eq!(kept(&desk, body, &Limits::default()).await, expected(body, &Limits::default()));
    }
    assert_eq!(desk.stats().series, 4);
    desk.forget_rules();
    assert_eq!(kept(&desk, body, &Limits::default()).await, expected(body, &Limits::default()));
}

#[tokio::test]
async fn values_are_converted_and_refusals_told_with_their_line() {
    let desk = open(&Arc::new(MemoryStore::default()), settings()).await;
    let body = "disk value=2500\nbad value=1\n\ndisk value=1 100000000000000000\ndisk value=7 1700000400000000000\ndisk value=3";
    for _ in 0..2 {
        let mut batch = desk.batch("influx", NOW_MS);
        let limits = Limits::default();
        let taken =
            batch.take_lines(body.as_bytes(), Precision::Nanoseconds, &limits, Origin::Measured, &Converting).unwrap();
        let told: Vec<(usize, &str)> = taken.problems.iter().map(|problem| (problem.row, problem.code)).collect();
        assert_eq!(told, [(2, "unit"), (4, "too-old"), (5, "future")]);
        let rows: Vec<(u32, f64)> = batch.rows().iter().map(|row| (row.row, row.value)).collect();
        assert_eq!(rows, [(0, 2.5), (4, 0.003)]);
        assert_eq!((taken.lines, taken.samples), (5, 5));
        desk.keep(payload("influx", &[]), batch).await.unwrap();
    }
    assert_eq!(desk.stats().series, 1);
}
