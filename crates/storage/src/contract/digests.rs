//! Every row carries a checksum of its columns, and a store that was filled contradicts itself nowhere.

use super::filled::fill;
use super::samples::{benchmark_run, observations, payload};
use super::{Backend, Outcome};
use crate::row_digest::{COLUMN, Looked, look};
use crate::transfer::{Cell, Kind, TABLES, Table, TableRow};
use crate::{Held, Latest, Payload, Store, StoreError};

async fn rows(store: &dyn Store, table: &'static Table) -> Result<Vec<TableRow>, StoreError> {
    store.read_tables().await?.page(table, None, 5_000).await
}

/// Something else of the same kind.
fn changed(cell: &Cell, kind: Kind) -> Cell {
    match (cell, kind) {
        (Cell::Int(number), _) => Cell::Int(number ^ 1),
        (Cell::Real(number), _) => Cell::Real(f64::from_bits(number.to_bits() ^ 1)),
        (Cell::Text(text), _) => Cell::Text(format!("{text} ")),
        (Cell::Bytes(bytes), _) => Cell::Bytes([bytes.as_slice(), &[0]].concat()),
        (Cell::Null, Kind::Int) => Cell::Int(0),
        (Cell::Null, Kind::Real) => Cell::Real(0.0),
        (Cell::Null, Kind::Text) => Cell::Text(String::new()),
        (Cell::Null, Kind::Bytes) => Cell::Bytes(Vec::new()),
    }
}

pub async fn every_row_has_a_checksum_that_tells_a_change_of_any_column(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    fill(store.as_ref()).await?;
    for table in TABLES.iter().filter(|table| table.digested > 0) {
        let rows = rows(store.as_ref(), table).await?;
        assert!(!rows.is_empty(), "{}", table.name);
        for row in &rows {
            assert_eq!(look(table, row), Looked::Sound, "{}: {row:?}", table.name);
        }
        for column in (0..table.digested + table.digested_later).chain([table.columns.len() - 1]) {
            let mut row = rows[0].clone();
            row[column] = changed(&row[column], table.columns[column].kind);
            assert_eq!(look(table, &row), Looked::Differs, "{}.{}", table.name, table.columns[column].name);
        }
    }
    Ok(())
}

pub async fn a_row_that_is_written_again_has_a_new_checksum(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    fill(store.as_ref()).await?;
    let mut message = store.messages(1).await?.remove(0);
    (message.attempts, message.last_error) = (7, Some("refused".to_owned()));
    store.put_message(&message).await?;
    let mut run = benchmark_run("run", 1);
    run.message = Some("done".to_owned());
    store.put_benchmark_run(&run).await?;
    let runs = || TABLES.iter().filter(|table| table.name == "benchmark_runs");
    for table in TABLES.iter().filter(|table| table.name == "outbox").chain(runs()) {
        for row in rows(store.as_ref(), table).await? {
            assert_eq!(look(table, &row), Looked::Sound, "{row:?}");
        }
    }
    "running".clone_into(&mut run.state);
    store.put_benchmark_run(&run).await?;
    assert_eq!(store.interrupt_running_benchmarks(5, "stopped").await?, 1);
    for table in runs() {
        assert_eq!(table.columns.last().map(|column| column.name), Some(COLUMN));
        assert_eq!(look(table, &rows(store.as_ref(), table).await?[0]), Looked::Without);
    }
    Ok(())
}

pub async fn what_was_written_last_is_told_and_found_again(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    assert_eq!(store.latest().await?, Latest::default());
    assert_eq!(store.held(&Latest::default()).await?, [Held::Nothing; 3]);
    fill(store.as_ref()).await?;
    let latest = store.latest().await?;
    assert!(latest.observation.starts_with("o-"), "{latest:?}");
    assert_eq!((latest.series, latest.flushed_payload), (2, 60));
    assert!(latest.payload >= 77 && latest.payload_digest.is_some() && latest.journal_digest.is_some());
    let rows = [latest.payload_digest, latest.observation_digest, latest.journal_digest];
    assert_eq!(store.held(&latest).await?, rows.map(Held::Row));
    let next = Payload { number: latest.payload + 1, ..payload("q") };
    store.record(&next, &observations("p", "q", 1)).await?;
    let later = store.latest().await?;
    assert_eq!(later.payload, latest.payload + 1);
    assert!(later.observation > latest.observation);
    assert_eq!(store.held(&latest).await?, rows.map(Held::Row));
    Ok(())
}

pub async fn a_store_that_was_filled_does_not_contradict_itself(backend: &dyn Backend) -> Outcome {
    let store = backend.open().await?;
    assert_eq!(store.contradictions(10).await?, []);
    fill(store.as_ref()).await?;
    assert_eq!(store.contradictions(10).await?, []);
    assert_eq!(store.engine_faults(10).await?, [""; 0]);
    let bodies = store.stored_bodies(0, 1_000).await?;
    assert_eq!(bodies.len(), 78);
    for stored in bodies {
        let length = stored.body.and_then(Result::ok).and_then(|body| i64::try_from(body.len()).ok());
        assert!(length.is_some() && !stored.is_dropped);
        // Of the one payload whose bytes were replaced the count was left as it was.
        assert!(stored.payload_id == "p" || length == Some(stored.byte_count));
    }
    Ok(())
}
