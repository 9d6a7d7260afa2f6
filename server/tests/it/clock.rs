//! A clock that is ten days ahead or back for a while: told at once, and what it delays is right as soon as the clock is.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use alerting::{Channel, ChannelKind, ConditionSource, FailingSource, NotificationChannel};
use async_trait::async_trait;
use kpi::alert::{Condition, Key, Kind, Severity};
use kpi::catalogue::Catalogue;
use kpi::point::Origin;
use service::reading::{Format, Reading};
use service::receive::Incoming;
use service::retention::Retention;
use service::{CatalogueSource, Clock, Dashboard, Ids, Settings, Submission};
use storage::{OutboxChannel, OutboxMessage, StoreError};
use storage_sqlite::SqliteStore;
use tempfile::TempDir;

use crate::running::folder;

const CATALOGUE: &str = include_str!("two-kpis.toml");
/// When a house's clock starts.
pub const START_MS: i64 = 1_780_272_000_000;
const TEN_DAYS_MS: i64 = 864_000_000;
/// A minute.
pub const MINUTE_MS: i64 = 60_000;

struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Ascending numbers that begin with the time.
#[derive(Default)]
struct NumberedIds(Mutex<u128>);

impl Ids for NumberedIds {
    fn next(&self, now_ms: i64) -> String {
        let mut latest = self.0.lock().unwrap();
        *latest = (u128::from(now_ms.unsigned_abs()) << 32).max(*latest + 1);
        format!("{:032x}", *latest)
    }

    fn continue_after(&self, id: &str) {
        if let Ok(id) = u128::from_str_radix(id, 16) {
            let mut latest = self.0.lock().unwrap();
            *latest = (*latest).max(id);
        }
    }
}

struct Refuses;

#[async_trait]
impl NotificationChannel for Refuses {
    async fn deliver(&self, _message: &OutboxMessage) -> Result<(), String> {
        Err("not now".to_owned())
    }
}

/// A dashboard under a clock of the test's own.
pub struct House {
    clock: Arc<SetClock>,
    pub dashboard: Dashboard,
    data: TempDir,
    number: u32,
}

async fn open(data: &Path, clock: &Arc<SetClock>) -> Dashboard {
    let store = SqliteStore::open(&data.join("kpis.sqlite")).await.unwrap();
    let document =
        CATALOGUE.replace("[[phase]]\nnumber = 1", "[policy.alerts]\nfor = \"5 min\"\n\n[[phase]]\nnumber = 1");
    let settings = Settings {
        catalogue: CatalogueSource::Given,
        channels: vec![Channel { kind: ChannelKind::Webhook, recipient: "hook".to_owned() }],
        retention: Retention { payloads_ms: Some(TEN_DAYS_MS / 2), ..Retention::default() },
        ..Settings::default()
    };
    let catalogue = Arc::new(Catalogue::parse(&document).unwrap());
    let (clock, ids) = (Arc::<SetClock>::clone(clock), Arc::new(NumberedIds::default()));
    Dashboard::open(Arc::new(store), catalogue, clock, ids, settings).await.unwrap()
}

impl House {
    pub async fn new() -> Self {
        let (data, clock) = (folder(), Arc::new(SetClock(AtomicI64::new(START_MS))));
        let dashboard = open(data.path(), &clock).await;
        Self { clock, dashboard, data, number: 0 }
    }

    async fn restart(&mut self) {
        self.dashboard.store().close().await;
        self.dashboard = open(self.data.path(), &self.clock).await;
    }

    pub fn moved(&self, by_ms: i64) {
        self.clock.0.fetch_add(by_ms, Ordering::SeqCst);
    }

    /// What the server does every five seconds.
    pub async fn look(&self) {
        self.dashboard.watch_clock().await;
        self.dashboard.alerting().stepper.step(&self.dashboard).await.unwrap();
    }

    /// Lets time pass as it does.
    pub async fn pass(&self, length_ms: i64) {
        for _ in 0..length_ms / 5_000 {
            self.moved(5_000);
            self.look().await;
        }
    }

    async fn observe(&mut self, speed: f64) {
        self.observe_of("speed", speed).await;
    }

