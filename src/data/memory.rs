//! How much memory there is: what counts and files are held against before anything is allocated.

use std::fs;

/// Bytes that this process can still take: the least of what the machine has free (swap included), what the limits of
/// the process leave (`ulimit -v`, `ulimit -d`) and what those of its control group do. None where the system does not say.
pub fn available_memory() -> Option<u64> {
    let status = read("/proc/self/status");
    let limits = read("/proc/self/limits");
    let used = |key| kilobytes(&status, key).unwrap_or(0);
    let of_limit = |name, key| limit(&limits, name).map(|limit| limit.saturating_sub(used(key)));
    let all = [
        of_machine(&read("/proc/meminfo")),
        of_limit("Max address space", "VmSize:"),
        of_limit("Max data size", "VmData:"),
        of_group(&read("/proc/self/cgroup")),
    ];
    all.into_iter().flatten().min()
}

/// Bytes of memory that this process takes now; none where the system does not say.
pub fn resident_memory() -> Option<u64> {
    kilobytes(&read("/proc/self/status"), "VmRSS:")
}

/// A file's text; empty where there is none.
fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// What /proc/meminfo says.
fn of_machine(meminfo: &str) -> Option<u64> {
    Some(kilobytes(meminfo, "MemAvailable:")? + kilobytes(meminfo, "SwapFree:").unwrap_or(0))
}

/// The line "key   1234 kB", in bytes.
fn kilobytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The soft limit in a line of /proc/self/limits; none for "unlimited".
fn limit(limits: &str, name: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the control group of the process leaves, in version 2 or 1; pages of files do not count, as they can be dropped.
fn of_group(membership: &str) -> Option<u64> {
    let path =
        |marker: &str| membership.lines().find_map(|line| line.split_once(marker)).map(|(_, path)| path);
    let folders = [
        ("/sys/fs/cgroup", "0::", "memory.max", "anon "),
        ("/sys/fs/cgroup/memory", ":memory:", "memory.limit_in_bytes", "total_rss "),
    ];
    let left = |folder: &str, most: &str, key: &str| {
        let most: u64 = read(&format!("{folder}/{most}")).trim().parse().ok()?;
        let stat = read(&format!("{folder}/memory.stat"));
        let used = stat.lines().find_map(|line| line.strip_prefix(key))?.trim().parse().ok()?;
        Some(most.saturating_sub(used))
    };
    let each = folders.into_iter().flat_map(|(root, marker, most, key)| {
        let own = path(marker).and_then(|path| left(&format!("{root}{path}"), most, key));
        [own, left(root, most, key)]
    });
    each.flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_the_system_are_read() {
        let meminfo = "MemTotal:  9 kB\nMemAvailable:    1000 kB\nSwapFree:   24 kB\n";
        assert_eq!((of_machine(meminfo), of_machine("")), (Some(1024 * 1024), None));
        let limits = "Limit   Soft Limit  Hard Limit  Units\nMax address space   2048  unlimited  bytes\n\
                      Max data size   unlimited  unlimited  bytes\n";
        assert_eq!(limit(limits, "Max address space"), Some(2048));
        assert_eq!((limit(limits, "Max data size"), limit("", "Max data size")), (None, None));
        // Without a group of its own, that of the machine, if there is one: its use changes from one moment to the next.
        let is_known = of_group("").is_some();
        assert_eq!(
            (of_group("no\nsense").is_some(), of_group("0::/no/such").is_some()),
            (is_known, is_known)
        );
    }

    #[test]
    fn a_linux_machine_has_some() {
        assert!(!cfg!(target_os = "linux") || available_memory().unwrap() > 1 << 20);
    }
}
