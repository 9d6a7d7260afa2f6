//! Writers: threads with a connection each that send their bodies one after the other, the next one when the last was answered.

use std::sync::Barrier;
use std::time::Instant;

use crate::Result;
use crate::http::Connection;
use crate::points::Bodies;
use crate::process::thread_seconds;

/// What writing took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// From the first request of any writer to the last answer of any.
    pub seconds: f64,
    /// Processor time of all writers together.
    pub writers_cpu_seconds: f64,
}

/// Sends all bodies; fails where one is not answered with 204.
pub fn write(address: &str, path: &str, bodies: &[Bodies]) -> Result<Took> {
    let barrier = Barrier::new(bodies.len() + 1);
    std::thread::scope(|scope| {
        let work: Vec<_> = bodies
            .iter()
            .map(|bodies| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let connection = Connection::open(address);
                    barrier.wait();
                    let before = thread_seconds()?;
                    send(&mut connection?, path, bodies)?;
                    Result::Ok((Instant::now(), thread_seconds()? - before))
                })
            })
            .collect();
        barrier.wait();
        let began = Instant::now();
        let mut took = Took { seconds: 0.0, writers_cpu_seconds: 0.0 };
        for work in work {
            let (ended, cpu_seconds) = work.join().map_err(|_| "a writer panicked")??;
            took.seconds = took.seconds.max((ended - began).as_secs_f64());
            took.writers_cpu_seconds += cpu_seconds;
        }
        Ok(took)
    })
}

fn send(connection: &mut Connection, path: &str, bodies: &Bodies) -> Result<()> {
    for body in bodies {
        let answer = connection.post(path, body)?;
        if answer.status != 204 {
            return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
    }
    Ok(())
}
