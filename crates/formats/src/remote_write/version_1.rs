//! `prometheus.WriteRequest`: each series spells out its labels.

use super::Written;
use super::series::Series;
use crate::Refusal;
use crate::collect::Collector;
use crate::protobuf::{Malformed, Part};

pub(super) fn read(request: Part<'_>, all: &mut Collector<'_>, written: &mut Written) -> Result<(), Refusal> {
    for field in request.fields() {
        let field = field?;
        match field.number {
            1 => series(field.part()?, all, written)?,
            3 => all.leave_out("metadata"),
            _ => {}
        }
    }
    Ok(())
}

fn series(message: Part<'_>, all: &mut Collector<'_>, written: &mut Written) -> Result<(), Refusal> {
    let mut labels = Vec::new();
    for field in message.fields() {
        let field = field?;
        if field.number == 1 {
            let label = label(field.part()?)?;
            // One without text is none, and takes two bytes: it must not take memory.
            if !label.1.is_empty() {
                labels.push(label);
            }
        }
    }
    let mut series = Series::new(labels, None);
    for field in message.fields() {
        let field = field?;
        match field.number {
            2 => series.sample(field.part()?, all, written)?,
            3 => all.leave_out("exemplar"),
            4 => series.histogram(field.part()?, all, written)?,
            _ => {}
        }
    }
    Ok(())
}

fn label(message: Part<'_>) -> Result<(&str, &str), Malformed> {
    let mut label = ("", "");
    for field in message.fields() {
        let field = field?;
        match field.number {
            1 => label.0 = field.text()?,
            2 => label.1 = field.text()?,
            _ => {}
        }
    }
    Ok(label)
}
