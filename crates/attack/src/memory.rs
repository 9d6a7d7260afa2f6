//! What Linux says of a process's memory.

use std::fs::{read_to_string, write};

use crate::Result;

/// How much a process holds now, in megabytes.
pub fn resident_mb(process: u32) -> Result<f64> {
    field(process, "VmRSS:")
}

/// The most that it held since [`forget_peak`].
pub fn peak_mb(process: u32) -> Result<f64> {
    field(process, "VmHWM:")
}

/// From now on the peak counts anew.
pub fn forget_peak(process: u32) -> Result<()> {
    Ok(write(format!("/proc/{process}/clear_refs"), "5")?)
}

fn field(process: u32, name: &str) -> Result<f64> {
    let status = read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("the process has ended")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
