//! What would pass: the verdict of a gate while values are assumed, by the same core as the server's. Everything is looked up
//! in the document each time, because a gate may have been replaced since.

use kpi::gate::Simulation;
use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event};

use super::dom::{elements, listen};
use super::json;

/// Listens to every simulation of the page.
pub fn start() {
    for name in ["input", "submit"] {
        listen(&document(), name, |event| {
            if let Some(form) = form_of(&event) {
                if event.type_() == "submit" {
                    event.prevent_default();
                }
                say(&form);
            }
        });
    }
    listen(&document(), "click", |event| {
        // Its address differs from the page's in the place alone, so that following it would change nothing.
        let clears = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if clears.is_some_and(|link| link.has_attribute("data-clear"))
            && let Some(form) = form_of(&event)
        {
            assume_nearest(&form, 0);
            say(&form);
            return;
        }
        let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let count = button.as_ref().filter(|button| button.get_attribute("name").as_deref() == Some("nearest"));
        let count = count.and_then(|button| button.get_attribute("value")?.parse::<usize>().ok());
        if let (Some(count), Some(form)) = (count, form_of(&event)) {
            event.prevent_default();
            assume_nearest(&form, count);
            say(&form);
        }
    });
    listen(&document(), "refreshed", |_| {
        for form in elements(document().query_selector_all("form[data-simulation]")) {
            say(&form);
        }
    });
}

fn form_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest("form[data-simulation]").ok()?
}

/// The fields of a form, the nearest blocker first.
fn fields(form: &Element) -> Vec<Element> {
    elements(form.query_selector_all("[name^='assume.']"))
}

fn assume_nearest(form: &Element, count: usize) {
    for (index, field) in fields(form).iter().enumerate() {
        let value = if index < count { field.get_attribute("data-meets") } else { None };
        json::set(field, "value", value.unwrap_or_default());
    }
}

fn say(form: &Element) {
    let text = form.get_attribute("data-simulation").unwrap_or_default();
    let (Some(simulation), Ok(Some(output))) = (Simulation::parse(&text), form.query_selector("output")) else {
        return;
    };
    let typed: Vec<(String, String)> = fields(form)
        .iter()
        .filter_map(|field| {
            let name = field.get_attribute("name")?;
            Some((name.strip_prefix("assume.")?.to_owned(), json::get_text(field, "value")?))
        })
        .collect();
    let values = || typed.iter().map(|(id, value)| (id.as_str(), value.as_str()));
    let sentence = if simulation.takes(values()) { simulation.tally(values()).sentence() } else { String::new() };
    if output.text_content().as_deref() != Some(&sentence) {
        output.set_text_content(Some(&sentence));
    }
}
