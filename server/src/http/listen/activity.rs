//! What a connection does at the moment, and until when it may go on like that.

use std::time::Duration;

use tokio::time::Instant;

use super::limits::Timeouts;

/// How long it is read on after a refusal, so that a client which still sends gets to see it.
const LINGERING: Duration = Duration::from_secs(1);
/// How long a header that is half here may still take when the server stops.
const DRAINING_HEADER: Duration = Duration::from_secs(1);
/// How old a connection without a request must be before it makes room for another one: the time in which a request that
/// is on its way arrives.
const YOUNG: Duration = Duration::from_millis(2);

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing has come yet.
    Opened,
    /// The last request is answered and no byte of another one is here.
    Idle,
    /// A header is here in part.
    Header,
    /// A request is under way.
    Request,
    /// Everything is said; what still comes is thrown away.
    Lingering,
}

/// How much has moved in one direction, and how long it was waited for.
#[derive(Debug, Clone, Copy, Default)]
struct Transfer {
    waiting_since: Option<Instant>,
    waited: Duration,
    bytes: u64,
}

impl Transfer {
    fn waits(&mut self, now: Instant) {
        self.waiting_since.get_or_insert(now);
    }

    fn moves(&mut self, now: Instant, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += now.saturating_duration_since(since);
        }
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Only the time is counted in which the other side was waited for.
    fn deadline(&self, still: Duration, bytes_per_second: u64) -> Option<Instant> {
        let since = self.waiting_since?;
        let earned = self.bytes.saturating_mul(1_000).checked_div(bytes_per_second).map(Duration::from_millis);
        let left = earned.map(|earned| still.saturating_add(earned).saturating_sub(self.waited));
        Some(since + left.map_or(still, |left| left.min(still)))
    }
}

/// What a connection does at the moment.
#[derive(Debug)]
pub struct Activity {
    stage: Stage,
    since: Instant,
    draining_since: Option<Instant>,
    request: Transfer,
    answer: Transfer,
    is_body_unread: bool,
}

impl Activity {
    /// A connection that was just opened.
    pub fn opened(now: Instant) -> Self {
        Self {
            stage: Stage::Opened,
            since: now,
            draining_since: None,
            request: Transfer::default(),
            answer: Transfer::default(),
            is_body_unread: false,
        }
    }

    fn enter(&mut self, stage: Stage, now: Instant) {
        (self.stage, self.since) = (stage, now);
    }

    /// The handshake is done.
    pub fn encrypted(&mut self, now: Instant) {
        self.enter(Stage::Opened, now);
    }

    /// Bytes came.
    pub fn received(&mut self, now: Instant) {
        if matches!(self.stage, Stage::Opened | Stage::Idle) {
            self.enter(Stage::Header, now);
        }
    }

    /// A header is whole.
    pub fn asked(&mut self, now: Instant, has_body: bool) {
        self.enter(Stage::Request, now);
        (self.request, self.answer, self.is_body_unread) = (Transfer::default(), Transfer::default(), has_body);
    }

    /// The body of the request is waited for.
    pub fn body_waits(&mut self, now: Instant) {
        self.request.waits(now);
    }

    /// A part of the body came.
    pub fn body_moves(&mut self, now: Instant, bytes: usize) {
        self.request.moves(now, bytes);
    }

    /// The body is here as a whole.
    pub fn body_ended(&mut self) {
        self.is_body_unread = false;
    }

    /// Nobody waits for the body any more.
    pub fn body_dropped(&mut self) {
        self.request.waiting_since = None;
    }

    /// The client takes nothing at the moment.
    pub fn answer_waits(&mut self, now: Instant) {
        self.answer.waits(now);
    }

    /// The client took something.
    pub fn answer_moves(&mut self, now: Instant, bytes: usize) {
        self.answer.moves(now, bytes);
    }

    /// The answer is complete, if not yet sent.
    pub fn answered(&mut self, now: Instant) {
        self.request.waiting_since = None;
        self.enter(Stage::Idle, now);
    }

    /// Everything is sent. Whether the client may still be sending, so that it is read on for a moment.
    pub fn lingers(&mut self, now: Instant) -> bool {
        if self.is_body_unread && self.stage != Stage::Lingering {
            self.enter(Stage::Lingering, now);
        }
        self.is_body_unread
    }

    /// The server stops.
    pub fn drains(&mut self, now: Instant) {
        self.draining_since.get_or_insert(now);
    }

    /// Whether it may end for another one, and which one goes first: those between two requests, then the oldest.
    pub fn makes_room(&self, now: Instant) -> Option<(bool, Instant)> {
        let is_displaceable = match self.stage {
            // What was answered is to be sent first.
            Stage::Idle => self.answer.waiting_since.is_none(),
            Stage::Opened | Stage::Header | Stage::Lingering => now.saturating_duration_since(self.since) >= YOUNG,
            Stage::Request => false,
        };
        is_displaceable.then_some((self.stage != Stage::Idle, self.since))
    }

    /// Whether no request is under way and no answer is being sent.
    pub fn is_free(&self) -> bool {
        self.stage != Stage::Request && self.answer.waiting_since.is_none()
    }

