//! The reader's own text: what is taken, and what is refused with which words.

use super::pace::grouped;

/// The text in `bytes`, if it is one and of a size the lab can use.
///
/// # Errors
/// Says what is wrong with it and what to do.
pub fn check(bytes: &[u8], min: u64, max: u64) -> Result<&str, String> {
    check_size(bytes.len() as u64, min, max)?;
    std::str::from_utf8(bytes).map_err(|e| {
        let at = grouped(e.valid_up_to() as u64 + 1);
        format!(
            "This is no UTF-8 text: byte {at} does not belong in one. If it is a text, save it as \
             UTF-8 and open it again. Nothing was changed."
        )
    })
}

/// Refuses a size before anything is read.
///
/// # Errors
/// Says how large it is and how large it may be.
pub fn check_size(size: u64, min: u64, max: u64) -> Result<(), String> {
    let bytes = grouped(size);
    if size == 0 {
        Err("This text is empty: 0 bytes. Nothing was changed.".to_owned())
    } else if size < min {
        let min = grouped(min);
        Err(format!(
            "This text has {bytes} bytes; the lab needs at least {min}. Nothing was changed."
        ))
    } else if size > max {
        let max = grouped(max);
        Err(format!(
            "This text has {bytes} bytes; the lab takes at most {max}. Nothing was changed."
        ))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bad_text_has_its_own_message() {
        let said = |bytes: &[u8]| check(bytes, 4, 8).unwrap_err();
        assert!(said(b"").contains("0 bytes"));
        assert!(said(b"abc").contains("3 bytes") && said(b"abc").contains("at least 4"));
        assert!(said(b"abcdefghi").contains("at most 8"));
        assert!(said(b"ab\xffcd").contains("byte 3"));
        assert_eq!(
            check("näh".as_bytes(), 4, 8),
            Ok("näh"),
            "sizes are in bytes"
        );
    }

    #[test]
    fn a_large_file_is_refused_unread() {
        assert!(
            check_size(10_000_000, 1, 1_000_000)
                .unwrap_err()
                .contains("10,000,000")
        );
    }
}
