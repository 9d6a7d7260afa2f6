//! What is true of the forms that decide, acknowledge, silence and note.

use app::{Forms, Page, Theme};
use service::view::Frame;

use crate::{decided, html, samples, values};

fn gates(forms: Forms) -> Page {
    Page::Gates(Box::new(decided::gates()), forms)
}

fn page(page: Page) -> String {
    html(page, samples::frame(), Theme::System)
}

fn past() -> Frame {
    Frame { is_as_of: true, as_of: "2026-10-01".to_owned(), ..samples::frame() }
}

/// The part of a page from the form of that id up to the next; empty where there is none.
fn form<'html>(html: &'html str, id: &str) -> &'html str {
    let has_id = |part: &&str| part.split('>').next().is_some_and(|tag| values(tag, "id") == [id]);
    html.split("<form").find(has_id).unwrap_or_default()
}

#[test]
fn every_form_that_records_asks_for_the_token_where_the_server_does() {
    for (name, shown) in samples::pages() {
        let html = html(shown, Frame { needs_token: true, ..samples::frame() }, Theme::System);
        for part in html.split("<form").skip(1).map(|part| part.split("</form>").next().unwrap()) {
            let address = values(part, "action").first().copied().unwrap_or_default().to_owned();
            if ["/gates/", "/alerts/", "/kpis/", "/catalogue"].iter().any(|start| address.starts_with(start)) {
                assert_eq!(
                    part.matches("name=\"token\"").count(),
                    usize::from(part.contains("method=\"post\"")),
                    "{name} {address}"
                );
            }
        }
    }
}

#[test]
fn a_past_instant_has_no_form_that_changes_something() {
    for (name, shown) in [
        ("gates", gates(Forms::default())),
        ("alerts", Page::Alerts(Box::new(decided::alerts()), Forms::default())),
        ("kpi", Page::Kpi(Box::new(samples::kpi()), Forms::default())),
        ("catalogue", Page::Catalogue(Box::new(decided::catalogue()), Forms::default())),
    ] {
        let html = html(shown, past(), Theme::System);
        assert_eq!(html.matches("method=\"post\"").count(), 0, "{name}");
    }
}

#[test]
fn a_simulation_of_a_past_instant_stays_there() {
    let html = html(gates(Forms::default()), past(), Theme::System);
    assert!(form(&html, "gate-1-simulate").contains("name=\"as_of\" value=\"2026-10-01\""));
}

#[test]
fn every_blocker_has_a_field_to_assume_a_value() {
    let html = page(gates(Forms::default()));
    let simulation = form(&html, "gate-1-simulate");
    assert_eq!(simulation.matches(" name=\"assume.kpi-").count(), 5);
    assert!(simulation.contains("<select id=\"assume-1-kpi-1\""));
    assert!(simulation.contains("It would not pass: 13 of 44 met"));
    assert!(simulation.contains("Assume the nearest 5 are met"));
}

#[test]
fn a_form_of_a_decision_names_the_state_that_was_seen() {
    let html = page(gates(Forms::default()));
    for id in ["waive-1", "withdraw-1", "waive-2", "sign-2"] {
        let phase = id.split_once('-').unwrap().1;
        assert!(form(&html, id).contains(&format!("value=\"&quot;gate-{phase}-1-1&quot;\"")), "{id}");
    }
    assert!(!html.contains("<form class=\"form\" id=\"sign-1\""));
    assert!(html.contains("24 more must be met or waived before it can be signed off."));
}

#[test]
fn who_decides_second_is_told_who_was_first_and_keeps_what_was_typed() {
    let html = page(gates(decided::somebody_was_first()));
    assert!(html.contains("role=\"alert\""));
    assert!(html.contains("Ben decided first"));
    let form = form(&html, "waive-1");
    assert!(form.contains("<option value=\"kpi-2\" selected"));
    assert!(form.contains("an outage of the &lt;provider&gt;"));
    assert!(form.contains("value=\"Ada\""));
    assert!(html.contains("id=\"gate-1-decide\" open"));
    assert!(!html.contains("id=\"gate-2-decide\" open"));
}

#[test]
fn an_alert_is_taken_or_given_back_never_both() {
    let html = page(Page::Alerts(Box::new(decided::alerts()), Forms::default()));
    let taken = form(&html, "act-level:kpi-1");
    assert!(taken.contains("value=\"give-back\"") && !taken.contains("value=\"acknowledge\""));
    let free = form(&html, "act-source:nightly_20run");
    assert!(free.contains("value=\"acknowledge\"") && !free.contains("value=\"give-back\""));
    let pending = form(&html, "act-level:kpi-2");
    assert!(!pending.contains("value=\"acknowledge\"") && pending.contains("value=\"comment\""));
}

#[test]
fn without_a_channel_the_page_says_how_to_get_one() {
    let html = page(Page::Alerts(Box::new(decided::no_alerts()), Forms::default()));
    for flag in ["--webhook", "--smtp-url", "--mail-from", "--mail-to"] {
        assert!(html.contains(flag), "{flag}");
    }
    assert!(!html.contains("Send a test"));
}

#[test]
fn every_error_of_a_refused_catalogue_is_listed() {
    let html = page(Page::Catalogue(Box::new(decided::catalogue()), decided::refused()));
    assert!(html.contains("mine.toml:3:1: the id is missing"));
    assert!(html.contains("mine.toml:9:5: the shape is unknown"));
    assert!(form(&html, "apply").contains("name=\"seen\" value=\"2\""));
}

#[test]
fn a_kpi_says_pace_forecast_and_what_it_is_computed_of() {
    let html = page(Page::Kpi(Box::new(samples::kpi()), Forms::default()));
    for text in [
        "Behind pace",
        "About 3 March 2027",
        "Exponential smoothing",
        "412 of 430",
        "nobody sends it",
        "of the budget of 99.5%",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(html.contains("href=\"/alerts#level:kpi-1\""));
}
