//! `SQLite` moves its log into the file when it is long, and when the last connection is closed. What was acknowledged stands in the log
//! until that has succeeded.

use super::chance::Chance;
use super::deed::{Kind, TOKEN};
use super::harness::{Harness, RECOVERY};
use super::shim::Fault;
use crate::running::agent;

/// The log is moved at 64 MiB.
const LONG: u64 = 62 << 20;
const BODY_BYTES: usize = 3 << 20;

/// Makes the log nearly as long as it may become, with bodies that can't be read: they are kept, and cost nothing else.
fn lengthen(harness: &Harness, chance: &mut Chance) {
    let log = harness.data().join("inferno-kpi.sqlite-wal");
    for _ in 0..40 {
        let before = log.metadata().map_or(0, |log| log.len());
        if before >= LONG - BODY_BYTES as u64 / 2 {
            break;
        }
        let body: Vec<u8> = (0..BODY_BYTES / 8).flat_map(|_| chance.below(u64::MAX).to_le_bytes()).collect();
        let request = agent().post(harness.server().url("/api/v1/observations"));
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let answer = request.header("content-type", "application/json").send(&body).unwrap();
        assert_eq!(answer.status(), 400);
        if log.metadata().unwrap().len() <= before {
            break;
        }
    }
}

#[test]
fn a_log_that_can_not_be_moved_into_the_file_loses_nothing() {
    let mut chance = Chance::of(1);
    for fault in [Fault::Io, Fault::FullForAll, Fault::Sync, Fault::IoAt(700), Fault::Short(3)] {
        let mut harness = Harness::on_sqlite();
        for kind in Kind::ALL {
            harness.must_perform(kind);
        }
        harness.stop();
        harness.watch_only("inferno-kpi.sqlite");
        harness.start();
        lengthen(&harness, &mut chance);
        harness.shim.arm(fault);
        let when = format!("{fault:?} while the log is moved");
        for _ in 0..400 {
            if harness.shim.faults() > 0 {
                break;
            }
            harness.perform(Kind::Lines);
            harness.perform(Kind::Note);
        }
        assert!(harness.shim.faults() > 0, "{when}: the log was not moved");
        for kind in Kind::ALL {
            harness.perform(kind);
        }
        harness.must_agree(&when);
        harness.kill_and_start();
        harness.must_agree(&format!("{when}, after a restart on the failing disk"));
        harness.stop();
        harness.shim.free();
        harness.start();
        for kind in Kind::ALL {
            harness.wait_until_taken(kind, RECOVERY);
        }
        harness.stop();
        harness.start();
        harness.must_agree(&format!("{when}, after it could be moved"));
    }
}
