//! The measuring process, started for real: this test program is the child as well as the parent.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::{EngineError, Plan, Scheme, SchemeKind, child_process, run, scheme_command};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, _, scheme, _, plan] = arguments.as_slice()
        && command == "bench-scheme"
    {
        child_main(scheme, plan);
        return;
    }
    let tests = vec![
        Trial::test("a_child_measures_its_scheme_and_its_own_memory", measures),
        Trial::test("schemes_run_in_processes_of_their_own", runs_apart),
        Trial::test("a_child_over_its_limit_is_ended", ends_at_its_limit),
        Trial::test("a_cancelled_child_is_ended", ends_when_cancelled),
        Trial::test("a_child_that_fails_gives_its_last_error_line", tells_its_error),
        Trial::test("a_child_that_answers_nonsense_is_not_believed", nonsense_is_refused),
        Trial::test("an_executable_that_is_missing_is_named_as_the_cause", missing_executable),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit();
}

/// The child; the seed of the plan says how it should misbehave.
fn child_main(scheme: &str, plan: &str) {
    let seed = serde_json::from_str::<Plan>(plan).map_or(0, |plan| plan.seed);
    match seed {
        HANGS => std::thread::sleep(Duration::from_mins(1)),
        TALKS_NONSENSE => println!("hello"),
        FAILS => {
            eprintln!("first line\nsomething broke\n");
            std::process::exit(3);
        }
        _ => match scheme_command(scheme, plan) {
            Ok(json) => println!("{json}"),
            Err(error) => {
                eprintln!("{error}");
                std::process::exit(1);
            }
        },
    }
}

const HANGS: u32 = 9001;
const TALKS_NONSENSE: u32 = 9002;
const FAILS: u32 = 9003;

fn this_program() -> Result<PathBuf, Failed> {
    Ok(std::env::current_exe()?)
}

fn plan_with_seed(seed: u32) -> Plan {
    Plan { seed, schemes: vec![Scheme::F32, Scheme::Q8_0], scheme_time_limit_seconds: 30, ..Plan::tiny() }
}

fn error_of(plan: &Plan, is_cancelled: &dyn Fn() -> bool) -> Result<EngineError, Failed> {
    match child_process(&this_program()?, plan, Scheme::Q8_0, is_cancelled) {
        Ok(result) => Err(format!("an error was expected, not {result:?}").into()),
        Err(error) => Ok(error),
    }
}

fn ensure(holds: bool, message: impl Into<String>) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(message.into().into()) }
}

fn measures() -> Result<(), Failed> {
    let result = child_process(&this_program()?, &plan_with_seed(1), Scheme::Q8_0, &|| false)?;
    ensure(result.scheme == Scheme::Q8_0 && result.kind == SchemeKind::Quantised, format!("{result:?}"))?;
    ensure(result.process_memory.is_some() == cfg!(target_os = "linux"), "memory is measured on Linux")
}

fn runs_apart() -> Result<(), Failed> {
    let executable = this_program()?;
    let child = |plan: &Plan, scheme| child_process(&executable, plan, scheme, &|| false);
    let report = run(&plan_with_seed(1), &child, &mut |_| {}, &|| false)?;
    let measured = report.schemes.iter().filter(|outcome| outcome.result().is_some()).count();
    ensure(measured == 2, format!("{:?}", report.schemes))
}

fn ends_at_its_limit() -> Result<(), Failed> {
    let plan = Plan { scheme_time_limit_seconds: 1, ..plan_with_seed(HANGS) };
    let error = error_of(&plan, &|| false)?;
    ensure(matches!(error, EngineError::ChildTimeLimit { limit_seconds: 1, .. }), error.to_string())
}

fn ends_when_cancelled() -> Result<(), Failed> {
    let error = error_of(&plan_with_seed(HANGS), &|| true)?;
    ensure(matches!(error, EngineError::Cancelled), error.to_string())
}

fn tells_its_error() -> Result<(), Failed> {
    let message = error_of(&plan_with_seed(FAILS), &|| false)?.to_string();
    ensure(message.contains("something broke") && message.contains('3'), message)
}

fn nonsense_is_refused() -> Result<(), Failed> {
    let error = error_of(&plan_with_seed(TALKS_NONSENSE), &|| false)?;
    ensure(matches!(error, EngineError::ChildAnswer { .. }), error.to_string())
}

fn missing_executable() -> Result<(), Failed> {
    match child_process(Path::new("/no/such/program"), &plan_with_seed(1), Scheme::F32, &|| false) {
        Err(EngineError::ChildProcess { source, .. }) => {
            ensure(source.kind() == std::io::ErrorKind::NotFound, source.to_string())
        }
        other => Err(format!("{other:?}").into()),
    }
}
