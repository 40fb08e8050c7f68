//! Texts to learn from: the alphabet, the split, and what can be read off each position.

use super::nest::{Generated, Nest, Writer};
use lab::{Rng, SetupError};
use std::collections::BTreeMap;

/// Training and held-out characters of `nest`.
const NEST: (usize, usize) = (200_000, 30_001);
/// Characters of it written in one part.
const DRAFT: usize = 40_000;
/// Held-out characters of any other text: a tenth of it, at most so many.
const HELD_OUT: usize = 30_001;
/// The largest alphabet. Rarer characters become [`RARE`].
const ALPHABET: usize = 160;
/// Stands for every character outside the alphabet.
pub const RARE: char = '\u{fffd}';
/// A reader's text must keep this share of its characters in the alphabet.
const KEPT: f64 = 0.95;
/// Smallest and largest text of a reader, in bytes.
pub const SIZE: (u64, u64) = (2_000, 500_000);

/// A text, split, as indices into its alphabet.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its characters, sorted.
    pub alphabet: Vec<char>,
    /// To learn from.
    pub train: Vec<u8>,
    /// To be measured on.
    pub held_out: Vec<u8>,
    /// −log₂ of each held-out character's true probability, where the generator is known.
    pub bits: Option<Vec<f64>>,
}

/// The generated language on its way: always the same text, so that its floor is a number. Runs with
/// different seeds start from different weights, not from different texts.
#[derive(Clone, Debug)]
pub struct Draft {
    train: Writer,
    held_out: Writer,
    parts: u32,
}

impl Draft {
    /// Nothing written yet.
    pub fn new(nest: Nest) -> Self {
        Self {
            train: Writer::new(nest, NEST.0, Rng::new(5, "nest")),
            held_out: Writer::new(nest, NEST.1, Rng::new(6, "nest")),
            parts: 0,
        }
    }

    /// Writes a part; the text once it is whole, otherwise (done, of) parts.
    pub fn part(&mut self) -> Result<Text, (u32, u32)> {
        self.parts += 1;
        self.train.write(DRAFT);
        let Some(train) = self.train.finish() else {
            return Err((self.parts, (NEST.0 / DRAFT) as u32 + 1));
        };
        self.held_out.write(NEST.1);
        Ok(Text::generated(
            &train,
            self.held_out.finish().unwrap_or_default(),
        ))
    }
}

impl Text {
    /// From the two finished pieces of the generated language.
    pub fn generated(train: &Generated, held_out: Generated) -> Self {
        let mut alphabet: Vec<char> = train.text.iter().chain(&held_out.text).copied().collect();
        alphabet.sort_unstable();
        alphabet.dedup();
        let mut text = Self {
            alphabet,
            train: Vec::new(),
            held_out: Vec::new(),
            bits: Some(held_out.bits),
        };
        (text.train, text.held_out) = (text.indices(&train.text), text.indices(&held_out.text));
        text
    }

    /// A text that came with the page or from the reader: its last tenth is held out.
    ///
    /// # Errors
    /// If it is too small, too large or too varied to learn from, and why.
    pub fn read(text: &str) -> Result<Self, SetupError> {
        let bytes = text.len() as u64;
        if bytes < SIZE.0 {
            return Err(SetupError(format!(
                "This text has {bytes} bytes; a network needs at least {} to see anything twice. \
                 Paste a longer one.",
                SIZE.0
            )));
        }
        if bytes > SIZE.1 {
            return Err(SetupError(format!(
                "This text has {bytes} bytes; the run reads at most {} of a text in its thousand \
                 steps. Cut it to that.",
                SIZE.1
            )));
        }
        let text = tidy(text);
        let alphabet = alphabet(&text)?;
        let held_out = (text.len() / 10).min(HELD_OUT);
        let mut read = Self {
            alphabet,
            train: Vec::new(),
            held_out: Vec::new(),
            bits: None,
        };
        let indices = read.indices(&text);
        let (train, test) = indices.split_at(text.len() - held_out);
        (read.train, read.held_out) = (train.to_vec(), test.to_vec());
        Ok(read)
    }

    /// The index of a character; one outside the alphabet is [`RARE`], where the text has it.
    pub fn index(&self, c: char) -> Option<u8> {
        let find = |c| self.alphabet.binary_search(&c).ok();
        find(c).or_else(|| find(RARE)).map(|i| i as u8)
    }

    fn indices(&self, text: &[char]) -> Vec<u8> {
        text.iter().filter_map(|c| self.index(*c)).collect()
    }

    /// Back to characters.
    pub fn characters(&self, indices: &[u8]) -> Vec<char> {
        indices
            .iter()
            .map(|i| self.alphabet[usize::from(*i)])
            .collect()
    }
}

/// Line ends made equal; tabs made spaces; other control characters, which nobody can see, left out.
fn tidy(text: &str) -> Vec<char> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let spaced = text.chars().map(|c| if c == '\t' { ' ' } else { c });
    spaced.filter(|c| *c == '\n' || !c.is_control()).collect()
}

