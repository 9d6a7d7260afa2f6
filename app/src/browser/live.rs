//! Keeps the page up to date: listens for changes, asks for the page again, says whether it is live and how old it is.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Date;
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;

use super::dom::{after, by_id, dispatch, every, listen, set_text};
use super::events::{Listener, Stream};
use super::{page_age, swap};

/// Changes that come close together are shown together.
const GATHER_MS: i32 = 100;
/// Spoken news come no more often than this.
const NEWS_MS: f64 = 5000.0;

#[derive(Default)]
struct State {
    /// Whether something was missed and the page must be asked for when the stream is open again.
    is_behind: Cell<bool>,
    is_open: Cell<bool>,
    is_gathering: Cell<bool>,
    changes: Cell<u32>,
    is_news_waiting: Cell<bool>,
    last_news_ms: Cell<f64>,
}

struct Page(Rc<State>);

/// Starts; on a page of a past instant only the service worker is set up.
pub fn start() {
    keep_pages();
    let body = document().body();
    let attribute = |name: &str| body.as_ref().and_then(|body| body.get_attribute(name)).unwrap_or_default();
    if attribute("data-past") == "true" {
        return;
    }
    let state = Rc::new(State::default());
    state.is_behind.set(page_age::is_old());
    show_state(&state);
    let address = match attribute("data-since").as_str() {
        "" => "/api/v1/events".to_owned(),
        since => ["/api/v1/events?since=", &String::from(js_sys::encode_uri_component(since))].concat(),
    };
    let for_refresh = state.clone();
    listen(&document(), "refresh", move |_| gather(&for_refresh));
    for name in ["online", "offline"] {
        let state = state.clone();
        listen(&window(), name, move |_| show_state(&state));
    }
    let for_age = state.clone();
    every(30_000, move || show_state(&for_age));
    Stream::start(address, Page(state));
}

/// Lets the browser keep pages that were seen.
fn keep_pages() {
    let navigator = window().navigator();
    if js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker")).unwrap_or(false) {
        // Without it pages work as before, only not offline.
        let _ = navigator.service_worker().register("/service-worker.js");
    }
}

impl Listener for Page {
    fn opened(&self) {
        self.0.is_open.set(true);
        show_state(&self.0);
        if self.0.is_behind.replace(false) {
            gather(&self.0);
        }
    }

    fn broken(&self) {
        self.0.is_open.set(false);
        self.0.is_behind.set(true);
        show_state(&self.0);
    }

    fn event(&self, name: &str, data: String) {
        if name == "change" {
            self.0.changes.set(self.0.changes.get() + 1);
            gather(&self.0);
        } else {
            dispatch(name, &JsValue::from_str(&data));
        }
    }
}

fn show_state(state: &State) {
    let has_network = window().navigator().on_line();
    let (name, text) = if state.is_open.get() && has_network {
        ("live", "Live".to_owned())
    } else if !has_network || page_age::is_old() {
        ("offline", ["Offline: ", &page_age::words()].concat())
    } else if state.is_behind.get() {
        ("waiting", "Reconnecting…".to_owned())
    } else {
        ("waiting", "Connecting…".to_owned())
    };
    if let Some(element) = by_id("live-state") {
        let _ = element.set_attribute("data-state", name);
        if element.text_content().as_deref() != Some(&text) {
            element.set_text_content(Some(&text));
        }
    }
}

/// Asks for the page after a moment, once for everything that comes within it.
fn gather(state: &Rc<State>) {
    if state.is_gathering.replace(true) {
        return;
    }
    let state = state.clone();
    after(GATHER_MS, move || {
        wasm_bindgen_futures::spawn_local(async move {
            // What comes while the page is on its way asks again.
            state.is_gathering.set(false);
            match swap::refresh().await {
                Ok(true) => {
                    dispatch("refreshed", &JsValue::NULL);
                    announce(&state);
                }
                Ok(false) => gather(&state),
                Err(_) => state.is_behind.set(true),
            }
            show_state(&state);
        });
    });
}

/// Says how many changes came, and not again for a while.
fn announce(state: &Rc<State>) {
    if state.changes.get() == 0 || state.is_news_waiting.replace(true) {
        return;
    }
    let wait = (NEWS_MS - (Date::now() - state.last_news_ms.get())).max(0.0);
    let state = state.clone();
    #[expect(clippy::cast_possible_truncation, reason = "at most NEWS_MS")]
    after(wait as i32, move || {
        state.is_news_waiting.set(false);
        state.last_news_ms.set(Date::now());
        let count = state.changes.replace(0);
        let words = if count == 1 { " change" } else { " changes" };
        set_text("live-news", &["Updated: ", &count.to_string(), words].concat());
    });
}
