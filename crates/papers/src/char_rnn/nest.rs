//! The generated language `nest`: words, quotes in capitals, nested brackets, lines of equal length.
//!
//! It asks for three memories, each of which can be measured: the open brackets, inside quotes or
//! not, and the column. Every choice the generator makes can be read back from the text, so the
//! probability of each character given all before it is known, and with it the floor: no model can
//! predict the text in fewer bits than −log₂ of the generator's own probabilities.

use lab::Rng;

const WORDS: [&str; 5] = ["ab", "de", "fa", "cab", "bed"];
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
/// At the top level, an item is a quote this often.
const QUOTE: f64 = 0.15;
/// The share of quotes and groups together; the rest are words.
const NOT_A_WORD: f64 = 0.6;
/// Fewest and most words in a quote.
const QUOTED: (usize, usize) = (2, 6);

/// The language's two settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nest {
    /// A newline after so many characters, through words too; 0 for none.
    pub wrap: usize,
    /// How deep groups nest.
    pub depth: usize,
}

/// A generated text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generated {
    /// The text.
    pub text: Vec<char>,
    /// −log₂ of each character's probability given all before it.
    pub bits: Vec<f64>,
}

impl Nest {
    /// `length` characters.
    pub fn generate(self, length: usize, rng: Rng) -> Generated {
        let mut writer = Writer::new(self, length, rng);
        writer.write(length);
        writer.out
    }
}

/// A text being generated, piece by piece.
#[derive(Clone, Debug)]
pub struct Writer {
    nest: Nest,
    length: usize,
    column: usize,
    rng: Rng,
    out: Generated,
}

impl Writer {
    /// Of `length` characters, none of which is written yet.
    pub fn new(nest: Nest, length: usize, rng: Rng) -> Self {
        let out = Generated {
            text: Vec::with_capacity(length),
            bits: Vec::with_capacity(length),
        };
        Self {
            nest,
            length,
            column: 0,
            rng,
            out,
        }
    }

    /// Writes about `count` characters more: items are written whole.
    pub fn write(&mut self, count: usize) {
        let until = (self.out.text.len() + count).min(self.length);
        while self.out.text.len() < until {
            self.item(0);
            self.put(' ', 1.0);
        }
    }

    /// The text, once all of it is written.
    pub fn finish(&mut self) -> Option<Generated> {
        self.full().then(|| std::mem::take(&mut self.out))
    }

    fn full(&self) -> bool {
        self.out.text.len() >= self.length
    }

    /// Writes a character that had probability `p`; the end of a line comes for certain.
    fn put(&mut self, c: char, p: f64) {
        if self.nest.wrap > 0 && self.column == self.nest.wrap {
            self.column = 0;
            self.push('\n', 1.0);
        }
        self.column += 1;
        self.push(c, p);
    }

    fn push(&mut self, c: char, p: f64) {
        if !self.full() {
            self.out.text.push(c);
            // What comes for certain is most of the text, and costs nothing.
            self.out.bits.push(if p == 1.0 { 0.0 } else { -p.log2() });
        }
    }

    /// A word: its first letter tells which one it is.
    fn word(&mut self, p: f64, capitals: bool) {
        let word = WORDS[self.rng.below(WORDS.len())];
        for (i, c) in word.chars().enumerate() {
            let c = if capitals { c.to_ascii_uppercase() } else { c };
            self.put(c, if i == 0 { p / WORDS.len() as f64 } else { 1.0 });
        }
    }

    fn item(&mut self, depth: usize) {
        if self.full() {
            return;
        }
        let u = self.rng.unit();
        let quote = if depth == 0 { QUOTE } else { 0.0 };
        let group = if depth < self.nest.depth {
            NOT_A_WORD - quote
        } else {
            0.0
        };
        if u < quote {
            self.quote(quote);
        } else if u < quote + group {
            self.group(group, depth);
        } else {
            self.word(1.0 - quote - group, false);
        }
    }

    fn quote(&mut self, p: f64) {
        let (fewest, most) = QUOTED;
        let words = fewest + self.rng.below(most - fewest + 1);
        self.put('"', p);
        for k in 1..=words {
            self.word(1.0, true);
            // Of the lengths still possible after k words, one ends here.
            let ends = if k < fewest {
                0.0
            } else {
                1.0 / (most - k + 1) as f64
            };
            if k == words {
                self.put('"', ends);
            } else {
                self.put(' ', 1.0 - ends);
            }
        }
    }

