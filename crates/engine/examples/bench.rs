//! Runs the default plan and prints a table: `cargo run --release -p engine --example bench`.

use engine::{Plan, Progress, ProgressEvent, Scheme, SchemeOutcome, SchemeResult, child_process, run, scheme_command};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, _, scheme, _, plan] = arguments.as_slice()
        && command == "bench-scheme"
    {
        println!("{}", scheme_command(scheme, plan)?);
        return Ok(());
    }
    let executable = std::env::current_exe()?;
    let child = |plan: &Plan, scheme: Scheme| child_process(&executable, plan, scheme, &|| false);
    println!("scheme  bits/weight      bytes  prompt tokens/s  generated tokens/s  resident MiB  error     agreement");
    let mut on_progress = |progress: Progress| {
        if let ProgressEvent::Finished { result } = progress.event {
            print_outcome(&result);
        }
    };
    let report = run(&Plan::default(), &child, &mut on_progress, &|| false)?;
    println!("{:#?}", report.machine);
    match (&report.headline, &report.headline_absence_reason) {
        (Some(headline), _) => println!("{headline:#?}"),
        (None, reason) => println!("no headline: {reason:?}"),
    }
    println!("took {:.1} s, load average before {:?}", report.duration_seconds, report.load_average_before);
    Ok(())
}

fn print_outcome(outcome: &SchemeOutcome) {
    match outcome {
        SchemeOutcome::Measured(result) => print_result(result),
        SchemeOutcome::NotMeasured { scheme, reason } => {
            println!("{scheme:<7} not measured: {reason}");
        }
    }
}

fn print_result(result: &SchemeResult) {
    let resident_mib = result.process_memory.map_or(0, |memory| memory.resident_bytes >> 20);
    println!(
        "{:<7} {:>11.3} {:>10} {:>16.0} {:>19.1} {:>13} {:>9.6} {:>9.3}   ({:.1}-{:.1})",
        result.scheme.name(),
        result.bits_per_weight,
        result.weight_bytes,
        result.prompt.median_tokens_per_second,
        result.generation.median_tokens_per_second,
        resident_mib,
        result.logits_relative_error,
        result.first_choice_agreement_share,
        result.generation.median_low_tokens_per_second.unwrap_or(result.generation.minimum_tokens_per_second),
        result.generation.median_high_tokens_per_second.unwrap_or(result.generation.maximum_tokens_per_second),
    );
}
