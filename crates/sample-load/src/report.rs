//! The results: every figure as JSON, and a table of the medians.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::Result;
use crate::arguments::Arguments;
use crate::charts::Zoom;
use crate::peer::{Kind, Stored};
use crate::points::BATCH_POINTS;
use crate::rank::{median, percentile};
use crate::rounds::{Round, millions};

pub fn write(arguments: &Arguments, machine: &Value, rounds: &[Round], zooms: &[Zoom]) -> Result<()> {
    let text = format!("{}\n{}", written(arguments, rounds)?, charts(arguments, zooms)?);
    let all = json!({
        "machine": machine,
        "point": "a line with one field value: cpu,host=server-0001,region=eu-west-1 usage_user=57.31 1700000000000000000",
        "batch_points": BATCH_POINTS,
        "hosts": arguments.hosts,
        "rounds": rounds.iter().map(of_round).collect::<Vec<_>>(),
        "charts": zooms.iter().map(of_zoom).collect::<Vec<_>>(),
    });
    std::fs::create_dir_all(&arguments.results)?;
    std::fs::write(arguments.results.join("samples.json"), serde_json::to_string_pretty(&all)?)?;
    std::fs::write(arguments.results.join("samples.md"), &text)?;
    println!("\n{machine}\n\n{text}");
    Ok(())
}

fn of_round(round: &Round) -> Value {
    let stored =
        |stored: Stored| json!({ "bytes": stored.all, "payload_bytes": stored.payloads, "block_bytes": stored.blocks });
    json!({
        "server": round.kind.name(),
        "writers": round.writers,
        "points": round.points,
        "seconds": round.seconds,
        "points_per_second": round.points_per_second(),
        "cpu_seconds": round.cpu_seconds,
        "stopped_cpu_seconds": round.stopped_cpu_seconds,
        "writers_cpu_seconds": round.writers_cpu_seconds,
        "peak_bytes": round.peak_bytes,
        "survived_a_kill": round.survived,
        "stored": round.stored.map(stored),
    })
}

fn of_zoom(zoom: &Zoom) -> Value {
    json!({
        "server": zoom.kind.name(),
        "zoom": zoom.name,
        "cold": zoom.is_cold,
        "points": zoom.points,
        "milliseconds": zoom.milliseconds,
    })
}

/// The table of writing: a row for each figure, a column for each server.
fn written(arguments: &Arguments, rounds: &[Round]) -> Result<String> {
    let kinds = Kind::all(arguments);
    let mut text = head(&kinds)?;
    for &writers in &arguments.writers {
        let of = |kind: Kind, figure: &dyn Fn(&Round) -> f64| -> Vec<f64> {
            rounds.iter().filter(|round| round.kind == kind && round.writers == writers).map(figure).collect()
        };
        let last = |kind: Kind| rounds.iter().rfind(|round| round.kind == kind && round.writers == writers);
        let mut line = |name: &str, cell: &dyn Fn(Kind) -> String| -> Result<()> {
            write!(text, "| {name}, {writers} {} |", if writers == 1 { "writer" } else { "writers" })?;
            for &kind in &kinds {
                write!(text, " {} |", cell(kind))?;
            }
            writeln!(text)?;
            Ok(())
        };
        let rates = |kind: Kind| of(kind, &Round::points_per_second);
        line("points a second", &|kind| {
            let rates = rates(kind);
            let [low, high] = [0.0, 1.0].map(|share| percentile(&rates, share));
            format!("**{:.0}** ({low:.0} to {high:.0})", median(&rates))
        })?;
        line("times InfluxDB's", &|kind| format!("{:.2}", median(&rates(kind)) / median(&rates(Kind::InfluxDb))))?;
        let each = |kind: Kind, figure: &dyn Fn(&Round) -> f64| {
            format!("{:.2}", median(&of(kind, &|round| figure(round) / millions(round.points))))
        };
        line("processor seconds a million points, until the last answer", &|kind| {
            each(kind, &|round| round.cpu_seconds)
        })?;
        line("the same, until it had stopped", &|kind| each(kind, &|round| round.stopped_cpu_seconds))?;
        line("of the writers themselves", &|kind| each(kind, &|round| round.writers_cpu_seconds))?;
        line("most memory, MB", &|kind| {
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            let megabytes = of(kind, &|round| round.peak_bytes as f64 / 1e6);
            format!("{:.0}", median(&megabytes))
        })?;
        line("bytes a point on disk, of these payloads and blocks", &|kind| {
            let Some((stored, points)) = last(kind).and_then(|round| Some((round.stored?, round.points))) else {
                return "–".to_owned();
            };
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            let each = |bytes: u64| bytes as f64 / points as f64;
            let Stored { all, payloads, blocks } = stored;
            if payloads + blocks == 0 {
                format!("{:.1}", each(all))
            } else {
                format!("{:.1}: {:.1} and {:.1}", each(all), each(payloads), each(blocks))
            }
        })?;
        line("all there after SIGKILL at the last answer", &|kind| {
            let survived = last(kind).and_then(|round| round.survived);
            survived.map_or("–", |survived| if survived { "yes" } else { "**no**" }).to_owned()
        })?;
    }
    Ok(text)
}

/// The table of charts: percentiles 50, 95 and 99 of each zoom.
fn charts(arguments: &Arguments, zooms: &[Zoom]) -> Result<String> {
    if zooms.is_empty() {
        return Ok(String::new());
    }
    let kinds = Kind::all(arguments);
    let mut text = head(&kinds)?;
    for is_cold in [false, true] {
        let of_first: Vec<&Zoom> =
            zooms.iter().filter(|zoom| zoom.is_cold == is_cold && zoom.kind == kinds[0]).collect();
        for first in of_first {
            write!(text, "| {}{} |", first.name, if is_cold { ", started anew" } else { "" })?;
            for &kind in &kinds {
                let zoom =
                    zooms.iter().find(|zoom| zoom.kind == kind && zoom.is_cold == is_cold && zoom.name == first.name);
                let times = zoom.map(|zoom| zoom.milliseconds.as_slice()).unwrap_or_default();
                let [middle, high, highest] = [0.5, 0.95, 0.99].map(|share| percentile(times, share));
                write!(text, " {middle:.1}, **{high:.1}**, {highest:.1}")?;
                if is_cold {
                    write!(text, "; first {:.1}", times.first().copied().unwrap_or_default())?;
                }
                write!(text, " |")?;
            }
            writeln!(text)?;
        }
    }
    Ok(text)
}

fn head(kinds: &[Kind]) -> Result<String> {
    let mut text = "| |".to_owned();
    for kind in kinds {
        write!(text, " {} |", kind.name())?;
    }
    writeln!(text, "\n| --- |{}", " ---: |".repeat(kinds.len()))?;
    Ok(text)
}
