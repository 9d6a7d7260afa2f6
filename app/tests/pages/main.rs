//! What is true of every page: one heading, unique ids, nothing that a strict content security policy forbids.
#![cfg(feature = "ssr")]

mod decided;
mod forms;
mod samples;

use std::collections::BTreeSet;

use app::{Document, Forms, Page, Theme, plain};
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use service::view::Frame;

pub fn html(page: Page, frame: Frame, theme: Theme) -> String {
    let options = LeptosOptions::builder().output_name("inferno-kpi").build();
    let html = Owner::new().with(|| {
        view! { <Document options=options frame=frame preferences=samples::preferences(theme) page=page/> }.to_html()
    });
    plain(&html)
}

fn every_page() -> Vec<(&'static str, String)> {
    samples::pages().into_iter().map(|(name, page)| (name, html(page, samples::frame(), Theme::System))).collect()
}

/// The values of an attribute, in order.
pub fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    html.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_page_has_one_main_heading_and_the_landmarks() {
    for (name, html) in every_page() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert!(html.contains("href=\"#main\""), "{name}");
    }
}

#[test]
fn ids_are_unique_and_every_reference_to_one_is_met() {
    for (name, html) in every_page() {
        let mut ids = BTreeSet::new();
        for id in values(&html, "id") {
            assert!(ids.insert(id), "{name}: {id} stands twice");
        }
        for attribute in ["for", "aria-labelledby", "aria-describedby"] {
            for reference in values(&html, attribute).iter().flat_map(|list| list.split(' ')) {
                assert!(ids.contains(reference), "{name}: {attribute} names {reference}");
            }
        }
    }
}

#[test]
fn no_page_needs_inline_style_or_an_inline_handler() {
    for (name, html) in every_page() {
        assert!(!html.contains(" style="), "{name}");
        assert!(!html.contains("<style"), "{name}");
        for handler in ["onclick", "onload", "onsubmit", "oninput", "onchange"] {
            assert!(!html.contains(&format!(" {handler}=")), "{name}: {handler}");
        }
    }
}

/// Elements without an end.
const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "!DOCTYPE"];

/// Every element with the ids of the replaced parts that it stands in.
fn elements_in_parts(html: &str) -> Vec<(&str, Vec<String>)> {
    let mut open: Vec<(&str, Option<String>)> = Vec::new();
    let mut found = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if let Some(end) = tag.strip_prefix('/') {
            assert_eq!(open.pop().map(|(name, _)| name), Some(end), "{piece}");
        } else if !name.is_empty() {
            found.push((name, open.iter().filter_map(|(_, part)| part.clone()).collect()));
            if !VOID.contains(&name) && !tag.ends_with('/') {
                let id = values(tag, "id").first().map_or("without an id", |id| id).to_owned();
                open.push((name, tag.contains(" data-live").then_some(id)));
            }
        }
    }
    found
}

#[test]
fn parts_that_are_replaced_hold_no_island_and_no_other_part() {
    for (name, html) in every_page() {
        // The hydration script holds signs that look like tags.
        let body = html.split_once("<body").map(|(_, body)| format!("<body{body}")).unwrap_or_default();
        let body = body.trim_end_matches("</html>");
        let elements = elements_in_parts(body);
        assert!(elements.iter().any(|(element, _)| *element == "leptos-island"), "{name}");
        for (element, parts) in elements {
            assert!(parts.len() < 2, "{name}: {parts:?}");
            assert!(element != "leptos-island" || parts.is_empty(), "{name}: an island in {parts:?}");
            assert!(!parts.contains(&"without an id".to_owned()), "{name}");
        }
    }
}

#[test]
fn evidence_is_a_link_only_where_it_is_an_address_of_the_web() {
    let html = html(Page::Kpi(Box::new(samples::kpi()), Forms::default()), samples::frame(), Theme::System);
    assert!(html.contains("href=\"https://example.org/report\""));
    assert!(!html.contains("href=\"javascript:"));
}

#[test]
fn what_was_typed_is_escaped() {
    let mut page = samples::kpi();
    page.row.name = "<img src=x onerror=alert(1)>".to_owned();
    let html = html(Page::Kpi(Box::new(page), Forms::default()), samples::frame(), Theme::System);
    assert!(!html.contains("<img src=x"));
}

#[test]
fn a_past_page_says_so_and_its_links_stay_in_the_past() {
    let frame = Frame { is_as_of: true, as_of: "2026-10-01".to_owned(), ..samples::frame() };
    let html = html(Page::Overview(Box::new(samples::overview())), frame, Theme::System);
    assert!(html.contains("data-past=\"true\""));
    assert!(html.contains("Back to now"));
    assert!(html.contains("href=\"/gates?as_of=2026-10-01\""));
    assert!(!html.contains("href=\"/gates\""));
}

#[test]
fn demo_data_is_marked_on_every_page() {
    for (name, page) in samples::pages() {
        let html = html(page, Frame { demo: true, ..samples::frame() }, Theme::System);
        assert!(html.contains("Demo data: every number here is generated"), "{name}");
    }
}

#[test]
fn the_theme_is_right_from_the_first_byte() {
    for theme in Theme::ALL {
        let html = html(Page::Overview(Box::new(samples::overview())), samples::frame(), theme);
        assert!(html.contains(&format!("data-theme=\"{}\"", theme.name())));
    }
}

#[test]
fn a_chart_is_complete_without_script() {
    let html = html(Page::Kpi(Box::new(samples::kpi()), Forms::default()), samples::frame(), Theme::System);
    let chart = samples::history();
    assert!(html.contains("<figcaption"));
    assert!(html.contains("class=\"chart-picture\""));
    assert!(html.contains(&chart.csv_href));
    assert_eq!(html.matches("data-x=").count(), chart.cursor.len());
    for tick in &chart.y_ticks {
        assert!(html.contains(&format!("data-bottom=\"{}\"", tick.percent)));
    }
}

#[test]
fn a_server_without_data_says_what_to_do() {
    let html = html(Page::Overview(Box::new(samples::first_overview())), samples::frame(), Theme::System);
    assert!(html.contains("Connect what is next"));
    for path in ["/benchmarks", "/check-in", "/sources#import", "/sources#push"] {
        assert!(html.contains(&format!("href=\"{path}\"")), "{path}");
    }
}
