//! Samples of a head go into blocks: in order, late, twice, and at one time.

use proptest::prelude::*;
use series_block::{
    Appended, Block, BlockError, Extent, Head, MOST_SAMPLES, Refused, Sample, TARGET_SAMPLES, flush, touched,
};

use crate::support::{batches, ordered, sample};

fn stored_after(samples: &[Sample], stored: &[Block]) -> (Vec<usize>, Vec<Block>) {
    let extents: Vec<Extent> = stored.iter().map(Extent::of).collect();
    let allowed = touched(samples, &extents);
    let done = flush(samples, &extents, |index| {
        assert!(allowed.contains(&index), "{index} is read and was not told");
        Ok::<Block, BlockError>(stored[index].clone())
    })
    .unwrap();
    let kept =
        stored.iter().enumerate().filter(|(index, _)| !done.replaced.contains(index)).map(|(_, block)| block.clone());
    let mut blocks: Vec<Block> = kept.chain(done.blocks).collect();
    blocks.sort_by_key(|block| block.digest().first.time_ms);
    (done.replaced, blocks)
}

fn all_of(blocks: &[Block]) -> Vec<Sample> {
    blocks.iter().flat_map(|block| block.samples().unwrap()).collect()
}

fn run(times: impl IntoIterator<Item = i64>, payload: u64) -> Vec<Sample> {
    (0..).zip(times).map(|(row, time_ms)| sample(time_ms, 1.0, payload, row)).collect()
}

#[test]
fn a_head_tells_in_order_late_and_known() {
    let mut head = Head::default();
    let first = run([10, 20, 20, 30], 1);
    assert_eq!(head.append(&first), Ok(Appended { in_order: 4, late_ms: vec![], duplicates: 0 }));
    assert_eq!(head.append(&first), Ok(Appended { in_order: 0, late_ms: vec![], duplicates: 4 }));
    assert_eq!(head.append(&run([40, 5, 25], 2)), Ok(Appended { in_order: 1, late_ms: vec![5, 25], duplicates: 0 }));
    assert_eq!(head.append(&run([40], 3)), Ok(Appended { in_order: 1, late_ms: vec![], duplicates: 0 }));
    assert_eq!(head.append(&[]), Ok(Appended::default()));
    let times: Vec<i64> = head.samples().iter().map(|sample| sample.time_ms).collect();
    assert_eq!(times, [5, 10, 20, 20, 25, 30, 40, 40]);
}

#[test]
fn a_batch_with_a_sample_that_is_refused_leaves_the_head_as_it_was() {
    let mut head = Head::default();
    let batch = [sample(1, 1.0, 1, 0), sample(2, f64::NAN, 1, 1)];
    assert_eq!(head.append(&batch), Err((1, Refused::NotFinite)));
    assert!(head.samples().is_empty());
}

#[test]
fn what_came_while_storing_stays_in_the_head() {
    let mut head = Head::default();
    head.append(&run(0..100, 1)).unwrap();
    let taken = head.samples().to_vec();
    head.append(&run([50, 100], 2)).unwrap();
    head.forget(&taken);
    assert_eq!(head.samples(), run([50, 100], 2));
    head.forget(&run([50, 100], 2));
    assert_eq!(head.last_key(), Some((100, 2, 1)));
    assert_eq!(head.append(&run([100], 1)).unwrap().late_ms, [100]);
}

#[test]
fn full_blocks_leave_and_one_time_stays_together() {
    let target = i64::try_from(TARGET_SAMPLES).unwrap();
    let mut head = Head::default();
    head.append(&run(0..target - 1, 1)).unwrap();
    assert!(head.full().is_empty());
    head.append(&run([target - 1, target - 1, target - 1, target], 2)).unwrap();
    assert_eq!(head.full().len(), TARGET_SAMPLES + 2);
}

#[test]
fn samples_behind_a_full_block_leave_it_alone_and_late_ones_replace_only_theirs() {
    let target = i64::try_from(TARGET_SAMPLES).unwrap();
    let (_, blocks) = stored_after(&run(0..3 * target, 1), &[]);
    assert_eq!(blocks.len(), 3);
    let (replaced, blocks) = stored_after(&run([3 * target], 2), &blocks);
    assert_eq!((replaced, blocks.len()), (vec![], 4));
    let (replaced, blocks) = stored_after(&run([3 * target + 1], 3), &blocks);
    assert_eq!((replaced, blocks.len()), (vec![3], 4));
    let (replaced, blocks) = stored_after(&run([target + 7], 4), &blocks);
    assert_eq!((replaced, blocks.len()), (vec![1], 5));
    let (replaced, blocks) = stored_after(&run([target + 7], 4), &blocks);
    assert_eq!((replaced, blocks.len()), (vec![], 5));
    let (replaced, _) = stored_after(&run([-1], 5), &blocks);
    assert_eq!(replaced, [0_usize; 0]);
}

#[test]
fn more_samples_of_one_time_than_a_block_holds_stay_in_order() {
    let many = run(std::iter::repeat_n(5, MOST_SAMPLES + 10), 3);
    let (_, blocks) = stored_after(&many, &[]);
    assert_eq!(blocks.iter().map(Block::count).collect::<Vec<usize>>(), [MOST_SAMPLES, 10]);
    let earlier = run([5], 2);
    let (replaced, blocks) = stored_after(&earlier, &blocks);
    assert_eq!(replaced, [0, 1]);
    assert_eq!(all_of(&blocks), ordered(&[many, earlier]));
}

proptest! {
    #[test]
    fn blocks_hold_every_sample_once_in_order(batches in batches(12)) {
        let mut blocks = Vec::new();
        for batch in &batches {
            (_, blocks) = stored_after(&ordered(std::slice::from_ref(batch)), &blocks);
        }
        prop_assert_eq!(all_of(&blocks), ordered(&batches));
        prop_assert!(blocks.windows(2).all(|pair| pair[0].digest().last.time_ms < pair[1].digest().first.time_ms));
    }
}
