//! The pages, one for each view model.

mod alerts;
mod benchmarks;
mod catalogue;
mod check_in;
mod dead_letters;
mod document;
mod gates;
mod import;
mod kpi;
mod overview;
mod problem;
mod series;
mod settings;
mod sources;
mod tokens;
mod track;

use leptos::prelude::*;
use service::view::Frame;

use crate::components::Reader;
use crate::links::Links;
use crate::model::Page;

/// What stands between header and footer.
#[component]
pub fn Content(
    /// The page.
    page: Page,
    /// What every page knows.
    frame: Frame,
    /// Makes the addresses.
    links: Links,
) -> impl IntoView {
    provide_context(Reader { needs_token: frame.needs_token, payloads_need_token: frame.payloads_need_token });
    match page {
        Page::Overview(page) => view! { <overview::OverviewContent page=*page frame=frame links=links/> }.into_any(),
        Page::Track(page) => view! { <track::TrackContent page=page links=links/> }.into_any(),
        Page::Kpi(page, forms) => {
            view! { <kpi::KpiContent page=*page frame=frame forms=forms links=links/> }.into_any()
        }
        Page::Gates(page, forms) => {
            view! { <gates::GatesContent page=*page frame=frame forms=forms links=links/> }.into_any()
        }
        Page::Alerts(page, forms) => {
            view! { <alerts::AlertsContent page=*page frame=frame forms=forms links=links/> }.into_any()
        }
        Page::Catalogue(page, forms) => {
            view! { <catalogue::CatalogueContent page=*page frame=frame forms=forms/> }.into_any()
        }
        Page::Benchmarks(page) => {
            view! { <benchmarks::BenchmarksContent page=page frame=frame links=links/> }.into_any()
        }
        Page::Sources(page) => view! { <sources::SourcesContent page=page frame=frame links=links/> }.into_any(),
        Page::DeadLetters(page, forms) => {
            view! { <dead_letters::DeadLettersContent page=page frame=frame forms=forms links=links/> }.into_any()
        }
        Page::Tokens(page, forms) => {
            view! { <tokens::TokensContent page=page frame=frame forms=forms links=links/> }.into_any()
        }
        Page::Table(page, forms) => {
            let needs_token = frame.needs_token;
            view! { <import::table::TableContent page=*page forms=forms needs_token=needs_token links=links/> }
                .into_any()
        }
        Page::SeriesList(page) => view! { <series::SeriesListContent page=page links=links/> }.into_any(),
        Page::Series(page) => view! { <series::SeriesContent page=*page links=links/> }.into_any(),
        Page::Import(page) => {
            view! { <import::ImportContent page=page needs_token=frame.needs_token links=links/> }.into_any()
        }
        Page::CheckIn(page) => view! { <check_in::CheckInContent page=page links=links/> }.into_any(),
        Page::Settings(page) => view! { <settings::SettingsContent page=page/> }.into_any(),
        Page::Document(page) => view! { <document::DocumentContent page=page/> }.into_any(),
        Page::Problem(page) => view! { <problem::ProblemContent page=page links=links/> }.into_any(),
    }
}
