//! Looks inside, on the reader's own sentence.

use super::{
    decoding::{Output, Tree, beam_of, greedy},
    evaluation::SLACK,
    language::{END, SOURCE, Sentence, source_name, target_name, written},
    run::Run,
    spec::{EXAMPLE, MOST},
};
use burn::module::Module;
use lab::{
    Figure, Input, ProbeError,
    figure::{
        Colours, Edge, Graph, Heatmap, Node, Pick, PickOption, Shape, Strip, Text, Texts, Tokens,
    },
};
use std::collections::BTreeMap;

impl Run {
    /// A look inside.
    ///
    /// # Errors
    /// If there is no such probe, or the sentence is empty, too long, or of words that do not exist.
    pub fn probe(&self, probe: &str, input: &[Input]) -> Result<Figure, ProbeError> {
        let own = input.iter().find_map(|i| match i {
            Input::Words(words) => Some(words.clone()),
            _ => None,
        });
        let words: Vec<usize> = own
            .unwrap_or_else(|| EXAMPLE.to_vec())
            .iter()
            .map(|w| *w as usize)
            .collect();
        if words.is_empty() {
            return Err(ProbeError(
                "There is no word to translate. Choose at least one.".into(),
            ));
        }
        if words.len() > MOST {
            return Err(ProbeError(format!(
                "These are {} words; a sentence here has at most {MOST}. Take some away.",
                words.len()
            )));
        }
        if let Some(stranger) = words.iter().find(|w| **w >= SOURCE) {
            return Err(ProbeError(format!(
                "There is no word number {stranger}: the language has {SOURCE}. Choose among them."
            )));
        }
        let sentence = self.grammar.translate(&words);
        match probe {
            "alignment" => Ok(self.alignment(&sentence, input)),
            "look" => Ok(self.look(&sentence, input)),
            "translation" => Ok(self.translation(&sentence)),
            "beam" => Ok(tree(&self.beam(&sentence))),
            _ => Err(ProbeError(format!("there is no probe “{probe}”"))),
        }
    }

    fn limit(&self, sentence: &Sentence) -> usize {
        self.grammar.longest(sentence.source.len()) + SLACK
    }

    fn greedy(&self, sentence: &Sentence, forced: &BTreeMap<usize, usize>) -> Output {
        let limit = self.limit(sentence);
        let outputs = greedy(&self.model.valid(), &[&sentence.source], limit, forced);
        outputs.into_iter().next().unwrap_or_default()
    }

    fn beam(&self, sentence: &Sentence) -> Tree {
        let limit = self.limit(sentence);
        beam_of(&self.model.valid(), &sentence.source, self.beam, limit)
    }

    fn alignment(&self, sentence: &Sentence, input: &[Input]) -> Figure {
        let length = sentence.source.len();
        if !self.model.search {
            return self.nothing_to_show(sentence);
        }
        let forced: BTreeMap<usize, usize> = input
            .iter()
            .filter_map(|i| match i {
                Input::Cell { row, column } => Some((*row as usize, *column as usize)),
                _ => None,
            })
            .filter(|(_, column)| *column < length)
            .collect();
        let output = self.greedy(sentence, &forced);
        let mut rows: Vec<String> = output.words.iter().map(|w| target_name(*w)).collect();
        if output.ended {
            rows.push(target_name(END));
        }
        let gold = sentence.from.iter().enumerate().take(rows.len());
        Figure::Heatmap(Heatmap {
            rows_label: "written".into(),
            columns_label: "source".into(),
            columns: sentence.source.iter().map(|w| source_name(*w)).collect(),
            outlined: gold
                .map(|(row, column)| (row as u32, *column as u32))
                .collect(),
            values: output.weights.concat(),
            rows,
            texts: Vec::new(),
            colours: Colours {
                label: "weight".into(),
                range: (0.0, 1.0),
                diverging: false,
            },
            choosable: true,
        })
    }

    fn nothing_to_show(&self, sentence: &Sentence) -> Figure {
        let output = self.greedy(sentence, &BTreeMap::new());
        Figure::Texts(Texts {
            pieces: vec![Text {
                title: "No weights to show: one vector serves every word".into(),
                text: written(&output.words),
                ..Text::default()
            }],
        })
    }

