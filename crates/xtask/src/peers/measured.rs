//! What the bench in the browser found, and what it means for each model.

use crate::profile::{self, Function};
use lab::claim::number;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Losses that differ by more are not those of the same model.
pub const TOLERANCE: f64 = 1e-3;
/// Weights of a model that is called small.
const SMALL: u64 = 50_000;

/// The library outside the browser.
pub const TORCH: &str = "PyTorch";

/// What the browser's bench writes.
#[derive(Deserialize)]
pub struct Measured {
    /// In the order of the table.
    pub models: Vec<Model>,
    /// Our products.
    pub rates: Vec<Rate>,
    /// Of the libraries.
    pub versions: BTreeMap<String, String>,
    /// What the page with threads may use.
    pub threads: u32,
    /// Its name and version.
    pub browser: String,
    /// How many turns a library takes, from the quickest to the slowest.
    pub turns: Vec<Turns>,
    /// How long a turn lasts.
    pub turn_ms: f64,
    /// The side of the matrices whose product is the rate of a turn.
    pub large: u32,
}

/// The turns of a library whose step takes less than so many milliseconds, if there is a bound.
#[derive(Deserialize)]
pub struct Turns {
    /// The bound.
    pub below: Option<f64>,
    /// How many.
    pub turns: u32,
}

/// Products of two n × n matrices.
#[derive(Deserialize)]
pub struct Rate {
    /// n
    pub n: u32,
    /// GFLOP/s
    pub gflops: f64,
}

/// One model in all libraries, ours first.
#[derive(Deserialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// What it is.
    pub plan: Plan,
    allocations: Allocations,
    /// What a step cannot do without, turn by turn.
    alone: Vec<Alone>,
    /// GFLOP/s of a large product, turn by turn.
    rates: Vec<f64>,
    /// Ours under the sampler, after the turns.
    functions: Vec<Function>,
    /// The libraries, ours first.
    pub peers: Vec<Library>,
}

/// The milliseconds of a step's products by themselves, and of its functions: tanh, the logistic one, eˣ.
#[derive(Deserialize)]
struct Alone {
    products: f64,
    functions: f64,
}

/// What a step of ours allocates.
#[derive(Deserialize)]
pub struct Allocations {
    /// Bytes.
    pub bytes: f64,
    /// Pieces of up to 256 bytes, 4 KiB, 64 KiB, and above.
    pub pieces: [u64; 4],
}

/// What a model is.
#[derive(Deserialize)]
pub struct Plan {
    family: String,
    /// Its sizes by name.
    pub sizes: BTreeMap<String, u64>,
    flop: f64,
    parameters: u64,
}

/// One library's first losses, and the time of a step turn by turn.
#[derive(Deserialize)]
pub struct Library {
    /// Its name.
    pub name: String,
    error: Option<String>,
    losses: Vec<f64>,
    ms: Vec<f64>,
}

/// The middle one; of two in the middle, their mean.
fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    quantile(values, 0.5)
}

/// What this share of the values is below; between two of them in proportion.
fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (place.floor(), place.ceil());
    let [a, b] = [low, high].map(|at| sorted[at as usize]);
    Some(a + (b - a) * (place - low))
}

/// Between what the middle half of the values lies: `5–6`.
fn middle_half(values: &[f64]) -> Option<String> {
    let quarter = |share| quantile(values.iter().copied(), share).map(number);
    Some(format!("{}–{}", quarter(0.25)?, quarter(0.75)?))
}

/// The largest difference of the first losses.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let far = |(a, b): (&f64, &f64)| {
        if a.is_nan() || b.is_nan() {
            f64::INFINITY
        } else {
            (a - b).abs()
        }
    };
    a.iter().zip(b).map(far).fold(0.0, f64::max)
}

/// How many times faster ours is than a library, turn by turn.
fn ratios(ours: &Library, peer: &Library) -> Vec<f64> {
    let pairs = peer.ms.iter().zip(&ours.ms);
    pairs.map(|(peer, ours)| peer / ours).collect()
}

/// What a model has to reach.
enum Aim {
    /// So many times jax-js, and TensorFlow.js.
    Times(f64, f64),
    /// A share of the products' rate, and so many times TensorFlow.js.
    Share(f64, f64),
}

impl Measured {
    /// The least that the tape, allocation and the like take of a step of any model here, in ms: a model
    /// with few weights has hardly anything else, and all of that in the nearest cache.
    pub fn least_bookkeeping(&self) -> f64 {
        let each = self.models.iter().filter_map(|model| {
            let ms = median(model.peers[0].ms.iter().copied())?;
            Some(ms * (1.0 - profile::arithmetic(&model.functions)))
        });
        each.reduce(f64::min).unwrap_or(0.0)
    }
}

impl Model {
    fn aim(&self) -> Aim {
        match self.plan.family.as_str() {
            "lstm" | "gru" | "rnn" | "pointer" => Aim::Times(8.0, 100.0),
            _ if self.plan.parameters < SMALL && self.plan.family != "transformer" => {
                Aim::Times(3.0, 15.0)
            }
            _ => Aim::Share(0.8, 15.0),
        }
    }

