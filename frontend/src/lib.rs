//! What the browser starts with: it brings the islands of `app` to life, each where the server wrote it.

// Named, so that the functions which the islands export are linked in.
extern crate app;

/// Called once by the script of the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
