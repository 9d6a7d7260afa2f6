//! What pages say of alerts as time passes, and afterwards of each instant that has passed.

use service::view::alerts::{AlertRow, AlertsPage};

use crate::clock::{House, MINUTE_MS, START_MS};

/// Under the house's catalogue an alert fires after five minutes, and escalates an hour later.
const FIRED_MS: i64 = START_MS + 5 * MINUTE_MS;
const ESCALATED_MS: i64 = FIRED_MS + 60 * MINUTE_MS;

/// The alerts page of now, or as it is shown of an instant.
async fn page(house: &House, instant_ms: Option<i64>) -> AlertsPage {
    let snapshot = house.dashboard.snapshot(instant_ms).await.unwrap();
    house.dashboard.alerts_page(&snapshot, instant_ms.is_some()).await.unwrap()
}

/// What the overview and the alerts page say of an escalation: the same, as its name and whether it is announced.
async fn escalation(house: &House, instant_ms: Option<i64>) -> Option<(&'static str, &'static str, bool)> {
    let shown = page(house, instant_ms).await.escalation;
    let snapshot = house.dashboard.snapshot(instant_ms).await.unwrap();
    assert_eq!(house.dashboard.overview(&snapshot, instant_ms.is_some()).await.unwrap().escalation, shown);
    shown.map(|view| {
        assert_eq!(view.reasons, ["2 KPIs are off target at once."], "{}", view.name);
        (view.name, view.heading, view.is_firing)
    })
}

fn keys(rows: &[AlertRow]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_str()).collect()
}

#[tokio::test]
async fn an_escalation_is_announced_when_it_fires_and_not_before() {
    let mut house = House::new().await;
    let held_back = Some(("held-back", "Escalation held back", false));
    let pending = Some(("pending", "Escalation pending", false));
    let firing = Some(("firing", "Escalation", true));
    house.look().await;
    assert_eq!(escalation(&house, None).await, None);
    house.observe_of("speed", 1.0).await;
    house.observe_of("reach", 1.0).await;
    house.look().await;
    assert_eq!(escalation(&house, None).await, held_back, "no alert fires yet that nobody took");
    house.pass(6 * MINUTE_MS).await;
    assert_eq!(escalation(&house, None).await, pending);
    house.pass(58 * MINUTE_MS).await;
    assert_eq!(escalation(&house, None).await, pending);
    house.pass(2 * MINUTE_MS).await;
    assert_eq!(escalation(&house, None).await, firing);
    for (instant_ms, then) in [
        (START_MS + MINUTE_MS, held_back),
        (FIRED_MS + MINUTE_MS, pending),
        (ESCALATED_MS - MINUTE_MS, pending),
        (ESCALATED_MS + MINUTE_MS / 2, firing),
        (START_MS - MINUTE_MS, None),
    ] {
        assert_eq!(escalation(&house, Some(instant_ms)).await, then, "{} ms after the start", instant_ms - START_MS);
    }
    house.observe_of("speed", 50.0).await;
    house.observe_of("reach", 500.0).await;
    house.pass(MINUTE_MS).await;
    assert_eq!(escalation(&house, None).await, None);
    assert_eq!(escalation(&house, Some(ESCALATED_MS + MINUTE_MS / 2)).await, firing, "as it was");
}

#[tokio::test]
async fn an_alert_that_has_ended_is_shown_as_it_was_of_an_instant_at_which_it_fired() {
    let mut house = House::new().await;
    house.look().await;
    house.observe_of("speed", 1.0).await;
    house.look().await;
    house.pass(10 * MINUTE_MS).await;
    house.observe_of("speed", 50.0).await;
    house.pass(10 * MINUTE_MS).await;
    let now = page(&house, None).await;
    assert_eq!((keys(&now.firing), keys(&now.pending)), (vec![], vec![]), "it is well now");

    let wanted = vec!["level:speed"];
    let ended_ms = START_MS + 11 * MINUTE_MS;
    for (instant_ms, firing, pending) in [
        (START_MS - MINUTE_MS, vec![], vec![]),
        (START_MS + MINUTE_MS, vec![], wanted.clone()),
        (FIRED_MS + MINUTE_MS, wanted.clone(), vec![]),
        (ended_ms, vec![], vec![]),
    ] {
        let then = page(&house, Some(instant_ms)).await;
        let minutes = (instant_ms - START_MS) / MINUTE_MS;
        assert_eq!((keys(&then.firing), keys(&then.pending)), (firing, pending), "{minutes} min after the start");
        let snapshot = house.dashboard.snapshot(Some(instant_ms)).await.unwrap();
        let kpi = house.dashboard.kpi_page(&snapshot, "speed", "", true).await.unwrap().unwrap();
        let rows = then.firing.into_iter().chain(then.pending).collect::<Vec<_>>();
        assert_eq!(kpi.alerts, rows, "the KPI's page says the same, {minutes} min after the start");
        for row in rows {
            assert_eq!((row.severity, row.since_ms), ("red", START_MS), "{row:?}");
            assert!(row.text.contains("1/s"), "{}", row.text);
        }
    }
}
