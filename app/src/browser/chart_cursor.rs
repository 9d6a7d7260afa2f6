//! The cursor of a chart: a range input that reads the points one by one, with a mark in the picture. The texts are looked
//! up in the document each time, because the picture may have been replaced since.

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement, PointerEvent};

use super::dom::{elements, listen, show};

/// Brings every cursor of the page to life that is not yet.
pub fn start() {
    for figure in elements(document().query_selector_all("figure.chart:not([data-cursor])")) {
        let _ = figure.set_attribute("data-cursor", "");
        begin(&figure);
    }
}

fn find(figure: &Element, selector: &str) -> Option<Element> {
    figure.query_selector(selector).ok()?
}

fn input(figure: &Element) -> Option<HtmlInputElement> {
    find(figure, ".cursor-range")?.dyn_into().ok()
}

fn stops(figure: &Element) -> Vec<Element> {
    elements(figure.query_selector_all(".stops > li"))
}

fn begin(figure: &Element) {
    let Some(range) = input(figure) else { return };
    if let Some(title) = figure.get_attribute("data-title") {
        let _ = range.set_attribute("aria-label", &["Points of the chart: ", &title].concat());
    }
    fit(figure);
    let of_input = figure.clone();
    listen(&range, "input", move |_| read(&of_input, true));
    let of_refresh = figure.clone();
    listen(&document(), "refreshed", move |_| fit(&of_refresh));
    let of_pointer = figure.clone();
    listen(figure, "pointermove", move |event| {
        if let Some(event) = event.dyn_ref::<PointerEvent>() {
            point(&of_pointer, event);
        }
    });
}

/// Makes the range as long as there are points, keeps a place that was chosen, and otherwise stands at the last value that
/// was observed; what is forecast comes behind it.
fn fit(figure: &Element) {
    let (Some(range), Some(cursor)) = (input(figure), find(figure, ".cursor")) else { return };
    let stops = stops(figure);
    show(&cursor, !stops.is_empty());
    let Some(last) = stops.len().checked_sub(1) else { return };
    let newest = stops.iter().rposition(|stop| !stop.has_attribute("data-forecast")).unwrap_or(last).to_string();
    let was_newest = range.get_attribute("data-newest").is_none_or(|before| before == range.value());
    let _ = range.set_attribute("max", &last.to_string());
    let _ = range.set_attribute("data-newest", &newest);
    if was_newest {
        range.set_value(&newest);
    }
    read(figure, figure.has_attribute("data-touched"));
}

/// Says the point at the cursor and, once a reader has touched it, marks its place.
fn read(figure: &Element, is_marked: bool) {
    let Some(range) = input(figure) else { return };
    let stops = stops(figure);
    let Some(stop) = range.value().parse::<usize>().ok().and_then(|index| stops.get(index)) else { return };
    let text = stop.text_content().unwrap_or_default();
    let _ = range.set_attribute("aria-valuetext", &text);
    if let Some(output) = find(figure, ".cursor-text") {
        output.set_text_content(Some(&text));
    }
    if !is_marked {
        return;
    }
    let _ = figure.set_attribute("data-touched", "");
    let place = |name: &str| stop.get_attribute(name).unwrap_or_default();
    for mark in [".cursor-line", ".cursor-dot"] {
        if let Some(mark) = find(figure, mark) {
            let _ = mark.set_attribute("data-start", &place("data-x"));
            let _ = mark.set_attribute("data-bottom", &place("data-y"));
            show(&mark, true);
        }
    }
}

/// Takes the cursor to the point nearest to the pointer.
fn point(figure: &Element, event: &PointerEvent) {
    let (Some(area), Some(range)) = (find(figure, ".plot-area"), input(figure)) else { return };
    let frame = area.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    if x < frame.left() || x > frame.right() || y < frame.top() || y > frame.bottom() {
        return;
    }
    let from_left = (x - frame.left()) / frame.width() * 100.0;
    let is_reversed =
        document().document_element().and_then(|root| root.get_attribute("dir")).is_some_and(|dir| dir == "rtl");
    let place = if is_reversed { 100.0 - from_left } else { from_left };
    let distance = |stop: &Element| {
        let at = stop.get_attribute("data-x").and_then(|text| text.parse::<u8>().ok()).unwrap_or(0);
        (f64::from(at) - place).abs()
    };
    let stops = stops(figure);
    let nearest = stops.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    if let Some((index, _)) = nearest {
        range.set_value(&index.to_string());
        read(figure, true);
    }
}