    /// The source, tinted by the weights of one word that was written.
    fn look(&self, sentence: &Sentence, input: &[Input]) -> Figure {
        if !self.model.search {
            return self.nothing_to_show(sentence);
        }
        let output = self.greedy(sentence, &BTreeMap::new());
        let mut words: Vec<String> = output.words.iter().map(|w| target_name(*w)).collect();
        if output.ended {
            words.push(target_name(END));
        }
        let wish = input.iter().find_map(|i| match i {
            Input::Pick(id) => Some(*id as usize),
            _ => None,
        });
        let chosen = wish.unwrap_or(0).min(words.len() - 1);
        let gold = sentence.from.get(chosen);
        let right = gold.map_or(String::new(), |place| {
            format!(
                ", which comes from {}",
                source_name(sentence.source[*place])
            )
        });
        let option = |(nth, word): (usize, &String)| PickOption {
            id: nth as u32,
            label: format!("{}. {word}", nth + 1),
            note: String::new(),
        };
        Figure::Tokens(Tokens {
            strips: vec![Strip {
                label: format!("while writing {}{right}", words[chosen]),
                tokens: (sentence.source.iter())
                    .map(|w| source_name(*w) + " ")
                    .collect(),
                values: output.weights[chosen].clone(),
            }],
            colours: Colours {
                label: "weight".into(),
                ..Colours::default()
            },
            pick: Some(Pick {
                label: "Word written".into(),
                options: words.iter().enumerate().map(option).collect(),
                chosen: chosen as u32,
            }),
        })
    }

    fn translation(&self, sentence: &Sentence) -> Figure {
        let output = self.greedy(sentence, &BTreeMap::new());
        let tree = self.beam(sentence);
        let mut words = tree.path(tree.answer);
        let ended = words.last() == Some(&END);
        words.retain(|w| *w != END);
        let log_p = tree.answer.map_or(0.0, |at| tree.branches[at].log_p);
        let source: Vec<String> = sentence.source.iter().map(|w| source_name(*w)).collect();
        let plain = |title: &str, text: String| Text {
            title: title.into(),
            text,
            ..Text::default()
        };
        Figure::Texts(Texts {
            pieces: vec![
                plain("source", source.join(" ")),
                plain("right", written(&sentence.target)),
                judged(
                    "greedy",
                    &output.words,
                    output.log_p,
                    output.ended,
                    sentence,
                ),
                judged(
                    &format!("beam of {}", self.beam),
                    &words,
                    log_p,
                    ended,
                    sentence,
                ),
            ],
        })
    }
}

/// A translation with its wrong words marked.
fn judged(how: &str, words: &[usize], log_p: f64, ended: bool, sentence: &Sentence) -> Text {
    let verdict = match words {
        _ if !ended => "no end found",
        _ if words == sentence.target => "right",
        _ if words.len() < sentence.target.len() => "wrong, too short",
        _ if words.len() > sentence.target.len() => "wrong, too long",
        _ => "wrong",
    };
    let mut text = String::new();
    let mut wrong = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            text.push(' ');
        }
        let from = text.len() as u32;
        text.push_str(&target_name(*word));
        if sentence.target.get(i) != Some(word) {
            wrong.push((from, text.len() as u32));
        }
    }
    Text {
        title: format!("{how}: {verdict}, log p = {log_p:.2}"),
        text,
        given: 0,
        wrong,
    }
}

/// The tree of a beam, from left to right.
fn tree(tree: &Tree) -> Figure {
    let (wide, high) = (1.9, 1.3);
    let mut answer = vec![false; tree.branches.len()];
    let mut at = tree.answer;
    while let Some(i) = at {
        answer[i] = true;
        at = tree.branches[i].parent;
    }
    let mut ranks: BTreeMap<usize, usize> = BTreeMap::new();
    let mut nodes = vec![Node {
        x: 0.9,
        y: 0.8,
        label: "·".into(),
        note: "the beginning".into(),
        shape: Shape::Dot,
        ..Node::default()
    }];
    let mut edges = Vec::new();
    for (i, branch) in tree.branches.iter().enumerate() {
        let rank = ranks.entry(branch.depth).or_default();
        let word = target_name(branch.word);
        let fate = if branch.kept { "" } else { ", given up" };
        nodes.push(Node {
            x: 0.9 + wide * branch.depth as f64,
            y: 0.8 + high * *rank as f64,
            note: format!("{word}, log p = {:.2}{fate}", branch.log_p),
            label: word,
            value: format!("{:.1}", branch.log_p),
            shape: Shape::Box,
            lit: answer[i],
            ..Node::default()
        });
        *rank += 1;
        edges.push(Edge {
            from: branch.parent.map_or(0, |p| p as u32 + 1),
            to: i as u32 + 1,
            weight: 0.2,
            lines: 1,
            dashed: !branch.kept,
            lit: answer[i],
            ..Edge::default()
        });
    }
    let depth = ranks.keys().max().copied().unwrap_or(0);
    let rows = ranks.values().max().copied().unwrap_or(1);
    Figure::Graph(Graph {
        size: (1.8 + wide * depth as f64, 1.6 + high * (rows - 1) as f64),
        nodes,
        edges,
        ..Graph::default()
    })
}
