//! Bytes as hexadecimal text, and the sha-256 by which texts, files and versions are known everywhere. Pure.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The bytes as hexadecimal digits in lower case, two each.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The sha-256 of the bytes, as 64 hexadecimal digits in lower case.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    hex(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_two_digits() {
        assert_eq!(hex([0x00, 0x0f, 0xff]), "000fff");
        assert_eq!(hex([]), "");
    }

    /// The first example of FIPS 180-2, appendix B.1.
    #[test]
    fn the_hash_is_the_one_of_the_standard() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
