//! Blocks of samples are parted by calendar months, which come and go as blocks do.

#![expect(clippy::expect_used, reason = "helpers of tests may end the test")]

mod server;

use sqlx::{Connection, PgConnection};
use storage::contract::Backend;
use storage::contract::samples::block;
use storage::{SampleFlush, StoreError, StoredBlock};

const OCTOBER_END_MS: i64 = 1_698_796_800_000;
const NOVEMBER_END_MS: i64 = 1_701_388_800_000;
const PARTS: &str = "SELECT CAST(inhrelid AS regclass) :: text FROM pg_inherits
    WHERE inhparent = CAST('sample_blocks' AS regclass) ORDER BY 1";

async fn parts(schema: &server::Schema) -> Vec<String> {
    let mut connection = PgConnection::connect(&schema.url()).await.expect("a connection");
    sqlx::query_scalar(PARTS).fetch_all(&mut connection).await.expect("the parts")
}

fn flush_of(blocks: &[StoredBlock]) -> SampleFlush {
    SampleFlush { blocks: blocks.to_vec(), ..SampleFlush::default() }
}

#[tokio::test]
async fn a_month_is_made_with_its_first_block_and_dropped_when_all_of_it_is_old() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let store = schema.open().await?;
    assert_eq!(parts(&schema).await, [""; 0]);
    // The first block of October reaches into November.
    let october =
        [block(1, 1, OCTOBER_END_MS - 20, OCTOBER_END_MS + 5), block(2, 2, OCTOBER_END_MS - 20, OCTOBER_END_MS - 1)];
    let november =
        [block(1, 3, OCTOBER_END_MS, OCTOBER_END_MS + 9), block(1, 4, NOVEMBER_END_MS - 1, NOVEMBER_END_MS - 1)];
    store.flush_samples(&flush_of(&[&october[..], &november].concat())).await?;
    assert_eq!(parts(&schema).await, ["sample_blocks_2023_10", "sample_blocks_2023_11"]);
    assert_eq!(store.drop_blocks(OCTOBER_END_MS, 10).await?, 1);
    assert_eq!(parts(&schema).await, ["sample_blocks_2023_10", "sample_blocks_2023_11"]);
    assert_eq!(store.drop_blocks(OCTOBER_END_MS + 6, 0).await?, 1);
    assert_eq!(parts(&schema).await, ["sample_blocks_2023_11"]);
    assert_eq!(store.drop_blocks(OCTOBER_END_MS + 10, 10).await?, 1);
    assert_eq!(store.blocks(1, i64::MIN, i64::MAX).await?, november[1..]);
    // A late block makes its month anew.
    store.flush_samples(&flush_of(&october[1..])).await?;
    assert_eq!(parts(&schema).await, ["sample_blocks_2023_10", "sample_blocks_2023_11"]);
    assert_eq!(store.blocks(2, i64::MIN, i64::MAX).await?, october[1..]);
    schema.remove().await;
    Ok(())
}

#[tokio::test]
async fn an_old_month_that_somebody_reads_goes_block_by_block() -> Result<(), StoreError> {
    let schema = server::Schema::create().await;
    let store = schema.open().await?;
    store.flush_samples(&flush_of(&[block(1, 1, 10, 20), block(1, 2, 30, 40)])).await?;
    let mut reader = PgConnection::connect(&schema.url()).await.expect("a connection");
    let mut reading = reader.begin().await.expect("a transaction");
    let seen: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sample_blocks").fetch_one(&mut *reading).await.expect("rows");
    assert_eq!(seen, 2);
    assert_eq!(store.drop_blocks(NOVEMBER_END_MS, 1).await?, 1);
    assert_eq!(parts(&schema).await, ["sample_blocks_1970_01"]);
    // New months are made all the same.
    store.flush_samples(&flush_of(&[block(1, 3, NOVEMBER_END_MS, NOVEMBER_END_MS)])).await?;
    reading.rollback().await.expect("an end");
    assert_eq!(store.drop_blocks(NOVEMBER_END_MS, 1).await?, 1);
    assert_eq!(parts(&schema).await, ["sample_blocks_2023_12"]);
    schema.remove().await;
    Ok(())
}