    /// So many times PyTorch, which has wider vectors.
    fn native_aim(&self) -> f64 {
        if self.plan.parameters < SMALL {
            1.0
        } else {
            0.6
        }
    }

    /// The milliseconds of the arithmetic alone at a large product's rate, turn by turn.
    fn floors(&self) -> impl Iterator<Item = f64> {
        self.rates.iter().map(|rate| self.plan.flop / rate / 1e6)
    }

    /// The milliseconds of a step's products alone, turn by turn.
    fn products(&self) -> impl Iterator<Item = f64> {
        self.alone.iter().map(|alone| alone.products)
    }

    /// The same with its functions.
    fn least(&self) -> impl Iterator<Item = f64> {
        self.alone.iter().map(|a| a.products + a.functions)
    }

    /// The share of a step's time that would be left without bookkeeping, and with no more of it than
    /// `bookkeeping` ms.
    fn left(&self, bookkeeping: f64) -> [f64; 2] {
        let ours = median(self.peers[0].ms.iter().copied()).unwrap_or(f64::INFINITY);
        let bare = profile::arithmetic(&self.functions);
        [bare, (bare + bookkeeping / ours).min(1.0)]
    }

    /// A library's cell: how many times faster ours is, and the library's own time; and where that is
    /// too little, what it would be at the floor and with no more than so many milliseconds of
    /// bookkeeping.
    pub fn cell(&self, peer: &Library, bookkeeping: f64) -> String {
        let ours = &self.peers[0];
        if let Some(error) = &peer.error {
            return format!("cannot: {}", error.replace('|', "\\|"));
        }
        let apart = apart(&ours.losses, &peer.losses);
        if apart > TOLERANCE {
            return format!("void: losses differ by {}", number(apart));
        }
        let ratios = ratios(ours, peer);
        let (Some(ratio), Some(half), Some(ms)) = (
            median(ratios.iter().copied()),
            middle_half(&ratios),
            median(peer.ms.iter().copied()),
        ) else {
            return "not measured".into();
        };
        let aim = match (self.aim(), peer.name.as_str()) {
            (Aim::Times(jax, _), "jax-js") => Some(jax),
            (Aim::Times(_, tf) | Aim::Share(_, tf), name) if name.starts_with("tfjs") => Some(tf),
            (_, name) if name.starts_with(TORCH) => Some(self.native_aim()),
            _ => None,
        };
        let missed = aim.filter(|aim| ratio < *aim).map_or(String::new(), |aim| {
            let against = |ours: &mut dyn Iterator<Item = f64>| {
                let pairs = peer.ms.iter().zip(ours);
                median(pairs.map(|(peer, ours)| peer / ours)).map_or(String::new(), number)
            };
            let floor = against(&mut self.floors());
            let products = against(&mut self.products());
            let least = against(&mut self.least());
            let [bare, little] = self.left(bookkeeping).map(|left| number(ratio / left));
            format!(
                ", MISSED {}× ({floor}× at the floor, {products}× for its products alone, {least}× with its functions; \
                 {bare}× without bookkeeping, {little}× with little)",
                number(aim)
            )
        });
        format!("**{}×** ({half}), {} ms{missed}", number(ratio), number(ms))
    }