    pub async fn observe_of(&mut self, kpi: &str, value: f64) {
        self.number += 1;
        let body = format!(r#"[{{"kpi":"{kpi}","value":{value},"external_id":"{}"}}]"#, self.number);
        let submission = Submission {
            source: "test".to_owned(),
            content_type: "application/json".to_owned(),
            drafts: formats::json::read(body.as_bytes(), &formats::Limits::default()).unwrap(),
            body: body.into_bytes(),
            partial: false,
            origin: Origin::Measured,
            reading: None,
        };
        self.dashboard.record(submission).await.unwrap();
    }

    fn fires(&self) -> bool {
        let machine = self.dashboard.alerting().state.machine();
        machine.firing(&Key::new(Kind::Level, "speed")).is_some_and(|firing| firing.severity == Severity::Red)
    }

    /// How long it takes from a red value on until its alert fires.
    async fn time_to_fire(&mut self) -> i64 {
        self.observe(1.0).await;
        for length_ms in (0..).step_by(5_000) {
            self.look().await;
            if self.fires() {
                return length_ms;
            }
            assert!(length_ms < 20 * MINUTE_MS, "the alert does not fire");
            self.moved(5_000);
        }
        unreachable!()
    }

    fn notice(&self) -> String {
        self.dashboard.alerting().clock_watch.sentence().unwrap_or_default()
    }
}

/// Without an excursion.
const TIME_TO_FIRE_MS: i64 = 5 * MINUTE_MS;

#[tokio::test]
async fn a_red_value_raises_its_alert_in_the_time_that_the_catalogue_says() {
    let mut house = House::new().await;
    house.pass(MINUTE_MS).await;
    assert_eq!(house.time_to_fire().await, TIME_TO_FIRE_MS);
    assert_eq!(house.notice(), "");
}

#[tokio::test]
async fn after_an_excursion_it_does_so_as_fast() {
    for excursion_ms in [TEN_DAYS_MS, -TEN_DAYS_MS, 365 * TEN_DAYS_MS, -3 * MINUTE_MS] {
        for restarts in [false, true] {
            let mut house = House::new().await;
            house.observe(50.0).await;
            house.pass(MINUTE_MS).await;
            house.moved(excursion_ms);
            if restarts {
                house.restart().await;
            }
            house.look().await;
            // Something comes under the wrong clock too.
            house.observe(60.0).await;
            house.pass(MINUTE_MS).await;
            house.moved(-excursion_ms);
            if restarts {
                house.restart().await;
            }
            house.look().await;
            assert_eq!(house.time_to_fire().await, TIME_TO_FIRE_MS, "{excursion_ms} {restarts}");
        }
    }
}

#[tokio::test]
async fn while_the_clock_is_wrong_it_does_so_too() {
    for excursion_ms in [TEN_DAYS_MS, -TEN_DAYS_MS] {
        for restarts in [false, true] {
            let mut house = House::new().await;
            house.observe(50.0).await;
            house.pass(MINUTE_MS).await;
            house.moved(excursion_ms);
            if restarts {
                house.restart().await;
            }
            house.look().await;
            assert_eq!(house.time_to_fire().await, TIME_TO_FIRE_MS, "{excursion_ms} {restarts}");
        }
    }
}

#[tokio::test]
async fn an_alert_that_is_pending_waits_no_longer_and_no_shorter() {
    for excursion_ms in [TEN_DAYS_MS, -TEN_DAYS_MS] {
        let mut house = House::new().await;
        house.look().await;
        house.observe(1.0).await;
        house.look().await;
        house.pass(3 * MINUTE_MS).await;
        house.moved(excursion_ms);
        house.look().await;
        assert!(!house.fires(), "{excursion_ms}: ten days did not pass");
        house.moved(-excursion_ms);
        house.look().await;
        house.pass(2 * MINUTE_MS - 10_000).await;
        assert!(!house.fires(), "{excursion_ms}");
        house.pass(15_000).await;
        assert!(house.fires(), "{excursion_ms}");
    }
}

#[tokio::test]
async fn the_excursion_is_told_at_once_on_pages_and_as_an_alert_and_ends_by_itself() {
    let mut house = House::new().await;
    house.observe(50.0).await;
    house.pass(MINUTE_MS).await;
    let is_alert = |house: &House| {
        let machine = house.dashboard.alerting().state.machine();
        machine.all_firing().any(|(key, _)| key.kind == Kind::Source && key.kpi == "clock of this server")
    };
    house.moved(TEN_DAYS_MS);
    house.look().await;
    assert!(house.notice().contains("jumped ahead by 10 days"), "{}", house.notice());
    let snapshot = house.dashboard.snapshot(None).await.unwrap();
    assert_eq!(house.dashboard.frame(&snapshot, None).notices, [house.notice()]);
    assert!(is_alert(&house));
    house.observe(60.0).await;
    house.moved(-TEN_DAYS_MS);
    house.look().await;
    assert!(
        house.notice().contains("One observation is of a time that the clock has not reached"),
        "{}",
        house.notice()
    );
    assert!(is_alert(&house));
    house.restart().await;
    house.look().await;
    assert!(house.notice().contains("One observation"), "after a restart too: {}", house.notice());
    house.moved(TEN_DAYS_MS);
    house.look().await;
    house.moved(-MINUTE_MS);
    house.look().await;
    house.pass(MINUTE_MS).await;
    assert!(!house.notice().contains("One observation"), "{}", house.notice());

    let house = House::new().await;
    house.look().await;
    house.moved(-TEN_DAYS_MS);
    house.look().await;
    assert!(house.notice().contains("went back by 10 days") && is_alert(&house), "{}", house.notice());
    house.moved(TEN_DAYS_MS);
    house.look().await;
    assert_eq!(house.notice(), "");
    assert!(!is_alert(&house));
}

#[tokio::test]
async fn a_message_that_waits_for_its_next_try_does_not_wait_for_ten_days() {
    let mut house = House::new().await;
    house.look().await;
    house.moved(TEN_DAYS_MS);
    house.look().await;
    house.time_to_fire().await;
    let hook = OutboxChannel { channel: "webhook".to_owned(), recipient: "hook".to_owned() };
    let tried = house.dashboard.alerting().notifier.deliver_due(&Refuses, &hook).await.unwrap();
    assert!(tried > 0);
    assert_eq!(house.dashboard.alerting().notifier.due_channels().await.unwrap(), [], "it waits for half a minute");
    house.moved(-TEN_DAYS_MS);
    assert_eq!(house.dashboard.alerting().notifier.due_channels().await.unwrap(), std::slice::from_ref(&hook));
    assert_eq!(house.dashboard.alerting().notifier.deliver_due(&Refuses, &hook).await.unwrap(), tried);
    assert_eq!(house.dashboard.alerting().notifier.due_channels().await.unwrap(), [], "and then as long as always");
}

#[tokio::test]
async fn what_is_recorded_after_the_clock_went_back_is_the_latest_change_also_after_a_restart() {
    let mut house = House::new().await;
    house.moved(TEN_DAYS_MS);
    house.observe(50.0).await;
    house.moved(-TEN_DAYS_MS);
    for _ in 0..2 {
        let before = house.dashboard.latest_change();
        house.observe(40.0).await;
        assert!(house.dashboard.latest_change() > before, "open pages learn of it");
        house.restart().await;
    }
}

#[tokio::test]
async fn what_was_refused_as_of_the_future_is_taken_when_it_is_read_again_under_the_right_clock() {
    let house = House::new().await;
    house.moved(-TEN_DAYS_MS);
    let time = service::instant::iso(START_MS);
    let send = |format: Format, body: String| Incoming {
        source: "test".to_owned(),
        content_type: "application/json".to_owned(),
        body: body.into_bytes(),
        unpacked: None,
        reading: Reading::of(format),
        partial: false,
    };
    let observation = format!(r#"[{{"kpi":"speed","value":50,"time":"{time}"}}]"#);
    let refused = house.dashboard.take_in(send(Format::Json, observation)).await;
    assert!(refused.is_err(), "{refused:?}");
    let waiting = house.dashboard.dead_letters(None, None, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let number = waiting[0].number;
    assert!(house.dashboard.replay(number).await.unwrap().reason.is_some(), "the clock is still wrong");
    house.moved(TEN_DAYS_MS);
    let replayed = house.dashboard.replay(number).await.unwrap();
    assert_eq!((replayed.new, replayed.reason), (1, None));
}

/// Whether every payload has its bytes.
async fn has_body(house: &House) -> bool {
    let wanted = storage::PayloadQuery { source: None, states: Vec::new(), before_number: None, limit: 10 };
    let payloads = house.dashboard.store().payloads(&wanted).await.unwrap();
    payloads.iter().all(|payload| payload.body_dropped_ms.is_none())
}

#[tokio::test]
async fn nothing_is_deleted_for_its_age_while_the_clock_is_ahead() {
    let mut house = House::new().await;
    house.observe(50.0).await;
    house.pass(MINUTE_MS).await;
    house.moved(TEN_DAYS_MS);
    house.look().await;
    house.dashboard.retain().await.unwrap();
    assert!(has_body(&house).await);
    house.restart().await;
    house.dashboard.retain().await.unwrap();
    assert!(has_body(&house).await, "nor after a start under that clock");
    for _ in 0..24 * 60 {
        house.moved(MINUTE_MS);
        house.dashboard.watch_clock().await;
    }
    house.dashboard.retain().await.unwrap();
    assert!(!has_body(&house).await, "a clock that stays is believed");
}

/// An evaluation that never ends.
struct Endless(Arc<Catalogue>);

#[async_trait]
impl ConditionSource for Endless {
    fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.0)
    }

    async fn conditions(&self, _catalogue: &Arc<Catalogue>, _instant_ms: i64) -> Result<Vec<Condition>, StoreError> {
        std::future::pending().await
    }

    fn failing_sources(&self) -> Vec<FailingSource> {
        Vec::new()
    }
}

#[tokio::test]
async fn an_acknowledgement_waits_for_no_evaluation() {
    let mut house = House::new().await;
    house.time_to_fire().await;
    let key = Key::new(Kind::Level, "speed");
    let alerting = house.dashboard.alerting();
    let endless = Endless(house.dashboard.catalogue());
    let mut step = std::pin::pin!(alerting.stepper.step(&endless));
    assert!(futures::poll!(step.as_mut()).is_pending(), "the step evaluates");
    alerting.acknowledgements.set(&key, true, "Ann", None).await.unwrap();
    let machine = alerting.state.machine();
    assert!(machine.firing(&key).is_some_and(|firing| firing.acknowledged.is_some()));
    assert!(futures::poll!(step).is_pending(), "and still does");
}