fn alphabet(text: &[char]) -> Result<Vec<char>, SetupError> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    text.iter()
        .for_each(|c| *counts.entry(*c).or_default() += 1);
    if counts.len() < 2 {
        return Err(SetupError(
            "This text repeats one character: there is nothing to predict.".to_owned(),
        ));
    }
    let different = counts.len();
    let mut kept: Vec<(char, usize)> = counts.into_iter().collect();
    if different <= ALPHABET {
        return Ok(kept.into_iter().map(|(c, _)| c).collect());
    }
    // The most frequent first; equals stay in the order of their code points.
    kept.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    kept.truncate(ALPHABET - 1);
    let share = kept.iter().map(|(_, n)| n).sum::<usize>() as f64 / text.len() as f64;
    if share < KEPT {
        return Err(SetupError(format!(
            "This text uses {different} different characters; the network has room for {ALPHABET}, \
             which would leave out {:.0} % of the text. It learns texts in an alphabet.",
            100.0 * (1.0 - share)
        )));
    }
    let mut alphabet: Vec<char> = kept.into_iter().map(|(c, _)| c).collect();
    alphabet.push(RARE);
    alphabet.sort_unstable();
    alphabet.dedup();
    Ok(alphabet)
}

/// What a reader of the text has to remember after each position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// 1 inside double quotes, 0 outside.
    pub quote: Vec<f32>,
    /// Brackets still open.
    pub depth: Vec<f32>,
    /// Characters since the line began.
    pub column: Vec<f32>,
    /// Of a closer that matches the innermost open bracket: how far back that stands; otherwise 0.
    pub back: Vec<u32>,
}

impl Memory {
    /// Follows a text from its beginning. A closer that matches nothing is passed over, and a blank
    /// line ends whatever quote was open.
    pub fn of(text: &[char]) -> Self {
        let mut memory = Self::default();
        let (mut quote, mut column) = (false, 0u32);
        let mut open: Vec<(char, usize)> = Vec::new();
        for (at, &c) in text.iter().enumerate() {
            let mut back = 0;
            match c {
                '"' => quote = !quote,
                '\n' if at > 0 && text[at - 1] == '\n' => quote = false,
                '(' | '[' | '{' => open.push((c, at)),
                _ if open.last().is_some_and(|(o, _)| closer(*o) == Some(c)) => {
                    back = open.pop().map_or(0, |(_, from)| (at - from) as u32);
                }
                _ => {}
            }
            column = if c == '\n' { 0 } else { column + 1 };
            memory.quote.push(f32::from(u8::from(quote)));
            memory.depth.push(open.len() as f32);
            memory.column.push(column as f32);
            memory.back.push(back);
        }
        memory
    }
}

/// What closes this bracket.
pub fn closer(open: char) -> Option<char> {
    match open {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}

/// Closers in a text: how many there are, and where a wrong one stands: one that closes nothing, or
/// something else than the innermost open bracket (which it then takes with it).
pub fn wrong_closers(text: &[char]) -> (usize, Vec<usize>) {
    let (mut closers, mut wrong) = (0, Vec::new());
    let mut open = Vec::new();
    for (at, &c) in text.iter().enumerate() {
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                closers += 1;
                if open.pop().and_then(closer) != Some(c) {
                    wrong.push(at);
                }
            }
            _ => {}
        }
    }
    (closers, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn memory_follows_brackets_quotes_and_columns() {
        let memory = Memory::of(&chars("(a [b]\n\"Q\")}"));
        assert_eq!(
            memory.depth,
            [1., 1., 1., 2., 2., 1., 1., 1., 1., 1., 0., 0.]
        );
        assert_eq!(
            memory.quote,
            [0., 0., 0., 0., 0., 0., 0., 1., 1., 0., 0., 0.]
        );
        assert_eq!(
            memory.column,
            [1., 2., 3., 4., 5., 6., 0., 1., 2., 3., 4., 5.]
        );
        assert_eq!(memory.back, [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 10, 0]);
    }

    #[test]
    fn wrong_closers_are_found() {
        assert_eq!(wrong_closers(&chars("(a) [b) c]")), (3, vec![6, 9]));
        assert_eq!(wrong_closers(&chars("ab")), (0, vec![]));
    }

    #[test]
    fn a_readers_text_is_refused_with_the_reason() {
        let refused = |text: &str| Text::read(text).unwrap_err().0;
        assert!(refused("").contains("0 bytes"));
        assert!(refused(&"a".repeat(3000)).contains("one character"));
        assert!(refused(&"a".repeat(500_001)).contains("500001 bytes"));
        let many: String = (0..3000u32)
            .filter_map(|i| char::from_u32(0x4e00 + i))
            .collect();
        assert!(refused(&many).contains("3000 different characters"));
    }

    #[test]
    fn rare_characters_share_one_symbol() {
        let mut text = "the cat sat on the mat. ".repeat(500);
        text.extend((0..200u32).filter_map(|i| char::from_u32(0x4e00 + i)));
        let read = Text::read(&text).unwrap();
        assert_eq!(read.alphabet.len(), ALPHABET);
        assert!(read.alphabet.contains(&RARE));
        assert_eq!(read.index('\u{1f600}'), read.index(RARE));
        assert_eq!(read.train.len() + read.held_out.len(), text.chars().count());
    }

    #[test]
    fn a_readers_text_is_tidied() {
        let read = Text::read(&"one\r\ntwo\tthree\u{7}\n".repeat(200)).unwrap();
        assert!(
            !read.alphabet.iter().any(|c| *c != '\n' && c.is_control()),
            "{:?}",
            read.alphabet
        );
        assert_eq!(
            read.characters(&read.train[..8]).iter().collect::<String>(),
            "one\ntwo "
        );
    }
}
