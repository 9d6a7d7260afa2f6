//! A chart with everything that its contract asks for: takeaway, summary, picture with labels, cursor, table and CSV.

use chart::{AnnotationMark, LegendItem, TargetMark, Tick};
use leptos::either::Either;
use leptos::prelude::*;
use service::view::ChartView;

use super::DataTable;
use crate::islands::ChartCursor;

/// One chart. The picture and the table are replaced when the page is brought up to date; the cursor stays.
#[component]
pub fn ChartFigure(
    /// The chart.
    chart: ChartView,
    /// Whether the title is shown; a page whose heading says the same leaves it out.
    #[prop(optional)]
    with_title: bool,
) -> impl IntoView {
    let id = chart.id.clone();
    let name = chart.title.clone();
    let title = with_title.then(|| view! { <span class="chart-title">{chart.title.clone()}</span> });
    view! {
        <figure class="chart" id=format!("{id}-figure") data-title=name>
            <figcaption id=format!("{id}-caption") data-live>
                {title}
                <span class="takeaway">{chart.takeaway.clone()}</span>
            </figcaption>
            <div class="chart-live" id=format!("{id}-plot") data-live>
                <Legend items=chart.legend.clone()/>
                <Plot chart=chart.clone()/>
            </div>
            <ChartCursor/>
            <div class="chart-words" id=format!("{id}-words") data-live>
                <p class="summary">{chart.summary.clone()}</p>
                <Data chart=chart/>
            </div>
        </figure>
    }
    .into_any()
}

#[component]
fn Legend(items: Vec<LegendItem>) -> impl IntoView {
    if items.is_empty() {
        return Either::Left(());
    }
    let items: Vec<_> = items
        .into_iter()
        .map(|item| {
            view! {
                <li>
                    <svg class="swatch" viewBox="0 0 24 12" aria-hidden="true" focusable="false">
                        <path class=item.class d=item.shape></path>
                    </svg>
                    <span>{item.label}</span>
                </li>
            }
        })
        .collect();
    Either::Right(view! { <ul class="plain legend">{items}</ul> })
}

/// The picture with its labels around it. All of it is hidden from assistive technology: caption, summary, cursor and table
/// say the same in words.
#[component]
fn Plot(chart: ChartView) -> impl IntoView {
    if chart.y_ticks.is_empty() {
        return Either::Left(view! { <p class="empty-chart">"No values to draw yet."</p> });
    }
    let y: Vec<_> = chart
        .y_ticks
        .into_iter()
        .map(|tick| view! { <span data-bottom=tick.percent.to_string()>{tick.label}</span> })
        .collect();
    let x: Vec<_> = chart.x_ticks.into_iter().map(x_label).collect();
    let marks: Vec<_> = chart.target_marks.into_iter().map(target_label).collect();
    let annotations: Vec<_> = chart.annotation_marks.into_iter().map(annotation_mark).collect();
    let stops: Vec<_> = chart
        .cursor
        .into_iter()
        .map(|stop| {
            let forecast = stop.is_forecast.then_some("");
            view! { <li data-x=stop.percent.to_string() data-y=stop.y_percent.to_string() data-forecast=forecast>{stop.text}</li> }
        })
        .collect();
    Either::Right(view! {
        <div class="plot" aria-hidden="true">
            <div class="y-labels">{y}</div>
            <div class="plot-area">
                <div class="picture" inner_html=chart.svg></div>
                <div class="annotation-marks">{annotations}</div>
                <span class="cursor-line" hidden></span>
                <span class="cursor-dot" hidden></span>
            </div>
            <div class="target-labels">{marks}</div>
            <div class="x-labels">{x}</div>
        </div>
        <ol class="stops" hidden>{stops}</ol>
    })
}

fn annotation_mark(mark: AnnotationMark) -> impl IntoView {
    view! {
        <span class="annotation-mark" data-start=mark.percent.to_string() title=mark.label>
            <svg viewBox="0 0 12 12" focusable="false"><path class="annotation-shape" d=mark.shape></path></svg>
            <span>{mark.sign}</span>
        </span>
    }
}

fn x_label(tick: Tick) -> impl IntoView {
    let edge = match tick.percent {
        0..=9 => "first",
        91.. => "last",
        _ => "middle",
    };
    view! { <span data-start=tick.percent.to_string() data-edge=edge>{tick.label}</span> }
}

fn target_label(mark: TargetMark) -> impl IntoView {
    let class = if mark.current { "target-label is-current" } else { "target-label" };
    // A label above a line at the top edge would leave the picture.
    let side = if mark.percent > 90 { "below" } else { "above" };
    view! { <span class=class data-bottom=mark.percent.to_string() data-side=side>{mark.label}</span> }
}

#[component]
fn Data(chart: ChartView) -> impl IntoView {
    let shown = chart.rows.len();
    let (id, title, caption) = (chart.id, chart.title, chart.table_caption);
    let table = (shown > 0).then(|| {
        view! {
            <details class="chart-data" id=format!("{id}-data")>
                <summary id=format!("{id}-data-toggle")>"Data table"</summary>
                <DataTable caption=caption columns=chart.columns rows=chart.rows id=format!("{id}-table")/>
            </details>
        }
    });
    let csv = (chart.row_count > 0).then(|| {
        view! {
            <a class="csv" id=format!("{id}-csv") href=chart.csv_href download>
                "CSV"
                <span class="visually-hidden">{format!(" of {title}")}</span>
            </a>
        }
    });
    view! { <div class="chart-tools">{csv}{table}</div> }.into_any()
}
