//! The task of the one cell: store a sign, ignore noise, read it.

use lab::Rng;

/// What the tokens are called, in the order of their symbols.
pub const TOKENS: [&str; 4] = ["+", "−", "·", "?"];
/// Store +1.
pub const PLUS: u8 = 0;
/// Store −1.
pub const MINUS: u8 = 1;
/// Noise.
pub const NOISE: u8 = 2;
/// Read.
pub const READ: u8 = 3;

/// `size` sequences of `length` tokens, time-major, and their answers. Each ends with the only
/// token that is surely a question, and has a sign somewhere before it.
pub fn batch(length: usize, size: usize, rng: &mut Rng) -> (Vec<u8>, Vec<u8>) {
    let mut tokens = vec![READ; length * size];
    let mut answers = Vec::new();
    for b in 0..size {
        let mut place = |t: usize, token| tokens[t * size + b] = token;
        for t in 0..length - 1 {
            // As much noise as everything else together.
            let token = if rng.chance(0.5) {
                NOISE
            } else {
                [PLUS, MINUS, READ][rng.below(3)]
            };
            place(t, token);
        }
        place(rng.below(length - 1), rng.below(2) as u8);
        let row: Vec<u8> = (0..length).map(|t| tokens[t * size + b]).collect();
        answers.extend(answer(&row));
    }
    (tokens, answers)
}

/// The last sign, if there is one.
pub fn answer(tokens: &[u8]) -> Option<u8> {
    tokens.iter().rev().find(|t| **t <= MINUS).copied()
}