    fn group(&mut self, p: f64, depth: usize) {
        let (open, close) = BRACKETS[self.rng.below(BRACKETS.len())];
        let two = self.rng.chance(0.5);
        self.put(open, p / BRACKETS.len() as f64);
        self.item(depth + 1);
        if two {
            self.put(' ', 0.5);
            self.item(depth + 1);
        }
        self.put(close, if two { 1.0 } else { 0.5 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Nest = Nest { wrap: 24, depth: 3 };

    /// Reads choices back from a text and adds up −log₂ of their probabilities, written from the
    /// description of the language and not from the generator. Stops where the text breaks off.
    struct Reader<'a> {
        text: &'a [char],
        at: usize,
        bits: f64,
        depth: usize,
    }

    impl Reader<'_> {
        fn peek(&self) -> Option<char> {
            self.text.get(self.at).copied()
        }

        fn choose(&mut self, p: f64) {
            self.bits -= p.log2();
        }

        fn word(&mut self) -> Option<()> {
            let rest: String = self.text[self.at..].iter().take(3).collect();
            let lower = rest.to_lowercase();
            let word = WORDS.iter().find(|w| lower.starts_with(*w))?;
            self.choose(1.0 / 5.0);
            self.at += word.len();
            Some(())
        }

        fn item(&mut self, depth: usize) -> Option<()> {
            let may_group = depth < self.depth;
            match self.peek()? {
                '"' => {
                    assert_eq!(depth, 0, "a quote inside a group");
                    self.choose(0.15);
                    self.at += 1;
                    let mut words = 0;
                    loop {
                        self.word()?;
                        words += 1;
                        let next = self.peek()?;
                        self.at += 1;
                        match (words, next) {
                            (2..=5, '"') | (6, '"') => {
                                self.choose(1.0 / (7 - words) as f64);
                                return Some(());
                            }
                            (1, ' ') => {}
                            (2..=5, ' ') => self.choose(1.0 - 1.0 / (7 - words) as f64),
                            other => panic!("{other:?} in a quote"),
                        }
                    }
                }
                c if "([{".contains(c) => {
                    assert!(may_group, "too deep");
                    self.choose(if depth == 0 { 0.45 } else { 0.6 });
                    self.choose(1.0 / 3.0);
                    self.at += 1;
                    let closer = ")]}".chars().nth("([{".find(c).unwrap()).unwrap();
                    self.item(depth + 1)?;
                    let next = self.peek()?;
                    self.choose(0.5);
                    if next == ' ' {
                        self.at += 1;
                        self.item(depth + 1)?;
                    }
                    assert_eq!(self.peek()?, closer, "the matching closer");
                    self.at += 1;
                    Some(())
                }
                _ => {
                    self.choose(match (depth, may_group) {
                        (0, true) | (_, true) => 0.4,
                        (0, false) => 0.85,
                        (_, false) => 1.0,
                    });
                    self.word()
                }
            }
        }
    }

    #[test]
    fn the_bits_are_those_of_an_independent_reading() {
        for nest in [
            DEFAULT,
            Nest { wrap: 0, depth: 5 },
            Nest { wrap: 8, depth: 0 },
        ] {
            let Generated { text, bits } = nest.generate(20_000, Rng::new(5, "nest"));
            let unwrapped: Vec<char> = text.iter().copied().filter(|c| *c != '\n').collect();
            let mut reader = Reader {
                text: &unwrapped,
                at: 0,
                bits: 0.0,
                depth: nest.depth,
            };
            let mut complete = (0, 0.0);
            while reader.item(0).is_some() {
                reader.at += 1;
                complete = (reader.at, reader.bits);
            }
            let mut counted = 0;
            let mut sum = 0.0;
            for (c, b) in text.iter().zip(&bits) {
                if counted == complete.0 {
                    break;
                }
                counted += usize::from(*c != '\n');
                sum += b;
            }
            assert!(complete.0 > 15_000, "read only {} characters", complete.0);
            assert!(
                (sum - complete.1).abs() < 1e-6,
                "{nest:?}: {sum} {}",
                complete.1
            );
        }
    }

    #[test]
    fn every_line_has_the_asked_length() {
        let text = DEFAULT.generate(10_000, Rng::new(5, "nest")).text;
        let text: String = text.into_iter().collect();
        assert!(text.lines().rev().skip(1).all(|line| line.len() == 24));
    }

    #[test]
    fn the_alphabet_has_21_characters() {
        let mut text = DEFAULT.generate(50_000, Rng::new(5, "nest")).text;
        text.sort_unstable();
        text.dedup();
        assert_eq!(text.len(), 21, "{text:?}");
    }
}
