//! Digests that name data: a file's bytes, a reader's text, a loss curve.

use serde::{Deserialize, Serialize};
use std::fmt;

/// FNV-1a, 64 bits: names data and catches accidents. It is no protection against forgery, and
/// nothing here needs one: whoever can forge a file can also change the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of no bytes.
    pub const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::EMPTY.then(bytes)
    }

    /// The digest of everything so far followed by `bytes`.
    pub fn then(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// The digest of a curve, to the bit: every step and every value's bits, in order.
    pub fn of_curve(curve: &[(u64, f64)]) -> Self {
        curve.iter().fold(Self::EMPTY, |digest, (step, value)| {
            digest
                .then(&step.to_le_bytes())
                .then(&value.to_bits().to_le_bytes())
        })
    }

    /// Reads the sixteen hexadecimal digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 16)
            .then(|| u64::from_str_radix(text, 16).ok())
            .flatten()
            .map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_published_vectors() {
        // From the FNV authors' test suite.
        assert_eq!(Digest::of(b"").0, 0xcbf29ce484222325);
        assert_eq!(Digest::of(b"a").0, 0xaf63dc4c8601ec8c);
        assert_eq!(Digest::of(b"foobar").0, 0x85944171f73967e8);
    }

    #[test]
    fn text_form_reads_back() {
        let digest = Digest::of(b"foobar");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert_eq!(Digest::parse("xyz"), None);
    }
}
