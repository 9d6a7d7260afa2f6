//! One chart model gives everything a chart needs: the picture, the axis labels, the sentences, the table, the cursor's
//! texts and the CSV, so that no two of them can disagree.
//!
//! Pure and deterministic: no clock, no randomness, no fonts, and only exactly specified arithmetic (no logarithms,
//! powers or trigonometry), so a browser and a server draw the same bytes. It knows nothing of KPIs, statuses or pages:
//! values, unit texts and target lines come from the caller. It draws no text; labels are for the page to place as HTML.

mod annotation;
mod annotation_marks;
mod annotation_picture;
mod axes;
mod bullet;
mod canvas;
mod columns;
mod csv;
mod cursor;
mod document;
mod findings;
mod forecast;
mod legend;
mod model;
mod number;
mod path;
mod picture;
mod plot;
mod remarks;
mod role;
mod rows;
mod scale;
mod sentence;
mod side;
mod slots;
mod sparkline;
mod summary;
mod table;
mod takeaway;
mod thin;
mod time_axis;
mod time_text;
mod trend;
mod unit_label;
mod unmeasured_picture;
mod vertical;

pub use annotation::{Annotation, AnnotationKind};
pub use annotation_marks::{AnnotationMark, annotation_marks};
pub use axes::{Axes, TargetMark, Tick, axes, target_marks};
pub use bullet::{Bullet, bullet_svg, bullet_text};
pub use csv::csv;
pub use cursor::{CursorPoint, cursor_texts};
pub use document::SvgRole;
pub use forecast::{ForecastBand, ForecastPoint};
pub use legend::{LegendItem, legend};
pub use model::{ChartKind, ChartModel, ChartPoint, Goal, Position, Series, TargetLine};
pub use picture::{VIEW_HEIGHT, VIEW_WIDTH, svg, svg_with_role};
pub use role::series_class;
pub use sparkline::{sparkline_svg, sparkline_text};
pub use summary::summary;
pub use table::{Table, table};
pub use takeaway::takeaway;
pub use unit_label::UnitLabel;
