//! A made-up pair of languages in which one word order has to become another.
//!
//! A sentence is a row of noun phrases (up to two adjectives, then a noun) and verbs. In translation
//! every word is renamed, a noun phrase is turned round and a verb becomes several words. Which word
//! came from which is known, so attention can be marked.

use lab::{Knobs, Rng};

use super::knobs;

/// Words of each class: nouns, then adjectives, then verbs.
pub const EACH: usize = 12;
/// Words of the source language.
pub const SOURCE: usize = 3 * EACH;
/// The first word of a translated verb.
pub const NE: usize = SOURCE;
/// Its last, where a verb becomes three words.
pub const PA: usize = SOURCE + 1;
/// The end of a translation.
pub const END: usize = SOURCE + 2;
/// What the decoder can write: words, particles, the end.
pub const CLASSES: usize = SOURCE + 3;
/// What the decoder reads before it has written anything.
pub const BEGIN: usize = CLASSES;

const STEMS: [&str; SOURCE] = [
    "bam", "dol", "fin", "gar", "hup", "jel", "kov", "lim", "mor", "nak", "pel", "rud", "sab",
    "tev", "vil", "wom", "zan", "bren", "clor", "drim", "fask", "glun", "hest", "jor", "kip",
    "lurd", "mip", "nolv", "pram", "quil", "rost", "skan", "trev", "ulm", "vask", "wend",
];

const OTHER_STEMS: [&str; SOURCE] = [
    "arc", "bel", "cam", "dur", "esp", "fal", "gib", "hal", "ind", "jov", "kal", "lun", "mal",
    "nov", "orm", "pas", "ral", "sil", "tam", "urb", "vel", "xan", "yol", "zet", "bric", "crest",
    "dant", "fert", "gris", "herm", "jint", "lact", "mont", "plen", "serp", "turb",
];

/// The three classes of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What stands at the end of a noun phrase.
    Noun,
    /// What stands before a noun.
    Adjective,
    /// What stands alone.
    Verb,
}

/// The class of a source word.
pub fn class(word: usize) -> Class {
    [Class::Noun, Class::Adjective, Class::Verb][word / EACH]
}

/// What a source word looks like: its ending tells its class.
pub fn source_name(word: usize) -> String {
    format!("{}{}", STEMS[word], ["o", "a", "i"][word / EACH])
}

/// What a word of the translation looks like.
pub fn target_name(word: usize) -> String {
    match word {
        NE => "ne".into(),
        PA => "pa".into(),
        END => "(end)".into(),
        BEGIN => "(begin)".into(),
        _ => format!("{}{}", OTHER_STEMS[word], ["ur", "en", "at"][word / EACH]),
    }
}

/// Words in the order in which they are written: `belur ne dantat`.
pub fn written(words: &[usize]) -> String {
    words
        .iter()
        .map(|w| target_name(*w))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A sentence, its one right translation, and which word came from which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Source words as the encoder reads them.
    pub source: Vec<usize>,
    /// Words of the translation, without the end.
    pub target: Vec<usize>,
    /// For each word of the translation, the place of the source word that it comes from.
    pub from: Vec<usize>,
}

/// The rules between the languages.
#[derive(Clone, Debug)]
pub struct Grammar {
    names: Vec<usize>,
    turned: bool,
    fertility: usize,
    backwards: bool,
}

impl Grammar {
    /// The grammar of these settings; who is called what is the same in every run.
    pub fn new(knobs: &Knobs) -> Self {
        let mut names: Vec<usize> = (0..EACH).collect();
        let mut rng = Rng::new(7, "names");
        let mut all = Vec::new();
        for class in 0..3 {
            rng.shuffle(&mut names);
            all.extend(names.iter().map(|n| class * EACH + n));
        }
        Self {
            names: all,
            turned: knobs.get(&knobs::TURNED),
            fertility: knobs.get(&knobs::FERTILITY) as usize,
            backwards: knobs.get(&knobs::BACKWARDS),
        }
    }

    /// The most words a translation of `length` source words has, the end not counted.
    pub fn longest(&self, length: usize) -> usize {
        length * self.fertility
    }

    // region: language
    /// A sentence of exactly `length` words.
    pub fn draw(&self, length: usize, rng: &mut Rng) -> Sentence {
        let mut words = Vec::with_capacity(length);
        while words.len() < length {
            if rng.chance(0.7) {
                let room = length - words.len() - 1;
                let wish = match rng.unit() {
                    u if u < 0.5 => 0,
                    u if u < 0.8 => 1,
                    _ => 2,
                };
                for _ in 0..wish.min(room) {
                    words.push(EACH + rng.below(EACH));
                }
                words.push(rng.below(EACH));
            } else {
                words.push(2 * EACH + rng.below(EACH));
            }
        }
        self.translate(&words)
    }

    /// The translation: every word renamed, noun phrases turned round, a verb in several words.
    /// Adjectives without a noun, which are never drawn, keep their order.
    pub fn translate(&self, words: &[usize]) -> Sentence {
        let (mut target, mut from) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < words.len() {
            let adjectives = words[at..].iter();
            let k = adjectives
                .take_while(|w| class(**w) == Class::Adjective)
                .count();
            let noun = words.get(at + k).is_some_and(|w| class(*w) == Class::Noun);
            let verb = class(words[at]) == Class::Verb;
            let length = if verb { 1 } else { k + usize::from(noun) };
            let mut places: Vec<usize> = (at..at + length).collect();
            if noun && self.turned {
                places.reverse();
            }
            for place in places {
                let name = self.names[words[place]];
                let several = match self.fertility {
                    1 => vec![name],
                    2 => vec![NE, name],
                    _ => vec![NE, name, PA],
                };
                for word in if verb { several } else { vec![name] } {
                    target.push(word);
                    from.push(place);
                }
            }
            at += length;
        }
        let mut source = words.to_vec();
        if self.backwards {
            source.reverse();
            from.iter_mut()
                .for_each(|place| *place = words.len() - 1 - *place);
        }
        Sentence {
            source,
            target,
            from,
        }
    }
    // endregion: language
}
