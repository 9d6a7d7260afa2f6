//! Counters: what they rose by between two samples, or what samples say that they rose by.

/// What was last seen of one counter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Counter {
    last: Option<(i64, f64)>,
}

/// What a sample of a counter says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// The first one: nothing to compare it with.
    First,
    /// Not after the one before: it is left out.
    Late,
    /// It rose by so much, since so many milliseconds. A counter that fell began anew at zero, as Prometheus reads it too.
    Rose { by: f64, since_ms: i64 },
}

impl Counter {
    /// Forgets a sample that lies after an instant.
    pub(super) fn forget_after(&mut self, instant_ms: i64) {
        self.last = self.last.filter(|(time_ms, _)| *time_ms <= instant_ms);
    }

    pub(super) fn step(&mut self, time_ms: i64, value: f64) -> Step {
        let Some((last_ms, last)) = self.last else {
            self.last = Some((time_ms, value));
            return Step::First;
        };
        if time_ms <= last_ms {
            return Step::Late;
        }
        self.last = Some((time_ms, value));
        Step::Rose { by: if value < last { value } else { value - last }, since_ms: time_ms.saturating_sub(last_ms) }
    }

    /// A sample that is itself what the counter rose by. It needs none before it, and may come in any order, unless it matters
    /// how long the rise took.
    pub(super) fn rise(&mut self, time_ms: i64, by: f64, needs_time: bool) -> Step {
        if !needs_time {
            return Step::Rose { by, since_ms: 0 };
        }
        match self.step(time_ms, by) {
            Step::Rose { since_ms, .. } => Step::Rose { by, since_ms },
            step => step,
        }
    }
}
