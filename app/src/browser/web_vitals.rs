//! Measures how the page loaded for this reader and tells the server. Nothing is sent where the reader asked not to be
//! measured, for a past instant, or for a page out of the device's memory.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit};

use super::dom::{after, listen};
use super::{json, page_age};

/// A page that stays open is told about before it is left, because what is sent on leaving can get lost. The server takes
/// the first report of a page view; what happens after these seconds is not part of it.
const EARLY_REPORT_MS: i32 = 10_000;
/// Shifts this far apart belong to two windows, and no window is longer than five seconds: <https://web.dev/articles/cls>
const SHIFT_GAP_MS: f64 = 1000.0;
const SHIFT_WINDOW_MS: f64 = 5000.0;

#[derive(Default)]
struct Measured {
    largest_paint_ms: Cell<f64>,
    shift: Cell<f64>,
    window_shift: Cell<f64>,
    window_start_ms: Cell<f64>,
    window_last_ms: Cell<f64>,
    slowest_interaction_ms: Cell<f64>,
    is_finished: Cell<bool>,
}

/// Starts to measure.
pub fn start() {
    if is_unwanted() {
        return;
    }
    // Without a stamp the server does not want to know.
    let Some(stamp) = document().body().and_then(|body| body.get_attribute("data-stamp")) else { return };
    let measured = Rc::new(Measured::default());
    let of_paint = measured.clone();
    observe("largest-contentful-paint", move |entry| of_paint.largest_paint_ms.set(number(entry, "startTime")));
    let of_shift = measured.clone();
    observe("layout-shift", move |entry| of_shift.shifted(entry));
    for kind in ["event", "first-input"] {
        let of_event = measured.clone();
        observe(kind, move |entry| of_event.interacted(entry));
    }
    let (early, early_stamp) = (measured.clone(), stamp.clone());
    after(EARLY_REPORT_MS, move || early.report(&early_stamp, false));
    let (late, late_stamp) = (measured.clone(), stamp.clone());
    listen(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            late.report(&late_stamp, true);
        }
    });
    listen(&window(), "pagehide", move |_| measured.report(&stamp, true));
}

fn is_unwanted() -> bool {
    let navigator = window().navigator();
    let is_past = document().body().and_then(|body| body.get_attribute("data-past")).is_some_and(|past| past == "true");
    let asked_not_to = json::get_text(&navigator, "doNotTrack").is_some_and(|answer| answer == "1")
        || json::get(&navigator, "globalPrivacyControl").is_truthy();
    is_past || asked_not_to || !navigator.on_line() || page_age::is_old()
}

fn number(entry: &JsValue, name: &str) -> f64 {
    json::get_number(entry, name).unwrap_or(0.0)
}

/// Calls `each` for every entry of a kind, those before now included.
fn observe(kind: &str, each: impl Fn(&JsValue) + 'static) {
    let closure = Closure::<dyn FnMut(PerformanceObserverEntryList)>::new(move |list: PerformanceObserverEntryList| {
        list.get_entries().iter().for_each(|entry| each(&entry));
    });
    if let Ok(observer) = PerformanceObserver::new(closure.as_ref().unchecked_ref()) {
        let init = PerformanceObserverInit::new(&Array::new());
        // The list of kinds and a single kind exclude each other; only the single one is told what came before.
        let _ = Reflect::delete_property(init.unchecked_ref::<js_sys::Object>(), &JsValue::from_str("entryTypes"));
        json::set(&init, "type", kind);
        json::set(&init, "buffered", true);
        json::set(&init, "durationThreshold", 16);
        // A browser that does not know the kind measures the others.
        observer.observe(&init);
    }
    closure.forget();
}

impl Measured {
    fn shifted(&self, entry: &JsValue) {
        if json::get(entry, "hadRecentInput").is_truthy() {
            return;
        }
        let time_ms = number(entry, "startTime");
        let goes_on = time_ms - self.window_last_ms.get() < SHIFT_GAP_MS
            && time_ms - self.window_start_ms.get() < SHIFT_WINDOW_MS;
        if !goes_on {
            self.window_shift.set(0.0);
            self.window_start_ms.set(time_ms);
        }
        self.window_last_ms.set(time_ms);
        self.window_shift.set(self.window_shift.get() + number(entry, "value"));
        self.shift.set(self.shift.get().max(self.window_shift.get()));
    }

    fn interacted(&self, entry: &JsValue) {
        // Entries without an id are no interactions, such as moving the pointer.
        if number(entry, "interactionId") > 0.0 {
            self.slowest_interaction_ms.set(self.slowest_interaction_ms.get().max(number(entry, "duration")));
        }
    }

    fn report(&self, stamp: &str, is_final: bool) {
        if self.is_finished.get() || (!is_final && document().hidden()) {
            return;
        }
        let Some(navigation) =
            window().performance().map(|performance| performance.get_entries_by_type("navigation").get(0))
        else {
            return;
        };
        let load_ms = number(&navigation, "loadEventEnd");
        // Left before it was loaded: there is nothing to tell.
        if load_ms <= 0.0 {
            return;
        }
        self.is_finished.set(is_final);
        let report = json::object();
        json::set(&report, "stamp", stamp);
        json::set(&report, "page", window().location().pathname().unwrap_or_default());
        json::set(&report, "load_ms", load_ms);
        json::set(&report, "ttfb_ms", number(&navigation, "responseStart"));
        json::set(&report, "lcp_ms", known(self.largest_paint_ms.get()));
        json::set(&report, "cls", self.shift.get());
        json::set(&report, "inp_ms", known(self.slowest_interaction_ms.get()));
        json::set(&report, "final", is_final);
        let _ = window().navigator().send_beacon_with_opt_str("/api/v1/vitals", Some(&json::write(&report)));
    }
}

fn known(value_ms: f64) -> JsValue {
    if value_ms > 0.0 { JsValue::from_f64(value_ms) } else { JsValue::NULL }
}
