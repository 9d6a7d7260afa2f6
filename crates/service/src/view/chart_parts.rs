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
    /// Its rows, at most the number that a page can carry.
    pub rows: Vec<Vec<String>>,
    /// How many rows the whole table has.
    pub row_count: usize,
    /// Where the CSV with every point is.
    pub csv_href: String,
}

impl ChartView {
    /// Draws and tells a model. The table carries the last `most_rows` rows; the CSV at `csv_href` has them all.
    pub fn of(model: &chart::ChartModel, csv_href: String, most_rows: usize) -> Self {
        let axes = chart::axes(model);
        let table = chart::table(model);
        let row_count = table.rows.len();
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
            rows: table.rows.into_iter().skip(row_count.saturating_sub(most_rows)).collect(),
            row_count,
            csv_href,
        }
    }
}
