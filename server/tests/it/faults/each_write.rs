//! One fault at every single write of a recording, one after the other.

use super::deed::{Kind, is_acknowledged};
use super::harness::{Harness, RECOVERY};
use super::shim::Fault;

/// A recording has fewer writes than this.
const MOST_WRITES: i64 = 200;

/// Fails the first, the second, the third … call, until one recording meets no fault.
fn fail_at_each(harness: &mut Harness, kind: Kind, fault: impl Fn(i64) -> Fault) -> i64 {
    for call in 1..=MOST_WRITES {
        let (is_taken, faults) = harness.during(fault(call), |harness| {
            let answer = harness.perform(kind);
            (answer.as_ref().is_some_and(is_acknowledged), harness.shim.faults())
        });
        harness.wait_until_taken(kind, RECOVERY);
        if is_taken && faults == 0 {
            return call - 1;
        }
    }
    panic!("{kind:?} does not get through although only one call fails");
}

fn fail_everywhere(kinds: &[Kind], fault: impl Fn(i64) -> Fault + Copy) {
    let mut harness = Harness::on_sqlite();
    for &kind in kinds {
        harness.must_perform(kind);
        let calls = fail_at_each(&mut harness, kind, fault);
        assert!(calls > 0, "{kind:?} writes something");
        harness.must_agree(&format!("after a fault at each of {calls} calls of {kind:?}"));
    }
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.send_again();
    harness.must_agree("after everything was sent again");
}

#[test]
fn an_error_at_any_single_write_of_a_recording_loses_and_doubles_nothing() {
    fail_everywhere(&[Kind::Observation], Fault::IoAt);
}

#[test]
fn an_error_at_any_single_write_of_samples_loses_and_doubles_nothing() {
    fail_everywhere(&[Kind::Lines], Fault::IoAt);
}

#[test]
fn an_error_at_any_single_write_of_a_decision_loses_and_doubles_nothing() {
    fail_everywhere(&[Kind::Note], Fault::IoAt);
}

#[test]
fn an_error_at_any_single_flush_loses_and_doubles_nothing() {
    fail_everywhere(&Kind::ALL, Fault::SyncAt);
}

#[test]
fn any_write_cut_in_half_loses_and_doubles_nothing() {
    fail_everywhere(&[Kind::Event], Fault::Short);
}
