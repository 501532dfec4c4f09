//! FNV-1a 64 (Fowler, Noll, Vo): tells texts apart in recordings and counts. Not a safeguard against malice.

/// The hash of no bytes.
pub const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash with one more byte.
pub fn step(hash: u64, byte: u8) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    (hash ^ u64::from(byte)).wrapping_mul(PRIME)
}

/// The hash of a text.
pub fn of(text: &str) -> u64 {
    text.bytes().fold(BASIS, step)
}

/// A hash as it is written: 16 digits.
pub fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_come_out() {
        assert_eq!(hex(of("")), "cbf29ce484222325");
        assert_eq!(hex(of("a")), "af63dc4c8601ec8c");
        assert_eq!(hex(of("foobar")), "85944171f73967e8");
    }
}
