//! The memory that this process holds, as the operating system counts it.

use serde::{Deserialize, Serialize};

/// Memory of the whole process: the program itself, its weights, its cache and its work space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessMemory {
    /// Bytes in physical memory now.
    pub resident_bytes: u64,
    /// The most bytes in physical memory since the process started.
    pub peak_resident_bytes: u64,
}

impl ProcessMemory {
    /// Reads the figures of this process; `None` where the system does not tell them, that is, outside Linux.
    pub(crate) fn of_this_process() -> Option<Self> {
        if cfg!(target_os = "linux") { Self::parse(&std::fs::read_to_string("/proc/self/status").ok()?) } else { None }
    }

    fn parse(status: &str) -> Option<Self> {
        Some(Self {
            resident_bytes: kibibytes_field(status, "VmRSS:")?,
            peak_resident_bytes: kibibytes_field(status, "VmHWM:")?,
        })
    }
}

/// The bytes of a line such as `VmRSS:      1234 kB`.
pub(crate) fn kibibytes_field(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_text_is_read_as_bytes() {
        let status = "Name:\tcat\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        let memory = ProcessMemory { resident_bytes: 1_048_576, peak_resident_bytes: 2_097_152 };
        assert_eq!(ProcessMemory::parse(status), Some(memory));
    }

    #[test]
    fn what_is_missing_or_odd_is_not_measured() {
        for status in ["", "VmRSS:\t1024 kB\n", "VmRSS:\t1024\nVmHWM:\t1024 kB\n", "VmRSS: x kB\nVmHWM: 1 kB\n"] {
            assert_eq!(ProcessMemory::parse(status), None, "{status}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_holds_memory_and_its_peak_is_no_smaller() {
        let memory = ProcessMemory::of_this_process().unwrap();
        assert!(memory.resident_bytes > 100_000);
        assert!(memory.peak_resident_bytes >= memory.resident_bytes);
    }
}