    /// Our own row: sizes, time, rate, memory; and where the rate is missed, what it would be with no more
    /// than so many milliseconds of bookkeeping.
    pub fn row(&self, bookkeeping: f64) -> Option<String> {
        let ms = median(self.peers[0].ms.iter().copied())?;
        let shares_of = |ms: &mut dyn Iterator<Item = f64>| {
            let pairs = ms.zip(self.floors());
            pairs
                .map(|(ms, floor)| 100.0 * floor / ms)
                .collect::<Vec<_>>()
        };
        let share_of = |ms: &mut dyn Iterator<Item = f64>| median(shares_of(ms));
        let shares = shares_of(&mut self.peers[0].ms.iter().copied());
        let share = median(shares.iter().copied())?;
        let [bare, little] = self.left(bookkeeping);
        let missed = match self.aim() {
            Aim::Share(aim, _) if share < 100.0 * aim => format!(
                ", MISSED {:.0} % ({:.1} % for its products alone, {:.1} % with its functions; {:.1} % without bookkeeping, \
                 {:.1} % with little)",
                100.0 * aim,
                share_of(&mut self.products())?,
                share_of(&mut self.least())?,
                share / bare,
                share / little,
            ),
            _ => String::new(),
        };
        Some(format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.1} % ({}){} | {} | {} |",
            self.name,
            self.plan.parameters,
            number(self.plan.flop / 1e6),
            number(ms),
            number(median(self.floors())?),
            number(median(self.products())?),
            number(median(self.least())?),
            number(ms * bare),
            number(self.plan.flop / ms / 1e6),
            share,
            middle_half(&shares)?,
            missed,
            self.allocations.pieces.iter().sum::<u64>(),
            number(self.allocations.bytes / 1e6),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(name: &str, losses: &[f64], ms: &[f64]) -> Library {
        Library {
            name: name.into(),
            error: None,
            losses: losses.into(),
            ms: ms.into(),
        }
    }

    fn model(peer: Library) -> Model {
        Model {
            name: "m".into(),
            plan: Plan {
                family: "lstm".into(),
                sizes: BTreeMap::from([("hidden".into(), 8), ("batch".into(), 2)]),
                flop: 6e6,
                parameters: 100,
            },
            allocations: Allocations {
                bytes: 2e6,
                pieces: [2, 1, 1, 1],
            },
            alone: [(1.5, 0.5), (1.0, 0.5), (3.0, 1.0)]
                .map(|(products, functions)| Alone {
                    products,
                    functions,
                })
                .into(),
            rates: vec![6.0, 4.0, 6.0],
            functions: [
                ("nn::kernel::rnn::forward", 3.0),
                ("burn_autodiff::graph", 1.0),
            ]
            .map(|(name, ms)| Function {
                name: name.into(),
                ms,
                calls: None,
            })
            .into(),
            peers: vec![library("ours", &[2.0, 1.0], &[1.0, 2.0, 4.0]), peer],
        }
    }

    #[test]
    fn the_ratio_is_the_median_of_the_pairs_and_not_of_the_times() {
        let model = model(library("jax-js", &[2.0, 1.0005], &[10.0, 12.0, 20.0]));
        // The pairs are 10, 6 and 5 times.
        assert_eq!(
            model.cell(&model.peers[1], 0.125),
            // At the floor 10, 8 and 20 times; for the products alone 6.7, 12 and 6.7; with the functions
            // 5, 8 and 5. Three quarters of the time are arithmetic; 0.125 of 2 ms are a sixteenth.
            "**6×** (5.5–8), 12 ms, MISSED 8× (10× at the floor, 6.667× for its products alone, 5× with its functions; \
             8× without bookkeeping, 7.385× with little)"
        );
        assert_eq!(median([1.0, 4.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([]), None);
        assert_eq!(middle_half(&[1.0, 2.0, 3.0, 4.0]).unwrap(), "1.75–3.25");
    }

    #[test]
    fn the_least_bookkeeping_is_that_of_one_of_the_models() {
        let of = |ms: &[f64]| {
            let mut model = model(library("x", &[], &[]));
            model.peers[0].ms = ms.into();
            model
        };
        let mut measured = Measured {
            models: vec![of(&[8.0]), of(&[1.0, 2.0, 4.0]), of(&[3.0])],
            rates: Vec::new(),
            versions: BTreeMap::new(),
            threads: 2,
            browser: String::new(),
            turns: Vec::new(),
            turn_ms: 50.0,
            large: 256,
        };
        // A quarter of 2 ms.
        assert_eq!(measured.least_bookkeeping(), 0.5);
        measured.models.clear();
        assert_eq!(measured.least_bookkeeping(), 0.0);
    }

    #[test]
    fn other_losses_are_another_model() {
        let model = model(library("jax-js", &[2.0, 1.01], &[10.0]));
        assert_eq!(
            model.cell(&model.peers[1], 0.0),
            "void: losses differ by 0.01"
        );
        assert_eq!(apart(&[1.0], &[f64::NAN]), f64::INFINITY);
    }

    #[test]
    fn a_peer_that_cannot_says_why() {
        let mut peer = library("tfjs-wasm", &[], &[]);
        peer.error = Some("no kernel".into());
        let model = model(peer);
        assert_eq!(model.cell(&model.peers[1], 0.0), "cannot: no kernel");
    }

    #[test]
    fn the_rate_is_the_arithmetic_by_the_median_time() {
        let model = model(library("x", &[], &[]));
        // 6 MFLOP in 2 ms are 3 GFLOP/s, three quarters of the 4 that the machine could do just then;
        // in the other turns, with 6 in 1 ms and 1.5 in 4 ms, it was all and a quarter.
        assert_eq!(
            model.row(0.0).as_deref(),
            Some("| m | 100 | 6 | 2 | 1 | 1.5 | 2 | 1.5 | 3 | 75.0 % (50–87.5) | 5 | 2 |")
        );
    }

    #[test]
    fn a_share_that_is_missed_says_what_is_left_of_it_to_reach() {
        let mut model = model(library("x", &[], &[]));
        model.plan.family = "transformer".into();
        // The floor is 1, 1.5 and 1 ms; the products alone take 1.5, 1 and 3, with the functions 2, 1.5 and 4.
        // Three quarters of the time are arithmetic; 0.5 ms of bookkeeping are all there is.
        let share = "75.0 % (50–87.5), MISSED 80 % (66.7 % for its products alone, 50.0 % with its functions; 100.0 % without bookkeeping, \
                     75.0 % with little)";
        let row = model.row(0.5).unwrap();
        assert!(row.contains(share), "{row}");
    }
}
