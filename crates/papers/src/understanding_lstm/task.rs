//! Sequences whose answer was said a known number of tokens ago.

use lab::Rng;

/// Tokens that are never an answer.
pub const DISTRACTORS: usize = 8;
/// Tokens between the two values of [`Kind::Latch`]: drawn, so that no network can find the second
/// one by counting.
pub const GAPS: (usize, usize) = (1, 6);

/// What has to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The last value that follows a *store*, among values that follow none.
    Latch,
    /// The only value there is.
    Recall,
}

/// A task: values are symbols 0 … V−1, then come the distractors, *store* and *ask*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// What has to be remembered.
    pub kind: Kind,
    /// V
    pub values: usize,
}

/// Sequences of one length, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Time-major: token t of sequence b is `tokens[t · size + b]`.
    pub tokens: Vec<u8>,
    /// The value asked for, one a sequence.
    pub answers: Vec<u8>,
}

impl Task {
    /// How many symbols there are.
    pub fn symbols(self) -> usize {
        self.values + DISTRACTORS + 2
    }

    /// The symbol that marks the next one as to be kept.
    pub fn store(self) -> u8 {
        (self.values + DISTRACTORS) as u8
    }

    /// The symbol that asks for the answer.
    pub fn ask(self) -> u8 {
        self.store() + 1
    }

    // region: latch-task
    /// One sequence and its answer. Between the answer and *ask* lie `lag` tokens; of the latch's
    /// two values, the second is `gap` tokens and a *store* after the first.
    pub fn sequence(self, lag: usize, gap: usize, rng: &mut Rng) -> (Vec<u8>, u8) {
        let mut tokens = Vec::new();
        let answer = rng.below(self.values) as u8;
        match self.kind {
            Kind::Latch => {
                // A first value, to be overwritten …
                tokens.extend([self.store(), rng.below(self.values) as u8]);
                // … tokens that may be values too, but unmarked …
                self.noise(gap, rng, &mut tokens);
                // … and the one to keep, through more of them.
                tokens.extend([self.store(), answer]);
                self.noise(lag, rng, &mut tokens);
            }
            Kind::Recall => {
                tokens.push(answer);
                // No value among them: the first is the only one.
                let distractor = |rng: &mut Rng| (self.values + rng.below(DISTRACTORS)) as u8;
                tokens.extend((0..lag).map(|_| distractor(rng)));
            }
        }
        tokens.push(self.ask());
        (tokens, answer)
    }

    /// Values and distractors alike, none of them marked.
    fn noise(self, length: usize, rng: &mut Rng, into: &mut Vec<u8>) {
        into.extend((0..length).map(|_| rng.below(self.values + DISTRACTORS) as u8));
    }
    // endregion: latch-task

    /// `size` sequences of one lag and one gap.
    pub fn batch(self, lag: usize, gap: usize, size: usize, rng: &mut Rng) -> Batch {
        let drawn: Vec<(Vec<u8>, u8)> = (0..size).map(|_| self.sequence(lag, gap, rng)).collect();
        let length = drawn[0].0.len();
        Batch {
            tokens: (0..length)
                .flat_map(|t| drawn.iter().map(move |(tokens, _)| tokens[t]))
                .collect(),
            answers: drawn.iter().map(|(_, answer)| *answer).collect(),
        }
    }

    /// What is to be answered if *ask* came after these tokens; `None` before there is anything.
    pub fn answer(self, tokens: &[u8]) -> Option<u8> {
        let value = |t: &u8| usize::from(*t) < self.values;
        match self.kind {
            Kind::Latch => tokens
                .windows(2)
                .rev()
                .find(|pair| pair[0] == self.store() && value(&pair[1]))
                .map(|pair| pair[1]),
            Kind::Recall => tokens.iter().rev().find(|t| value(t)).copied(),
        }
    }
}

/// The lags of training up to `longest`, evenly spread on a logarithmic scale.
pub fn lags(longest: usize) -> Vec<usize> {
    const ALL: [usize; 13] = [2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128];
    let mut lags: Vec<usize> = ALL.into_iter().filter(|lag| *lag <= longest).collect();
    if lags.last() != Some(&longest) {
        lags.push(longest);
    }
    lags
}
