//! What a reader gave the probes: an input of their own, and choices in the figures of each arm.

use super::desk::Desk;
use lab::{Input, Reader};

/// What a reader gave one probe.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Asked of every arm; the example until there is one.
    own: Option<Input>,
    /// Picks, cells and dials, each with the arm in whose figure it was chosen.
    choices: Vec<(String, Input)>,
}

impl Given {
    /// Takes what the reader did in the figure of `arm`. A cell chosen twice is let go, and so is a
    /// dial set to no number. What is the reader's own concerns all arms, and lets go of cells and
    /// dials: they belonged to another question.
    pub fn take(&mut self, arm: &str, input: Input) {
        if own(&input) {
            self.choices.retain(|(_, i)| matches!(i, Input::Pick(_)));
            self.own = Some(input);
            return;
        }
        let chosen = (arm.to_owned(), input);
        let again = matches!(chosen.1, Input::Cell { .. }) && self.choices.contains(&chosen);
        let void = matches!(chosen.1, Input::Dial { value, .. } if !value.is_finite());
        self.choices
            .retain(|(a, i)| a != arm || !same_place(i, &chosen.1));
        if !again && !void {
            self.choices.push(chosen);
        }
    }

    /// Lets go of the cells and dials of one arm.
    pub fn release(&mut self, arm: &str) {
        self.choices.retain(|(a, i)| a != arm || !held(i));
    }

    /// How many cells and dials of an arm are held.
    pub fn held(&self, arm: &str) -> usize {
        self.choices
            .iter()
            .filter(|(a, i)| a == arm && held(i))
            .count()
    }

    /// What the reader gave as their own, if anything.
    pub fn own(&self) -> Option<&Input> {
        self.own.as_ref()
    }

    /// The whole question to one arm: the reader's own, or the example of what the probe takes, and
    /// the choices in that arm's figure.
    pub fn question(&self, reader: &Reader, arm: &str) -> Vec<Input> {
        let own = self.own.clone().or_else(|| reader.example());
        let choices = self.choices.iter().filter(|(a, _)| a == arm);
        own.into_iter()
            .chain(choices.map(|(_, i)| i.clone()))
            .collect()
    }
}

/// Whether it is the question itself rather than a choice within an answer.
fn own(input: &Input) -> bool {
    matches!(
        input,
        Input::Text(_) | Input::Words(_) | Input::Points(_) | Input::Sketch(_)
    )
}

fn held(input: &Input) -> bool {
    matches!(input, Input::Cell { .. } | Input::Dial { .. })
}

/// Whether one choice takes the place of the other: one pick, one cell a row, one value a dial.
fn same_place(a: &Input, b: &Input) -> bool {
    match (a, b) {
        (Input::Pick(_), Input::Pick(_)) => true,
        (Input::Cell { row: a, .. }, Input::Cell { row: b, .. })
        | (Input::Dial { id: a, .. }, Input::Dial { id: b, .. }) => a == b,
        _ => false,
    }
}

impl Desk {
    /// What the reader gave a probe, for one arm.
    pub fn probe_input(&self, probe: &str, arm: &str) -> Vec<Input> {
        let Some(spec) = self.spec().probe(probe) else {
            return Vec::new();
        };
        self.given.with_untracked(|given| {
            let given = given.get(probe).cloned().unwrap_or_default();
            given.question(&spec.input, arm)
        })
    }

    /// Changes what the reader gave a probe, and asks it; a row still too short is asked of nobody.
    pub fn give(self, probe: &str, change: impl FnOnce(&mut Given)) {
        self.given
            .update(|given| change(given.entry(probe.to_owned()).or_default()));
        let reader = self.spec().probe(probe).map(|p| &p.input);
        let own = self
            .given
            .with_untracked(|g| g.get(probe).and_then(|g| g.own.clone()));
        if let (Some(Reader::Words { min, .. }), Some(Input::Words(row))) = (reader, own)
            && row.len() < *min as usize
        {
            return;
        }
        self.ask();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32) -> Input {
        Input::Cell { row, column }
    }

    fn dial(id: u32, value: f32) -> Input {
        Input::Dial { id, value }
    }

    fn points() -> Reader {
        Reader::Points {
            min: 3,
            max: 5,
            examples: vec![("Square".to_owned(), vec![(0.0, 0.0)])],
        }
    }

    #[test]
    fn the_example_stands_until_the_reader_gives_something() {
        let mut given = Given::default();
        let example = Input::Points(vec![(0.0, 0.0)]);
        assert_eq!(
            given.question(&points(), "a"),
            std::slice::from_ref(&example)
        );
        let mine = Input::Points(vec![(0.5, 0.5)]);
        given.take("a", mine.clone());
        assert_eq!(given.question(&points(), "a"), std::slice::from_ref(&mine));
        assert_eq!(given.question(&points(), "b"), [mine], "every arm");
        given.take("", example.clone());
        assert_eq!(given.question(&points(), "b"), [example]);
        assert!(Given::default().question(&Reader::None, "a").is_empty());
    }

    #[test]
    fn choices_belong_to_an_arm_and_take_each_others_place() {
        let mut given = Given::default();
        for input in [
            Input::Pick(1),
            cell(0, 1),
            cell(0, 2),
            cell(1, 1),
            dial(7, 0.5),
            dial(7, 0.25),
            Input::Pick(2),
        ] {
            given.take("a", input);
        }
        let asked = given.question(&Reader::None, "a");
        assert_eq!(
            asked,
            [cell(0, 2), cell(1, 1), dial(7, 0.25), Input::Pick(2)]
        );
        assert!(given.question(&Reader::None, "b").is_empty());
        assert_eq!((given.held("a"), given.held("b")), (3, 0));
    }

    #[test]
    fn choices_are_let_go() {
        let mut given = Given::default();
        for input in [cell(0, 2), cell(1, 1), dial(7, 0.5), Input::Pick(2)] {
            given.take("a", input);
        }
        given.take("b", cell(0, 2));
        given.take("a", cell(0, 2));
        given.take("a", dial(7, f32::NAN));
        assert_eq!(
            given.question(&Reader::None, "a"),
            [cell(1, 1), Input::Pick(2)]
        );
        given.release("a");
        assert_eq!((given.held("a"), given.held("b")), (0, 1));
        given.take("a", Input::Words(vec![3]));
        assert_eq!(given.held("b"), 0, "another question, other rows");
        assert_eq!(
            given.question(&Reader::None, "a"),
            [Input::Words(vec![3]), Input::Pick(2)]
        );
    }
}
