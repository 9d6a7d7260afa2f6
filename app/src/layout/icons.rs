//! The icons of the navigation: outlines in a box of 20, decoration beside their words.

use leptos::prelude::*;

/// What an icon stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Overview.
    Overview,
    /// Gates.
    Gates,
    /// Alerts.
    Alerts,
    /// Benchmarks.
    Benchmarks,
    /// Sources.
    Sources,
    /// Check-in.
    CheckIn,
    /// Settings.
    Settings,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z",
            Self::Gates => "M4 17V3M4 4h10l-2 3.5L14 11H4",
            Self::Alerts => "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 17.5h3",
            Self::Benchmarks => "M3 17h14M5 14v-4M10 14V4M15 14V7",
            Self::Sources => {
                "M3 5c0-1.1 3.1-2 7-2s7 .9 7 2-3.1 2-7 2-7-.9-7-2zM3 5v10c0 1.1 3.1 2 7 2s7-.9 7-2V5M3 10c0 1.1 3.1 2 7 2s7-.9 7-2"
            }
            Self::CheckIn => "M10 4v12M4 10h12",
            Self::Settings => "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
        }
    }
}

/// Draws an icon.
#[component]
pub fn Drawn(
    /// Which one.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
}
