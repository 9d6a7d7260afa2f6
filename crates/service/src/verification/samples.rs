//! Blocks of samples and of buckets: each decodes, says of itself what its row says, and the days of a series have as many samples
//! in its blocks as in its minutes, hours and days. Each series is read at one instant.

use std::collections::BTreeMap;

use series_block::{Block, Resolution, RolledBlock, counted};
use storage::transfer::{Cell, TABLES, Table, TableReader, TableRow};
use storage::{Store, StoreError};

use super::{Checked, Pace, Verification};

/// How many series are listed at once.
const SERIES: u32 = 1_000;
/// How many blocks are held at once.
const PAGE: u32 = 10;
const BLOCKS: &str = "sample_blocks";
const ROLLED: &str = "rolled_blocks";
/// Samples and the three resolutions, the finest first.
const LAYERS: [&str; 4] = ["samples", "minutes", "hours", "days"];

/// How many samples each day has in each layer.
type Days = BTreeMap<i64, [u64; 4]>;

pub(super) async fn look(store: &dyn Store, pace: &dyn Pace, found: &mut Verification) -> Result<bool, StoreError> {
    let checked = |table: &str| Checked { table: table.to_owned(), rows: 0, without_checksum: 0 };
    let (mut blocks, mut rolled) = (checked(BLOCKS), checked(ROLLED));
    let mut after = 0;
    loop {
        let listed = match store.sample_series(after, SERIES).await {
            Ok(listed) => listed,
            Err(error) => {
                found.unreadable("sample_series", format!("behind {after}"), error)?;
                break;
            }
        };
        let Some(last) = listed.last() else { break };
        after = last.number;
        for series in listed {
            let mut looked =
                Looked { series: series.number, name: series.name, days: Days::new(), is_whole: true, end_ms: None };
            let mut reader = store.read_tables().await?;
            if !looked.read(reader.as_mut(), BLOCKS, &mut blocks, pace, found).await?
                || !looked.read(reader.as_mut(), ROLLED, &mut rolled, pace, found).await?
            {
                return Ok(false);
            }
            looked.compare(found);
        }
    }
    found.checked.extend([blocks, rolled]);
    Ok(true)
}

/// One series on its way.
struct Looked {
    series: i64,
    name: String,
    days: Days,
    /// Whether everything could be read, so that it can be compared.
    is_whole: bool,
    /// The last time of the block before: only where very many samples stand at one time do two blocks share it.
    end_ms: Option<i64>,
}

impl Looked {
    async fn read(
        &mut self,
        reader: &mut dyn TableReader,
        name: &'static str,
        checked: &mut Checked,
        pace: &dyn Pace,
        found: &mut Verification,
    ) -> Result<bool, StoreError> {
        let Some(table) = TABLES.iter().find(|table| table.name == name) else { return Ok(true) };
        let mut last: TableRow = vec![Cell::Int(self.series), Cell::Int(i64::MIN), Cell::Int(i64::MIN)];
        let mut limit = PAGE;
        loop {
            match reader.page(table, Some(&last), limit).await {
                Ok(rows) => {
                    let count = rows.len();
                    let series = self.series;
                    let ours = rows.into_iter().take_while(|row| int(row, 0) == Some(series));
                    let mut seen = 0;
                    for row in ours {
                        seen += 1;
                        checked.rows += 1;
                        let problem = if name == BLOCKS { self.block(table, &row) } else { self.rolled(table, &row) };
                        if let Err(problem) = problem {
                            self.is_whole = false;
                            found.tell(name, super::places::key(table, &row), problem, self.affects());
                        }
                        last = row;
                    }
                    if seen < count || count == 0 {
                        return Ok(true);
                    }
                }
                Err(StoreError::Failed { .. }) if limit > 1 => limit = 1,
                Err(error) => {
                    self.is_whole = false;
                    let behind = format!("behind {}", super::places::key(table, &last));
                    found.unreadable(name, behind, error)?;
                    return Ok(true);
                }
            }
            if !pace.turn().await {
                return Ok(false);
            }
        }
    }

