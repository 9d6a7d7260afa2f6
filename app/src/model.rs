//! Which page is shown, and the view models that are about the interface alone; the others are the service's.

use service::view::alerts::AlertsPage;
use service::view::benchmarks::BenchmarksPage;
use service::view::catalogue_page::CataloguePage;
use service::view::dead_letters::DeadLettersPage;
use service::view::gates::GatesPage;
use service::view::kpi_page::KpiPage;
use service::view::overview::Overview;
use service::view::sample_series::{SeriesListPage, SeriesPage};
use service::view::sources::{ImportPreview, SourcesPage};
use service::view::table_import::TablePage;
use service::view::tokens::TokensPage;
use service::view::track::TrackPage;

use crate::forms::Forms;
use crate::markdown::{self, Block};

/// A page with everything that it shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    /// `/`
    Overview(Box<Overview>),
    /// `/tracks/{id}`
    Track(TrackPage),
    /// `/kpis/{id}`
    Kpi(Box<KpiPage>, Forms),
    /// `/gates`
    Gates(Box<GatesPage>, Forms),
    /// `/alerts`
    Alerts(Box<AlertsPage>, Forms),
    /// `/catalogue`
    Catalogue(Box<CataloguePage>, Forms),
    /// `/benchmarks`
    Benchmarks(BenchmarksPage),
    /// `/sources`
    Sources(SourcesPage),
    /// `/sources/dead-letters`
    DeadLetters(DeadLettersPage, Forms),
    /// `/sources/tokens`
    Tokens(TokensPage, Forms),
    /// The answer to `/sources/import`.
    Import(ImportPreview),
    /// `/sources/import`: a table with columns of its own.
    Table(Box<TablePage>, Forms),
    /// `/series`
    SeriesList(SeriesListPage),
    /// `/series/{number}`
    Series(Box<SeriesPage>),
    /// `/check-in`
    CheckIn(CheckInPage),
    /// `/settings`
    Settings(SettingsPage),
    /// `/docs/{name}`
    Document(DocumentPage),
    /// Any answer that is an error.
    Problem(ProblemPage),
}

impl Page {
    /// What the page is about, for the document's title.
    pub fn title(&self) -> String {
        let name = self.name();
        match self {
            Self::Kpi(_, forms)
            | Self::Gates(_, forms)
            | Self::Alerts(_, forms)
            | Self::Catalogue(_, forms)
            | Self::DeadLetters(_, forms)
            | Self::Tokens(_, forms)
            | Self::Table(_, forms)
                if !forms.problems.is_empty() =>
            {
                format!("{}: {name}", forms.title)
            }
            _ => name,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Overview(_) => "Overview".to_owned(),
            Self::Track(page) => page.name.clone(),
            Self::Kpi(page, _) => page.row.name.clone(),
            Self::Gates(..) => "Gates".to_owned(),
            Self::Alerts(..) => "Alerts".to_owned(),
            Self::Catalogue(..) => "Catalogue".to_owned(),
            Self::Benchmarks(_) => "Benchmarks".to_owned(),
            Self::Sources(_) => "Sources".to_owned(),
            Self::DeadLetters(..) => "Dead letters".to_owned(),
            Self::Tokens(page, _) if page.made.is_some() => "The token's secret: Tokens".to_owned(),
            Self::Tokens(..) => "Tokens".to_owned(),
            Self::SeriesList(_) => "Series".to_owned(),
            Self::Series(page) => page.row.name.clone(),
            Self::Table(page, _) if page.recorded.is_some() => "Table recorded".to_owned(),
            Self::Table(page, _) if page.file.is_some() => "What the columns hold".to_owned(),
            Self::Table(..) => "Import a table".to_owned(),
            Self::Import(page) if page.recorded.is_some() => "Import recorded".to_owned(),
            Self::Import(_) => "Import preview".to_owned(),
            Self::CheckIn(page) if !page.problems.is_empty() => "Not recorded: check in".to_owned(),
            Self::CheckIn(_) => "Check in".to_owned(),
            Self::Settings(_) => "Settings".to_owned(),
            Self::Document(page) => page.title.clone(),
            Self::Problem(page) => page.title.clone(),
        }
    }

    /// The path of the page's place in the navigation; empty where it has none.
    pub fn place(&self) -> String {
        match self {
            Self::Overview(_) => "/".to_owned(),
            Self::Track(page) => format!("/tracks/{}", page.id),
            Self::Kpi(page, _) => format!("/tracks/{}", page.row.track),
            Self::Gates(..) => "/gates".to_owned(),
            Self::Alerts(..) => "/alerts".to_owned(),
            Self::Catalogue(..) => "/catalogue".to_owned(),
            Self::Benchmarks(_) => "/benchmarks".to_owned(),
            Self::Sources(_)
            | Self::Import(_)
            | Self::Table(..)
            | Self::DeadLetters(..)
            | Self::Tokens(..)
            | Self::SeriesList(_)
            | Self::Series(_) => "/sources".to_owned(),
            Self::CheckIn(_) => "/check-in".to_owned(),
            Self::Settings(_) => "/settings".to_owned(),
            Self::Document(_) | Self::Problem(_) => String::new(),
        }
    }

