//! A backup says the truth while the disk fails: it is whole, or the command does not succeed.

use std::path::Path;
use std::process::{Command, Output};

use super::deed::Kind;
use super::harness::{Harness, RECOVERY};
use super::second::Second;
use super::shim::{Fault, Shim};
use super::small_disk::SmallDisk;
use crate::running::{PROGRAM, folder, text};

fn backup(data: &Path, to: &Path, environment: &[(String, String)]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("backup").arg("--data").arg(data).arg("--to").arg(to).env_remove("INFERNO_KPI_URL");
    command.envs(environment.iter().map(|(name, value)| (name, value))).output().unwrap()
}

/// Whether it succeeded; then everything acknowledged is in the file, else there is no file of that name.
fn is_whole(harness: &Harness, output: &Output, file: &Path, when: &str) -> bool {
    assert!(output.status.code().is_some(), "{when}: {}", output.status);
    if !output.status.success() {
        assert!(!file.exists(), "{when}: what is not whole does not have the name of a backup");
        assert!(!output.stderr.is_empty(), "{when}: it says why");
        return false;
    }
    harness.ledger.compare(&mut Second::of_file(file)).must_be_none(when);
    true
}

#[test]
fn a_backup_beside_a_server_whose_disk_is_full_holds_everything_acknowledged() {
    let (mut harness, other) = (Harness::on_sqlite(), folder());
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    let during = other.path().join("during.sqlite");
    harness.during(Fault::FullForAll, |harness| {
        for kind in Kind::ALL {
            harness.perform(kind);
        }
        let output = backup(harness.data(), &during, &[]);
        assert!(is_whole(harness, &output, &during, "while the disk is full"), "{}", text(&output.stderr));
    });
    for kind in Kind::ALL {
        harness.wait_until_taken(kind, RECOVERY);
    }
    let after = other.path().join("after.sqlite");
    let output = backup(harness.data(), &after, &[]);
    assert!(is_whole(&harness, &output, &after, "after the disk was full"), "{}", text(&output.stderr));
}

#[test]
fn other_processes_that_read_the_store_do_not_harm_the_server() {
    let (mut harness, other) = (Harness::on_sqlite(), folder());
    for round in 0..3 {
        // A connection of the test's own is another process's too; here it must not keep the shared files as they are.
        harness.forget_second();
        let file = other.path().join(format!("{round}.sqlite"));
        let output = backup(harness.data(), &file, &[]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let status = Command::new(PROGRAM).args(["status", "--data"]).arg(harness.data()).output().unwrap();
        assert!(status.status.success(), "{}", text(&status.stderr));
        for kind in Kind::ALL {
            harness.must_perform(kind);
        }
        harness.must_run();
    }
    harness.must_agree("after others have read");
}

#[test]
fn a_backup_onto_a_disk_that_fails_does_not_succeed() {
    let (mut harness, other) = (Harness::on_sqlite(), folder());
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    let shim = Shim::of(other.path());
    for fault in [Fault::FullForAll, Fault::Full, Fault::ReadOnly, Fault::Io, Fault::Sync] {
        shim.arm(fault);
        let file = other.path().join(format!("{fault:?}.sqlite"));
        let output = backup(harness.data(), &file, &shim.environment());
        assert!(!is_whole(&harness, &output, &file, &format!("{fault:?}")), "{fault:?} is told");
    }
    for call in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144] {
        shim.arm(Fault::IoAt(call));
        let file = other.path().join(format!("{call}.sqlite"));
        let output = backup(harness.data(), &file, &shim.environment());
        let is_whole = is_whole(&harness, &output, &file, &format!("an error at call {call}"));
        assert!(is_whole || shim.faults() > 0, "{call}: {}", text(&output.stderr));
    }
}

#[test]
fn a_store_restored_onto_a_disk_that_fails_is_whole_or_is_none() {
    let (mut harness, other) = (Harness::on_sqlite(), folder());
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    let file = other.path().join("backup.sqlite");
    assert!(backup(harness.data(), &file, &[]).status.success());
    let targets = folder();
    let shim = Shim::of(targets.path());
    let calls = [2, 5, 9, 20, 40, 80, 150, 300].map(Fault::IoAt);
    for (place, fault) in [Fault::FullForAll, Fault::Sync, Fault::Short(7)].into_iter().chain(calls).enumerate() {
        let target = targets.path().join(place.to_string());
        shim.arm(fault);
        let mut command = Command::new(PROGRAM);
        command.arg("restore").arg(&file).arg("--data").arg(&target).env_remove("INFERNO_KPI_URL");
        let output = command.envs(shim.environment()).output().unwrap();
        is_whole(&harness, &output, &target.join("inferno-kpi.sqlite"), &format!("restored with {fault:?}"));
    }
}

#[test]
fn a_backup_onto_a_disk_too_small_does_not_succeed() {
    let Some(disk) = SmallDisk::in_memory(1) else { return };
    let mut harness = Harness::on_sqlite();
    for number in 0..30 {
        let mut state = number + 1_u64;
        // Bytes that don't pack.
        let mut letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
        };
        let note: String = (0..1_900).map(|_| letter()).filter(|letter| !"\"\\".contains(*letter)).collect();
        let rows: Vec<_> = (0..30).map(|_| serde_json::json!({ "kpi": "speed", "value": 12, "note": note })).collect();
        let bearer = format!("Bearer {}", super::deed::TOKEN);
        let answer =
            harness.server().send("/api/v1/observations", &[("authorization", &bearer)], &serde_json::json!(rows));
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    harness.must_perform(Kind::Observation);
    let file = disk.path().join("backup.sqlite");
    let output = backup(harness.data(), &file, &[]);
    assert!(!is_whole(&harness, &output, &file, "a disk of 1 MiB"), "it can't be whole");
}
