//! Everything that a chart's figure is made of, from one chart model.

/// One chart, drawn and told.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartView {
    /// The stem of its HTML ids.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The takeaway, for the caption.
    pub takeaway: String,
    /// What it shows, in sentences.
    pub summary: String,
    /// The picture.
    pub svg: String,
    /// Labels along x.
    pub x_ticks: Vec<chart::Tick>,
    /// Labels along y.
    pub y_ticks: Vec<chart::Tick>,
    /// Labels of the target lines.
    pub target_marks: Vec<chart::TargetMark>,
    /// Marks of what happened, along the top.
    pub annotation_marks: Vec<chart::AnnotationMark>,
    /// What each line and band means, where there is more than one.
    pub legend: Vec<chart::LegendItem>,
    /// The stops of the cursor.
    pub cursor: Vec<chart::CursorPoint>,
    /// The head of the data table.
    pub columns: Vec<String>,
    /// Its rows, at most the number that a page can carry: what was measured, then what is expected.
    pub rows: Vec<Vec<String>>,
    /// What the table holds, for its caption.
    pub table_caption: String,
    /// How many rows the whole table has.
    pub row_count: usize,
    /// Where the CSV with every point is.
    pub csv_href: String,
}

impl ChartView {
    /// Draws and tells a model. The table carries the last `most_rows` measured rows, and of what is expected the first rows
    /// that are left room, at least [`EXPECTED_ROWS`]; the CSV at `csv_href` has them all.
    pub fn of(model: &chart::ChartModel, csv_href: String, most_rows: usize) -> Self {
        let axes = chart::axes(model);
        let table = chart::table(model);
        let row_count = table.rows.len();
        let (mut measured, mut expected) = (table.rows, Vec::new());
        if table.measured < measured.len() {
            expected = measured.split_off(table.measured);
        }
        let first = measured.len().saturating_sub(most_rows);
        let room = most_rows.saturating_sub(measured.len()).max(EXPECTED_ROWS);
        let told = Told { measured: measured.len(), expected: expected.len(), first, room };
        let rows: Vec<Vec<String>> = measured.into_iter().skip(first).chain(expected.into_iter().take(room)).collect();
        Self {
            id: model.id.clone(),
            title: model.title.clone(),
            takeaway: chart::takeaway(model),
            summary: chart::summary(model),
            svg: chart::svg(model),
            x_ticks: axes.x,
            y_ticks: axes.y,
            target_marks: chart::target_marks(model),
            annotation_marks: chart::annotation_marks(model),
            legend: chart::legend(model),
            cursor: chart::cursor_texts(model),
            columns: table.columns,
            rows,
            table_caption: format!("{}: {}", model.title, told.words()),
            row_count,
            csv_href,
        }
    }
}

/// How many expected values a table carries at least, however many measured ones there are.
const EXPECTED_ROWS: usize = 12;

/// How many rows there are, and which of them a table carries.
struct Told {
    measured: usize,
    expected: usize,
    /// The first measured one that is carried.
    first: usize,
    /// How many expected ones are carried at most.
    room: usize,
}

impl Told {
    fn words(&self) -> String {
        let measured = match self.first {
            0 => "every point".to_owned(),
            first => format!("the last {} of {} points", self.measured - first, self.measured),
        };
        match self.expected {
            0 => measured,
            expected if expected <= self.room => format!("{measured}, then every expected value"),
            expected => format!("{measured}, then the first {} of {expected} expected values", self.room),
        }
    }
}