    fn affects(&self) -> String {
        format!("samples of series {} ({})", self.series, self.name)
    }

    fn block(&mut self, table: &Table, row: &TableRow) -> Result<(), String> {
        let block = Block::from_bytes(bytes(table, row)).map_err(|error| error.to_string())?;
        block.check().map_err(|error| error.to_string())?;
        let digest = block.digest();
        let said = ["first_ms", "last_ms", "sample_count"].map(|name| named(table, row, name));
        let is = [digest.first.time_ms, digest.last.time_ms, i64::try_from(block.count()).unwrap_or(i64::MAX)];
        if said != is.map(Some) {
            return Err(
                "the row does not say what the block holds: other times, or another number of samples".to_owned()
            );
        }
        let samples = block.samples().map_err(|error| error.to_string())?;
        let mut before = self.end_ms;
        for sample in counted(&samples) {
            if before != Some(sample.time_ms) {
                self.days.entry(Resolution::Day.start_ms(sample.time_ms)).or_default()[0] += 1;
            }
            before = Some(sample.time_ms);
        }
        self.end_ms = Some(digest.last.time_ms);
        Ok(())
    }

    fn rolled(&mut self, table: &Table, row: &TableRow) -> Result<(), String> {
        let block = RolledBlock::from_bytes(bytes(table, row)).map_err(|error| error.to_string())?;
        let buckets = block.buckets().map_err(|error| error.to_string())?;
        let layer = Resolution::ALL.into_iter().zip(1..).find(|(resolution, _)| *resolution == block.resolution());
        let Some((resolution, layer)) = layer else { return Err("the resolution is not known".to_owned()) };
        let said = ["resolution", "block_ms"].map(|name| named(table, row, name));
        let begins = buckets.first().map(|bucket| resolution.block_start_ms(bucket.start_ms));
        if said != [i64::try_from(layer).ok().map(|layer: i64| layer - 1), begins] {
            return Err("the row does not say what the block holds: another resolution or time".to_owned());
        }
        for bucket in buckets {
            self.days.entry(Resolution::Day.start_ms(bucket.start_ms)).or_default()[layer] += bucket.digest.count;
        }
        Ok(())
    }

    /// Each layer against the next coarser one. The first day of the finer one may be there in part, because its time is over.
    fn compare(&self, found: &mut Verification) {
        if !self.is_whole {
            return;
        }
        for finer in 0..LAYERS.len() - 1 {
            let Some((first, _)) = self.days.iter().find(|(_, counts)| counts[finer] > 0) else { continue };
            let differs = |counts: &[u64; 4]| counts[finer] != counts[finer + 1];
            for (day_ms, counts) in self.days.range(first + 1..).filter(|(_, counts)| differs(counts)) {
                let problem = format!(
                    "on {} there are {} samples in the {} and {} in the {}",
                    crate::instant::short(*day_ms),
                    counts[finer],
                    LAYERS[finer],
                    counts[finer + 1],
                    LAYERS[finer + 1]
                );
                found.tell(ROLLED, self.series.to_string(), problem, self.affects());
            }
        }
    }
}

fn int(row: &TableRow, place: usize) -> Option<i64> {
    match row.get(place)? {
        Cell::Int(number) => Some(*number),
        _ => None,
    }
}

fn named(table: &Table, row: &TableRow, name: &str) -> Option<i64> {
    int(row, table.columns.iter().position(|column| column.name == name)?)
}

fn bytes(table: &Table, row: &TableRow) -> Vec<u8> {
    let place = table.columns.iter().position(|column| column.name == "bytes");
    match place.and_then(|place| row.get(place)) {
        Some(Cell::Bytes(bytes)) => bytes.clone(),
        _ => Vec::new(),
    }
}
