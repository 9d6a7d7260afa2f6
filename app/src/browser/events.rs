//! The one stream of events of a page. It is closed while the page is hidden, because a browser keeps only six
//! connections to a server of HTTP/1.1, over all tabs.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::{EventSource, MessageEvent};

use super::dom::{after, listen};

/// How long after a refusal the stream is asked for again; after a lost connection the browser asks by itself.
const RETRY_MS: i32 = 5000;

/// What a page does with the stream.
pub trait Listener {
    /// The stream is open.
    fn opened(&self);
    /// The stream broke off.
    fn broken(&self);
    /// An event came: its name and its data.
    fn event(&self, name: &str, data: String);
}

/// The stream, open while the page is visible.
pub struct Stream<L> {
    address: String,
    listener: L,
    source: RefCell<Option<EventSource>>,
}

impl<L: Listener + 'static> Stream<L> {
    /// Opens the stream and keeps it.
    pub fn start(address: String, listener: L) {
        let stream = Rc::new(Self { address, listener, source: RefCell::new(None) });
        stream.clone().open();
        listen(&document(), "visibilitychange", move |_| {
            if document().hidden() {
                stream.close();
            } else {
                stream.listener.broken();
                stream.clone().open();
            }
        });
    }

    fn close(&self) {
        if let Some(source) = self.source.borrow_mut().take() {
            source.close();
        }
    }

    fn open(self: Rc<Self>) {
        self.close();
        let Ok(source) = EventSource::new(&self.address) else { return };
        for name in ["change", "benchmark"] {
            let stream = self.clone();
            listen(&source, name, move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                stream.listener.event(name, data.unwrap_or_default());
            });
        }
        let stream = self.clone();
        listen(&source, "open", move |_| stream.listener.opened());
        let stream = self.clone();
        let failed = source.clone();
        listen(&source, "error", move |_| {
            stream.listener.broken();
            if failed.ready_state() == EventSource::CLOSED {
                let stream = stream.clone();
                after(RETRY_MS, move || {
                    if !document().hidden() {
                        stream.open();
                    }
                });
            }
        });
        *self.source.borrow_mut() = Some(source);
    }
}
