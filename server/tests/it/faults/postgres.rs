//! `PostgreSQL` goes away, comes back, breaks connections and runs out of space.

use std::time::Duration;

use super::cluster::Cluster;
use super::deed::{Kind, is_acknowledged};
use super::harness::{Harness, RECOVERY, TOLD, waited};
use super::proxy::Proxy;
use super::second::{Place, Second};
use super::shim::Fault;

/// Ends every other connection to the database.
pub const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// A cluster, a way to it that breaks, and a server.
fn start() -> (Cluster, Proxy, Harness) {
    let cluster = Cluster::start();
    let proxy = Proxy::before(cluster.port());
    let mut harness = cluster.serve("kpis", &proxy);
    for kind in Kind::ALL {
        harness.must_perform(kind);
    }
    (cluster, proxy, harness)
}

/// Every kind is taken again, and everything agrees, after a restart too.
fn must_recover(harness: &mut Harness, when: &str) {
    harness.forget_second();
    for kind in Kind::ALL {
        harness.wait_until_taken(kind, RECOVERY);
    }
    harness.wait_for_ready(200, TOLD);
    harness.must_agree(when);
    harness.send_again();
    harness.must_agree(&format!("{when}, after everything was sent again"));
}

#[test]
fn a_database_that_is_killed_or_stopped_is_waited_for() {
    let (cluster, _proxy, mut harness) = start();
    for is_killed in [true, false] {
        if is_killed {
            cluster.kill();
        } else {
            cluster.stop();
        }
        harness.forget_second();
        for kind in Kind::ALL {
            let answer = harness.perform(kind);
            assert!(!answer.as_ref().is_some_and(is_acknowledged), "{kind:?} is acknowledged without a database");
        }
        let told = harness.wait_for_ready(503, TOLD);
        assert!(told.text.len() > 20, "it says why: {}", told.text);
        assert_eq!(harness.get("/healthz").expect("an answer").status, 200);
        cluster.run();
        must_recover(&mut harness, "after the database came back");
    }
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.kill();
}

#[test]
fn connections_that_break_at_any_message_lose_and_double_nothing() {
    let (_cluster, proxy, mut harness) = start();
    for messages in 0..24 {
        proxy.cut_after(messages);
        let kinds = [Kind::Observation, Kind::Lines, Kind::Note, Kind::CheckIn, Kind::Token];
        for kind in kinds {
            harness.perform(kind);
        }
        let met = waited(TOLD, || {
            proxy.is_cut() || {
                harness.perform(Kind::Observation);
                false
            }
        });
        assert!(met.is_some(), "{messages} messages are sent");
        proxy.mend();
        for kind in kinds {
            harness.wait_until_taken(kind, RECOVERY);
        }
        if messages % 8 == 7 {
            harness.must_agree(&format!("after a cut behind {messages} messages"));
        }
    }
    must_recover(&mut harness, "after every cut");
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.kill();
}

#[test]
fn a_database_that_became_read_only_is_told_and_writing_goes_on_afterwards() {
    let (cluster, _proxy, mut harness) = start();
    let mut beside = Second::open(&Place::Postgres(Cluster::url(cluster.port(), "postgres")));
    // As after the server's place was taken by another one.
    beside.run("ALTER DATABASE kpis SET default_transaction_read_only = on");
    beside.run(TERMINATE);
    harness.forget_second();
    for kind in Kind::ALL {
        let answer = harness.perform(kind);
        assert!(!answer.as_ref().is_some_and(is_acknowledged), "{kind:?} is acknowledged by a read-only database");
    }
    let told = harness.wait_for_ready(503, TOLD);
    assert!(told.text.contains("read-only"), "it says why: {}", told.text);
    beside.run("ALTER DATABASE kpis SET default_transaction_read_only = off");
    beside.run(TERMINATE);
    must_recover(&mut harness, "after the database was read-only");
    harness.kill();
}

#[test]
fn a_database_that_hangs_is_told_and_waited_for() {
    let (_cluster, proxy, mut harness) = start();
    proxy.stall();
    // A probe waits ten seconds for its answer.
    harness.wait_for_ready(503, TOLD + Duration::from_secs(14));
    for path in ["/healthz", "/readyz"] {
        let answered = waited(Duration::from_secs(1), || harness.get(path).is_some());
        assert!(answered.is_some(), "{path} waits for no database");
    }
    let answer = harness.perform(Kind::Observation).expect("an answer");
    assert_eq!(answer.status, 503, "{}", answer.text);
    proxy.mend();
    must_recover(&mut harness, "after the database hung");
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.kill();
}

#[test]
fn connections_that_the_database_ends_are_made_anew() {
    let (_cluster, _proxy, mut harness) = start();
    for _ in 0..5 {
        harness.forget_second();
        Second::open(harness.place()).run(TERMINATE);
        for kind in Kind::ALL {
            harness.wait_until_taken(kind, RECOVERY);
        }
    }
    must_recover(&mut harness, "after connections were ended");
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.kill();
}

#[test]
fn a_database_out_of_space_is_told_and_writing_goes_on_afterwards() {
    let (cluster, _proxy, mut harness) = start();
    cluster.shim().must_be_loaded();
    for fault in [Fault::Full, Fault::FullForAll, Fault::Io, Fault::Sync] {
        cluster.shim().arm(fault);
        harness.forget_second();
        let refused = waited(RECOVERY, || {
            let note = "x".repeat(20_000);
            let body = serde_json::json!([{ "kpi": "speed", "value": 12, "note": note }]);
            let bearer = format!("Bearer {}", super::deed::TOKEN);
            let filled = harness.server().send("/api/v1/observations", &[("authorization", &bearer)], &body);
            filled.status >= 500
        });
        assert!(refused.is_some(), "{fault:?}: at some point a table or the log must grow");
        assert!(cluster.shim().faults() > 0, "{fault:?} was met");
        cluster.shim().free();
        cluster.run_if_ended();
        must_recover(&mut harness, &format!("after {fault:?}"));
    }
    harness.kill_and_start();
    harness.must_agree("after a restart");
    harness.kill();
}
