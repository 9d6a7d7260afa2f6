//! `inferno-kpi catalogue`: check a file, or show the embedded catalogue.

use std::process::ExitCode;

use kpi::catalogue::Catalogue;

use super::Failure;
use crate::cli::{CatalogueAction, CatalogueCommand};
use crate::settings::EMBEDDED_CATALOGUE;

pub fn run(command: &CatalogueCommand) -> Result<ExitCode, Failure> {
    let file = match &command.command {
        CatalogueAction::Show => {
            say!("{}", EMBEDDED_CATALOGUE.trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        CatalogueAction::Check { file } => file,
    };
    let document =
        std::fs::read_to_string(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    match Catalogue::parse(&document) {
        Ok(catalogue) => {
            say!(
                "{}: {} has {} KPIs in {} tracks and {} phases",
                file.display(),
                catalogue.name,
                catalogue.kpis.len(),
                catalogue.tracks.len(),
                catalogue.phases.len()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(errors) => {
            for error in &errors {
                say!("{}:{error}", file.display());
            }
            say!("{} {}", errors.len(), if errors.len() == 1 { "error" } else { "errors" });
            Ok(ExitCode::FAILURE)
        }
    }
}
