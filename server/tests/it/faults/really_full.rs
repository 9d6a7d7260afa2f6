//! File systems that really are full: also mapped memory can meet that, and then a signal would end the program.

use super::deed::{Kind, is_acknowledged};
use super::harness::{Harness, RECOVERY, TOLD, waited};
use super::small_disk::SmallDisk;
use crate::running::Ended;

const SHORT_BLOCKS: &str = "of 1 KiB blocks";

/// The disks that are tried: one in memory, and two whose blocks are shorter and as long as a page of memory.
fn disks(mib: u64) -> Vec<(&'static str, SmallDisk)> {
    let made = [
        ("in memory", SmallDisk::in_memory(mib)),
        (SHORT_BLOCKS, SmallDisk::ext4(mib, 1_024)),
        ("of 4 KiB blocks", SmallDisk::ext4(mib, 4_096)),
    ];
    made.into_iter().filter_map(|(name, disk)| Some((name, disk?))).collect()
}

/// Samples of many lines, until they are refused; reading goes on meanwhile.
fn write_until_refused(harness: &mut Harness, when: &str) {
    let refused = waited(RECOVERY * 3, || {
        let kind = if harness.ledger.entries.len().is_multiple_of(2) { Kind::Lines } else { Kind::Observation };
        let large = "x".repeat(60_000);
        let note = serde_json::json!([{ "kpi": "speed", "value": 12, "note": large }]);
        let filled = harness.server().send(
            "/api/v1/observations",
            &[("authorization", &format!("Bearer {}", super::deed::TOKEN))],
            &note,
        );
        let answer = harness.perform(kind);
        harness.must_run();
        assert_eq!(harness.get("/gates").map(|answer| answer.status), Some(200), "{when}: reading goes on");
        !answer.as_ref().is_some_and(is_acknowledged) && filled.status >= 500
    });
    assert!(refused.is_some(), "{when}: the disk becomes full");
}

#[test]
fn two_writes_refused_by_a_full_disk_are_the_only_ones() {
    for (name, disk) in disks(40) {
        let mut harness = Harness::on_sqlite_in(&disk.data(), &[]);
        for _ in 0..20 {
            harness.must_perform(Kind::Observation);
        }
        disk.fill(0);
        write_until_refused(&mut harness, name);
        for kind in [Kind::Observation, Kind::Note] {
            let answer = harness.perform(kind).expect("an answer");
            assert!(!is_acknowledged(&answer), "{name}: {kind:?} {} {}", answer.status, answer.text);
        }
        harness.wait_for_ready(503, TOLD);
        disk.make_room();
        for kind in Kind::ALL {
            harness.wait_until_taken(kind, RECOVERY);
        }
        for _ in 0..100 {
            harness.must_perform(Kind::Observation);
        }
        harness.wait_for_ready(200, TOLD);
        harness.must_agree(name);
        harness.kill_and_start();
        harness.must_agree(&format!("{name}, after a restart"));
        harness.kill();
    }
}

/// The program said what is wrong; no signal has ended it.
fn must_be_told(ended: &Ended, when: &str) {
    assert_eq!(ended.status.code(), Some(2), "{when}: {} {}", ended.status, ended.log);
    let told = ended.log.to_lowercase();
    assert!(["full", "space", "room", "disk"].iter().any(|word| told.contains(word)), "{when}: {}", ended.log);
}

const LEFT_BYTES: [u64; 12] = [
    0,
    1 << 10,
    4 << 10,
    20 << 10,
    40 << 10,
    90 << 10,
    200 << 10,
    500 << 10,
    1 << 20,
    2_100 << 10,
    3_300 << 10,
    5 << 20,
];

/// Short blocks are where mapped memory has holes.
fn left_bytes(disk: &str) -> &'static [u64] {
    if disk == SHORT_BLOCKS { &LEFT_BYTES } else { &[0, 90 << 10, 1 << 20, 5 << 20] }
}

#[test]
fn a_start_on_a_full_disk_serves_or_says_why_not() {
    for (name, disk) in disks(24) {
        let mut outcomes = Vec::new();
        for &left in left_bytes(name) {
            disk.make_room();
            disk.clear();
            disk.fill(left);
            let when = format!("a new folder on a disk {name} with {left} bytes left");
            let mut harness = Harness::prepare(&disk.data(), &[]);
            match harness.try_start() {
                Ok(()) => write_until_refused(&mut harness, &when),
                Err(ended) => must_be_told(&ended, &when),
            }
            outcomes.push(harness.is_started());
            disk.make_room();
            if harness.is_started() {
                harness.wait_until_taken(Kind::Note, RECOVERY);
            } else {
                harness.start();
            }
            harness.must_agree(&when);
            harness.kill();
        }
        assert!(outcomes.last() == Some(&true), "{name}: there is room enough at last");
    }
}

#[test]
fn a_start_on_a_full_disk_after_a_kill_serves_or_says_why_not() {
    for (name, disk) in disks(24) {
        for &left in left_bytes(name) {
            disk.make_room();
            disk.clear();
            let when = format!("a killed server's folder on a disk {name} with {left} bytes left");
            let mut harness = Harness::on_sqlite_in(&disk.data(), &[]);
            for kind in Kind::ALL {
                harness.must_perform(kind);
            }
            harness.kill();
            // What maps its files is made anew after a crash of the machine.
            std::fs::remove_file(disk.data().join("inferno-kpi.sqlite-shm")).unwrap();
            disk.fill(left);
            match harness.try_start() {
                Ok(()) => write_until_refused(&mut harness, &when),
                Err(ended) => must_be_told(&ended, &when),
            }
            disk.make_room();
            if harness.is_started() {
                harness.wait_until_taken(Kind::Note, RECOVERY);
            } else {
                harness.start();
            }
            harness.must_agree(&when);
            harness.kill();
        }
    }
}
