//! What Linux says of processes: processor time, memory.

use std::fs::read_to_string;

use crate::Result;

/// Ticks of a second in `/proc`, on every Linux.
const TICKS: f64 = 100.0;

/// Processor time of the calling thread.
pub fn thread_seconds() -> Result<f64> {
    let text = read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// What stands in `/proc/PID/stat` behind the name, from the state on.
fn stat(process: u32) -> Result<Vec<String>> {
    let text = read_to_string(format!("/proc/{process}/stat"))?;
    let behind = text.rsplit_once(')').ok_or("stat of a process is not as expected")?.1;
    Ok(behind.split_whitespace().map(str::to_owned).collect())
}

fn ticks(stat: &[String], places: std::ops::Range<usize>) -> f64 {
    let ticks = |place: usize| stat.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    places.map(ticks).sum::<f64>() / TICKS
}

/// Processor time of a process, of its threads that have ended too.
pub fn seconds(process: u32) -> Result<f64> {
    Ok(ticks(&stat(process)?, 11..13))
}

/// Whether a process has ended that nobody has waited for yet.
pub fn has_ended(process: u32) -> Result<bool> {
    Ok(stat(process)?.first().is_some_and(|state| state == "Z"))
}

/// The process that started another one.
pub fn parent(process: u32) -> Result<u32> {
    Ok(stat(process)?.get(1).ok_or("stat of a process is not as expected")?.parse()?)
}

/// Processor time of a process and its children, of those that have ended too.
pub fn family_seconds(process: u32) -> Result<f64> {
    let mut sum = ticks(&stat(process)?, 11..15);
    for entry in std::fs::read_dir("/proc")? {
        let Ok(child) = entry?.file_name().to_string_lossy().parse::<u32>() else { continue };
        // One may end while the list is read.
        let Ok(stat) = stat(child) else { continue };
        if stat.get(1).is_some_and(|parent| *parent == process.to_string()) {
            sum += ticks(&stat, 11..15);
        }
    }
    Ok(sum)
}

/// The most memory that a process has held at a time.
pub fn peak_bytes(process: u32) -> Result<u64> {
    let status = read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("VmHWM is missing")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}