    /// When it ends unless something happens before.
    pub fn deadline(&self, timeouts: &Timeouts) -> Option<Instant> {
        let stage = match (self.stage, self.draining_since) {
            (Stage::Opened | Stage::Idle, Some(draining)) if self.answer.waiting_since.is_none() => Some(draining),
            (Stage::Opened, _) | (Stage::Header, None) => Some(self.since + timeouts.header),
            (Stage::Idle, _) => Some(self.since + timeouts.idle),
            (Stage::Header, Some(draining)) => Some((self.since + timeouts.header).min(draining + DRAINING_HEADER)),
            (Stage::Request, _) => None,
            (Stage::Lingering, _) => Some(self.since + LINGERING),
        };
        let request = self.request.deadline(timeouts.body, timeouts.bytes_per_second);
        let answer = self.answer.deadline(timeouts.answer, timeouts.bytes_per_second);
        [stage, request, answer].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: Timeouts = Timeouts {
        header: Duration::from_secs(10),
        idle: Duration::from_mins(1),
        body: Duration::from_secs(15),
        answer: Duration::from_secs(30),
        bytes_per_second: 1_000,
    };

    struct Fixture {
        start: Instant,
        activity: Activity,
    }

    impl Fixture {
        fn new() -> Self {
            let start = Instant::now();
            Self { start, activity: Activity::opened(start) }
        }

        fn at(&self, second: u64) -> Instant {
            self.start + Duration::from_secs(second)
        }

        fn ends_at(&self) -> Option<u64> {
            self.activity.deadline(&TIMEOUTS).map(|deadline| (deadline - self.start).as_secs())
        }
    }

    #[test]
    fn a_header_has_its_time_from_the_first_byte_and_no_byte_prolongs_it() {
        let mut it = Fixture::new();
        assert_eq!(it.ends_at(), Some(10));
        for second in [5, 8, 11] {
            it.activity.received(it.at(second));
            assert_eq!(it.ends_at(), Some(15));
        }
        it.activity.asked(it.at(12), false);
        assert_eq!(it.ends_at(), None, "an answer takes the time that it takes");
        it.activity.answered(it.at(20));
        assert_eq!(it.ends_at(), Some(80), "between two requests");
        it.activity.received(it.at(70));
        assert_eq!(it.ends_at(), Some(80));
    }

    #[test]
    fn a_body_must_not_stand_still_nor_drip() {
        let mut it = Fixture::new();
        it.activity.asked(it.at(0), true);
        assert_eq!(it.ends_at(), None, "nobody reads it yet");
        it.activity.body_waits(it.at(0));
        assert_eq!(it.ends_at(), Some(15));
        // 5,000 bytes earn five seconds.
        it.activity.body_moves(it.at(10), 5_000);
        assert_eq!(it.ends_at(), None, "it is read, so the client is not waited for");
        it.activity.body_waits(it.at(30));
        assert_eq!(it.ends_at(), Some(40), "ten of twenty seconds are used up");
        it.activity.body_moves(it.at(39), 1);
        it.activity.body_waits(it.at(39));
        assert_eq!(it.ends_at(), Some(40), "a byte earns next to nothing");
        it.activity.body_dropped();
        assert_eq!(it.ends_at(), None);
    }

    #[test]
    fn an_answer_that_nobody_takes_ends_also_after_it_is_complete() {
        let mut it = Fixture::new();
        it.activity.asked(it.at(0), false);
        it.activity.answer_moves(it.at(1), 100);
        it.activity.answer_waits(it.at(1));
        assert_eq!(it.ends_at(), Some(31));
        it.activity.answered(it.at(2));
        assert_eq!(it.ends_at(), Some(31));
        assert!(it.activity.makes_room(it.at(20)).is_none(), "it is not sent yet");
        it.activity.drains(it.at(20));
        assert_eq!(it.ends_at(), Some(31));
        it.activity.answer_moves(it.at(21), 100);
        assert_eq!(it.ends_at(), Some(20), "all is sent and the server stops");
    }

    #[test]
    fn only_what_asks_nothing_makes_room_and_what_was_answered_first() {
        let mut it = Fixture::new();
        assert!(it.activity.makes_room(it.at(0)).is_none(), "too young");
        let opened = it.activity.makes_room(it.at(1)).unwrap();
        it.activity.asked(it.at(1), false);
        assert!(it.activity.makes_room(it.at(9)).is_none());
        it.activity.answered(it.at(9));
        assert!(it.activity.makes_room(it.at(9)).unwrap() < opened);
    }

    #[test]
    fn when_the_server_stops_half_a_header_has_a_second() {
        let mut it = Fixture::new();
        it.activity.received(it.at(1));
        it.activity.drains(it.at(3));
        assert_eq!(it.ends_at(), Some(4));
        it.activity.asked(it.at(3), false);
        assert_eq!(it.ends_at(), None);
    }

    #[test]
    fn who_still_sends_after_a_refusal_is_read_for_a_moment() {
        let mut it = Fixture::new();
        it.activity.asked(it.at(0), true);
        it.activity.answered(it.at(0));
        assert!(it.activity.lingers(it.at(1)));
        assert!(it.activity.lingers(it.at(2)));
        assert_eq!(it.ends_at(), Some(2));
        it.activity.asked(it.at(2), true);
        it.activity.body_ended();
        assert!(!it.activity.lingers(it.at(3)));
    }
}
