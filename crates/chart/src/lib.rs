//! One chart model gives everything a chart needs: the picture, the axis labels, the sentences, the table, the cursor's
//! texts and the CSV, so that no two of them can disagree.
//!
//! Pure and deterministic: no clock, no randomness, no fonts, and only exactly specified arithmetic (no logarithms,
//! powers or trigonometry), so a browser and a server draw the same bytes. It knows nothing of KPIs, statuses or pages:
//! values, unit texts and target lines come from the caller. It draws no text; labels are for the page to place as HTML.

mod axes;
mod bullet;
mod canvas;
mod csv;
mod cursor;
mod document;
mod findings;
mod model;
mod number;
mod picture;
mod plot;
mod role;
mod scale;
mod sentence;
mod sparkline;
mod summary;
mod table;
mod takeaway;
mod thin;
mod time_axis;
mod time_text;
mod trend;

pub use axes::{Axes, TargetMark, Tick, axes, target_marks};
pub use bullet::{Bullet, bullet_svg, bullet_text};
pub use csv::csv;
pub use cursor::{CursorPoint, cursor_texts};
pub use document::SvgRole;
pub use model::{Better, ChartKind, ChartModel, ChartPoint, Position, Series, TargetLine, UnitLabel};
pub use picture::{VIEW_HEIGHT, VIEW_WIDTH, svg, svg_with_role};
pub use role::series_class;
pub use sparkline::{sparkline_svg, sparkline_text};
pub use summary::summary;
pub use table::{Table, table};
pub use takeaway::takeaway;
