//! The six islands: markup that is still when the server writes it, and comes alive in the browser.
//!
//! Islands take no properties and hold almost no text; they find what they need in the document, so that they go on working
//! after a part of the page was replaced, and so that the browser is sent no reader of JSON. Their behaviour is in
//! `browser`, which exists for the browser alone.

use leptos::prelude::*;

/// Keeps the page up to date and says how old it is.
#[island]
pub fn Live() -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    crate::browser::live::start();
    view! {
        <span class="live">
            <span class="live-state" id="live-state"></span>
            <span class="visually-hidden" id="live-news" role="status"></span>
        </span>
    }
}

/// The cursor of the chart whose figure it stands in; hidden until it works.
#[island]
pub fn ChartCursor() -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    crate::browser::chart_cursor::start();
    view! {
        <div class="cursor" hidden>
            <input class="cursor-range" type="range" min="0" max="0" step="1" aria-label="Points of the chart"/>
            <output class="cursor-text" aria-live="off"></output>
        </div>
    }
}

/// The progress of a benchmark run; hidden until one is under way.
#[island]
pub fn BenchmarkProgress() -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    crate::browser::benchmark_progress::start();
    view! {
        <div class="card run-progress" id="run-progress" hidden>
            <progress id="run-progress-bar" max="100" value="0" aria-label="Benchmark run"></progress>
            <p id="run-progress-text" role="status"></p>
        </div>
    }
}

/// Measures how the page loaded and tells the server once.
#[island]
pub fn WebVitals() -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    crate::browser::web_vitals::start();
    view! { <span hidden></span> }
}

/// Keeps check-ins on the device while the server can't be reached.
#[island]
pub fn CheckInQueue() -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    crate::browser::check_in_queue::start();
    view! {
        <div class="queue" id="queue" hidden>
            <p id="queue-news" role="status"></p>
            <ul class="plain" id="queue-list"></ul>
        </div>
    }
}

/// Says what a gate would say while values are assumed in its form; the server says the same without script.
#[island]
pub fn GateSimulation() -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    crate::browser::gate_simulation::start();
    view! { <span hidden></span> }
}
