//! A disk that takes no writes for a while: nothing is acknowledged that is not kept, everybody is told, and writing goes on by
//! itself.

use super::deed::{Kind, is_acknowledged};
use super::harness::{Harness, RECOVERY, TOLD, waited};
use super::shim::Fault;
use crate::running::Answer;

/// What pages say while nothing can be written.
pub const BANNER: &str = "read-only";

/// An answer to a write that could not be kept says so, and when to come again.
fn must_refuse(kind: Kind, answer: &Answer) {
    assert!(matches!(answer.status, 500 | 503 | 507), "{kind:?}: {} {}", answer.status, answer.text);
    if answer.status != 500 {
        assert!(answer.has("retry-after"), "{kind:?}: {} without Retry-After: {}", answer.status, answer.text);
    }
    if matches!(kind, Kind::Observation | Kind::Note | Kind::Silence | Kind::Decision | Kind::Token) {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{kind:?}: {}", answer.text);
    }
}

/// While nothing can be written, everybody is told and may read.
fn must_tell(harness: &Harness) {
    let told = harness.wait_for_ready(503, TOLD);
    assert!(told.text.len() > 20, "it says why: {}", told.text);
    assert_eq!(harness.get("/healthz").expect("an answer").status, 200);
    for page in ["/", "/gates", "/alerts", "/kpis/speed", "/sources", "/check-in", "/settings"] {
        let shown = harness.get(page).expect("an answer");
        assert_eq!(shown.status, 200, "{page}");
        assert!(shown.text.to_lowercase().contains(BANNER), "{page} does not say that nothing can be written");
    }
}

/// Writing goes on by itself, for every kind.
fn must_recover(harness: &mut Harness) {
    for kind in Kind::ALL {
        harness.wait_until_taken(kind, RECOVERY);
    }
    harness.wait_for_ready(200, TOLD);
    let page = harness.get("/gates").expect("an answer").text;
    assert!(!page.to_lowercase().contains(BANNER), "the page does not say so any more");
    harness.must_agree("after the fault");
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.send_again();
    harness.must_agree("after everything was sent again");
}

/// The steps of a fault that lasts: two writes are refused, it ends, and writing goes on.
fn lasts(fault: Fault) {
    let mut harness = Harness::on_sqlite();
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    harness.during(fault, |harness| {
        for _ in 0..2 {
            for kind in Kind::ALL {
                let answer = harness.perform(kind).unwrap_or_else(|| panic!("{kind:?} is answered"));
                assert!(!is_acknowledged(&answer), "{kind:?} is acknowledged during {fault:?}");
                must_refuse(kind, &answer);
            }
        }
        assert!(harness.shim.faults() > 0, "the fault was met");
        must_tell(harness);
    });
    must_recover(&mut harness);
}

#[test]
fn a_full_disk_is_told_and_writing_goes_on_once_there_is_room() {
    lasts(Fault::FullForAll);
}

#[test]
fn a_file_system_that_became_read_only_is_told_and_writing_goes_on_afterwards() {
    lasts(Fault::ReadOnly);
}

#[test]
fn a_disk_that_fails_every_write_is_told_and_writing_goes_on_afterwards() {
    lasts(Fault::Io);
}

#[test]
fn a_disk_that_fails_every_flush_is_told_and_writing_goes_on_afterwards() {
    lasts(Fault::Sync);
}

#[test]
fn a_write_cut_in_half_keeps_nothing_of_it_and_writing_goes_on_afterwards() {
    lasts(Fault::Short(1));
}

/// Files that are long enough already can still be written while none may grow.
#[test]
fn what_is_acknowledged_while_no_file_may_grow_is_kept() {
    for fault in [Fault::Full, Fault::Quota] {
        let mut harness = Harness::on_sqlite();
        for kind in Kind::ALL {
            harness.must_perform(kind);
        }
        harness.during(fault, |harness| {
            let refused = waited(RECOVERY, || {
                let answer = harness.perform(Kind::Observation).expect("an answer");
                !is_acknowledged(&answer)
            });
            assert!(refused.is_some(), "{fault:?}: at some point the log must grow");
            for kind in Kind::ALL {
                if let Some(answer) = harness.perform(kind).filter(|answer| !is_acknowledged(answer)) {
                    must_refuse(kind, &answer);
                }
            }
        });
        must_recover(&mut harness);
    }
}