    /// The path that asks for this page.
    pub fn path(&self) -> String {
        match self {
            Self::Kpi(page, _) => format!("/kpis/{}", page.row.id),
            Self::DeadLetters(..) => "/sources/dead-letters".to_owned(),
            Self::Tokens(..) => "/sources/tokens".to_owned(),
            Self::SeriesList(_) => "/series".to_owned(),
            Self::Series(page) => format!("/series/{}", page.row.number),
            Self::Document(page) => page.address.clone(),
            Self::Problem(_) => "/".to_owned(),
            _ => self.place(),
        }
    }

    /// Whether the page is the place itself, and not something below it.
    pub fn is_place(&self) -> bool {
        !matches!(
            self,
            Self::Kpi(..)
                | Self::Import(_)
                | Self::Table(..)
                | Self::DeadLetters(..)
                | Self::Tokens(..)
                | Self::SeriesList(_)
                | Self::Series(_)
                | Self::Document(_)
                | Self::Problem(_)
        )
    }
}

/// One of the product's documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPage {
    /// Its path.
    pub address: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

impl DocumentPage {
    /// The page of a document in the product's Markdown.
    pub fn read(address: &str, document: &str) -> Self {
        let (title, blocks) = markdown::read(document);
        Self { address: address.to_owned(), title, blocks }
    }
}

/// The check-in page: one value entered by a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckInPage {
    /// Every KPI that can be chosen, in the order of the catalogue.
    pub kpis: Vec<CheckInKpi>,
    /// The slug of the chosen one.
    pub selected: Option<String>,
    /// The value as typed.
    pub value: String,
    /// The unit as typed.
    pub unit: String,
    /// The instant as typed; empty for now.
    pub time: String,
    /// The note as typed.
    pub note: String,
    /// The person as typed.
    pub person: String,
    /// The evidence as typed.
    pub evidence: String,
    /// What is wrong: the name of the field (empty for the whole form) and a sentence that says what would be right.
    pub problems: Vec<(String, String)>,
    /// What was recorded just now, in a sentence.
    pub recorded: Option<String>,
    /// Whether recording asks for a token.
    pub needs_token: bool,
}

/// A KPI that a person can enter a value for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckInKpi {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// The name of its track.
    pub track_name: String,
    /// The unit that a value without one is taken to be in; may be empty.
    pub unit_hint: String,
    /// The current target as the framework writes it.
    pub target: Option<String>,
    /// The latest value, for comparison.
    pub last: Option<String>,
}

/// The settings page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettingsPage {
    /// The chosen theme.
    pub theme: Theme,
    /// The chosen size of text.
    pub text_size: TextSize,
    /// Whether they were saved just now.
    pub saved: bool,
}

/// The page of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemPage {
    /// The HTTP status.
    pub status: u16,
    /// What happened: "Page not found".
    pub title: String,
    /// What to do about it.
    pub detail: String,
}

/// How a reader wants pages to look; the server keeps it in a cookie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// Size of text.
    pub text_size: TextSize,
}

/// Colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the operating system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Dark on light with the strongest contrast.
    LightContrast,
    /// Light on dark with the strongest contrast.
    DarkContrast,
}

impl Theme {
    /// Every theme, in the order of the settings page.
    pub const ALL: [Self; 5] = [Self::System, Self::Light, Self::Dark, Self::LightContrast, Self::DarkContrast];

    /// The value in the form, the cookie and `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::LightContrast => "light-contrast",
            Self::DarkContrast => "dark-contrast",
        }
    }

    /// The theme of that name; `None` for any other text.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// What a reader chooses from.
    pub fn words(self) -> &'static str {
        match self {
            Self::System => "As the device says",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::LightContrast => "Light, high contrast",
            Self::DarkContrast => "Dark, high contrast",
        }
    }
}

/// Size of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextSize {
    /// 14 px at the browser's normal size.
    #[default]
    Dense,
    /// 16 px at the browser's normal size.
    Large,
}

impl TextSize {
    /// Every size, in the order of the settings page.
    pub const ALL: [Self; 2] = [Self::Dense, Self::Large];

    /// The value in the form, the cookie and `data-text`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Large => "large",
        }
    }

    /// The size of that name; `None` for any other text.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == name)
    }

    /// What a reader chooses from.
    pub fn words(self) -> &'static str {
        match self {
            Self::Dense => "Dense (14 px)",
            Self::Large => "Large (16 px)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preference_is_found_again_by_its_name() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_name(theme.name()), Some(theme));
        }
        for size in TextSize::ALL {
            assert_eq!(TextSize::from_name(size.name()), Some(size));
        }
        assert_eq!(Theme::from_name("sepia"), None);
        assert_eq!(TextSize::from_name(""), None);
    }
}
