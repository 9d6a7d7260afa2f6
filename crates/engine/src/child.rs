//! Measuring a scheme in a process of its own, so that no scheme's memory counts for another.
//!
//! The parent starts `EXECUTABLE bench-scheme --scheme NAME --plan JSON`; the child prints one [`SchemeOutcome`] as JSON.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::clock::{MonotonicStopwatch, Stopwatch, seconds_between};
use crate::error::EngineError;
use crate::measure::measure_scheme;
use crate::plan::Plan;
use crate::report::{SchemeOutcome, SchemeResult};
use crate::scheme::Scheme;

/// How often the parent looks whether the child is done.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The child's side: measures in this process and returns the line of JSON to print to standard output.
///
/// A scheme that does not run is an answer too. `plan_json` is what `--plan` held.
///
/// # Errors
/// A plan or scheme that cannot be read, or an invalid plan.
pub fn scheme_command(scheme_name: &str, plan_json: &str) -> Result<String, EngineError> {
    let scheme: Scheme = scheme_name.parse()?;
    let plan: Plan = serde_json::from_str(plan_json)?;
    plan.validate()?;
    let outcome = match measure_scheme(&plan, scheme) {
        Ok(result) => SchemeOutcome::Measured(result),
        Err(error) => SchemeOutcome::NotMeasured { scheme, reason: error.to_string() },
    };
    Ok(serde_json::to_string(&outcome)?)
}

/// The parent's side: lets `executable` measure `scheme` and reads its answer.
///
/// The child is ended when it takes longer than the plan's limit, or once `is_cancelled` says so.
///
/// # Errors
/// A child that could not be started, took too long or gave no answer; [`EngineError::NotMeasured`] with the child's own
/// words when the scheme does not run; [`EngineError::Cancelled`].
pub fn child_process(
    executable: &Path,
    plan: &Plan,
    scheme: Scheme,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<SchemeResult, EngineError> {
    let mut child = Command::new(executable)
        .args(["bench-scheme", "--scheme", scheme.name(), "--plan", &serde_json::to_string(plan)?])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| EngineError::ChildProcess { scheme, source })?;
    // Read while it runs: a child whose output nobody takes would stand still.
    let output = child.stdout.take().map(read_in_background);
    let errors = child.stderr.take().map(read_in_background);
    let ended = wait(&mut child, plan, scheme, is_cancelled);
    if ended.is_err() {
        // It may have ended by itself in between; that there is nothing left to end is what is wanted.
        let _ = child.kill();
        let _ = child.wait();
    }
    let (output, errors) = (collect(output), collect(errors));
    answer(scheme, ended?, &output, &errors)
}

fn wait(
    child: &mut Child,
    plan: &Plan,
    scheme: Scheme,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<ExitStatus, EngineError> {
    let clock = MonotonicStopwatch::start();
    let limit_seconds = plan.scheme_time_limit_seconds;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(source) => return Err(EngineError::ChildProcess { scheme, source }),
        }
        if is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        if seconds_between(0, clock.elapsed_ns()) > f64::from(limit_seconds) {
            return Err(EngineError::ChildTimeLimit { scheme, limit_seconds });
        }
        thread::sleep(POLL_INTERVAL);
    }
}

fn answer(scheme: Scheme, status: ExitStatus, output: &str, errors: &str) -> Result<SchemeResult, EngineError> {
    let no_answer = |message: String| {
        let ended = format!("ended with {status}");
        Err(EngineError::ChildAnswer { scheme, ended, message })
    };
    if !status.success() {
        return no_answer(last_line(errors).unwrap_or("it wrote no error").to_owned());
    }
    // The last line: a library may print to standard output too.
    match serde_json::from_str(last_line(output).unwrap_or_default()) {
        Ok(SchemeOutcome::Measured(result)) if result.scheme == scheme => Ok(result),
        Ok(SchemeOutcome::NotMeasured { scheme: answered, reason }) if answered == scheme => {
            Err(EngineError::NotMeasured { scheme, reason })
        }
        Ok(other) => no_answer(format!("it measured {} instead", other.scheme())),
        Err(error) => no_answer(format!("its output is not the expected JSON: {error}")),
    }
}

fn last_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).rfind(|line| !line.is_empty())
}

fn read_in_background(mut source: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before a broken pipe is kept: it may hold the reason.
        let _ = source.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn collect(reader: Option<JoinHandle<String>>) -> String {
    reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
}
