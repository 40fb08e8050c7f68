//! Backward pass, global clipping, update. No other place in the repository calls `backward`.
//!
//! The moments are plain slices in the order of the model's parameters: Burn's optimisers key theirs by
//! random ids, and clip each parameter's gradient alone where the papers clip the norm over all of them.

use crate::store::{self, Loading, Walk};
use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Gradients, Tensor},
};
use lab::{Checkpoint, CheckpointError, StoredTensor};

/// How a gradient becomes a change; η is the learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Kingma & Ba 2015, algorithm 1, with β = (0.9, 0.999).
    Adam,
    /// Tieleman & Hinton 2012, lecture 6.5, with decay 0.95 as in Karpathy's char-rnn.
    RmsProp,
    /// Duchi et al. 2011, as in Karpathy's min-char-rnn.
    Adagrad,
}

/// An optimiser and its memory of past gradients; [`crate::Learner`] holds it together with its model.
#[derive(Clone, Debug)]
pub(crate) struct Optimiser {
    rule: Rule,
    steps: u64,
    moments: Vec<Moments>,
}

/// What an optimiser remembers of one parameter.
#[derive(Clone, Debug)]
struct Moments {
    path: String,
    shape: Vec<usize>,
    /// Mean of gradients; empty where the rule has no use for it.
    first: Vec<f32>,
    /// Mean or sum of squared gradients.
    second: Vec<f32>,
}

/// What one update did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// The loss before it.
    pub loss: f64,
    /// The global norm of the gradient before clipping; nobody looks for it where nothing is clipped.
    pub norm: Option<f64>,
}

impl Optimiser {
    /// An optimiser for `model` that has seen nothing.
    pub fn new<M: Module>(rule: Rule, model: &M) -> Self {
        let of = |(path, shape, values): (String, Vec<usize>, Vec<f32>)| Moments {
            path,
            shape,
            first: if rule == Rule::Adam {
                vec![0.0; values.len()]
            } else {
                Vec::new()
            },
            second: vec![0.0; values.len()],
        };
        Self {
            rule,
            steps: 0,
            moments: Walk::of(model).into_iter().map(of).collect(),
        }
    }

    /// One step down the gradient of `loss` `[1]`, at learning rate `rate`, the gradient's norm over
    /// all parameters together cut to `clip` (Pascanu et al. 2013, algorithm 1). Parameters that
    /// nobody else holds change in place.
    pub fn update<M: Module>(
        &mut self,
        model: M,
        loss: Tensor<1>,
        rate: f64,
        clip: Option<f64>,
    ) -> (M, Update) {
        let (loss, gradients) = gradients_in_order(&model, loss);
        assert_eq!(gradients.len(), self.moments.len(), "the same model");
        self.steps += 1;
        let norm = clip.map(|_| gradients.iter().map(|g| squares(g)).sum::<f64>().sqrt());
        let scale = match (norm, clip) {
            (Some(norm), Some(clip)) if norm > clip => (clip / norm) as f32,
            _ => 1.0,
        };
        let (rule, steps) = (self.rule, self.steps);
        let mut each = gradients.iter().zip(&mut self.moments);
        let model = store::map(model, |values| {
            let (gradient, moments) = each.next().expect("one a parameter");
            let gradient = Scaled {
                of: gradient,
                scale,
            };
            rule.apply(values, gradient, moments, rate, steps);
        });
        (model, Update { loss, norm })
    }

    /// Puts the moments into a checkpoint.
    pub fn save(&self, prefix: &str, into: &mut Checkpoint) {
        into.numbers
            .insert(format!("{prefix}.steps"), self.steps as i64);
        for Moments {
            path,
            shape,
            first,
            second,
        } in &self.moments
        {
            for (name, data) in [("first", first), ("second", second)] {
                if !data.is_empty() {
                    let tensor = StoredTensor {
                        shape: shape.clone(),
                        data: data.clone(),
                    };
                    into.tensors
                        .insert(format!("{prefix}.{name}.{path}"), tensor);
                }
            }
        }
    }

    /// The optimiser as it was saved.
    ///
    /// # Errors
    /// If a moment is missing or has another shape.
    pub fn load(&self, prefix: &str, from: &mut Loading) -> Result<Self, CheckpointError> {
        let mut loaded = self.clone();
        loaded.steps = from.number(&format!("{prefix}.steps"))? as u64;
        for Moments {
            path,
            shape,
            first,
            second,
        } in &mut loaded.moments
        {
            for (name, data) in [("first", first), ("second", second)] {
                if !data.is_empty() {
                    *data = from.tensor(&format!("{prefix}.{name}.{path}"), shape)?;
                }
            }
        }
        Ok(loaded)
    }
}

/// A gradient, cut to length when it is read.
#[derive(Clone, Copy)]
struct Scaled<'a> {
    of: &'a [f32],
    scale: f32,
}

impl Rule {
    /// Changes the values `x`; all slices are as long.
    fn apply(self, x: &mut [f32], gradient: Scaled, moments: &mut Moments, rate: f64, steps: u64) {
        let Moments { first, second, .. } = moments;
        match self {
            Self::Adam => {
                // Powers by repeated multiplication: `powf` may differ between platforms.
                let unbias = |b: f64| 1.0 - b.powi(i32::try_from(steps).unwrap_or(i32::MAX));
                let rate = (rate / unbias(0.9)) as f32;
                let unbias = (1.0 / unbias(0.999)) as f32;
                adam(x, first, second, gradient, [rate, unbias]);
            }
            Self::RmsProp => rms_prop(x, second, gradient, rate as f32),
            Self::Adagrad => adagrad(x, second, gradient, rate as f32),
        }
    }
}

/// Places of a parameter that change together. Of a number that is known they are found once for all of
/// them, which makes Adam a fifth faster.
const TOGETHER: usize = 32;

/// Calls `change` with each place of some slices, the first of them being the parameter, and with the
/// gradient there.
#[inline(always)]
fn everywhere<const N: usize>(
    slices: [&mut [f32]; N],
    gradient: Scaled,
    change: impl Fn([&mut f32; N], f32),
) {
    let n = gradient.of.len();
    let mut parts = slices.map(|slice| slice[..n].as_chunks_mut::<TOGETHER>());
    let (whole, rest) = gradient.of.as_chunks::<TOGETHER>();
    for (c, of) in whole.iter().enumerate() {
        let mut here = parts.each_mut().map(|(whole, _)| &mut whole[c]);
        for (k, of) in of.iter().enumerate() {
            let places = here.each_mut().map(|part| &mut part[k]);
            change(places, of * gradient.scale);
        }
    }
    for (k, of) in rest.iter().enumerate() {
        let places = parts.each_mut().map(|(_, rest)| &mut rest[k]);
        change(places, of * gradient.scale);
    }
}

// Functions of their own: that what they are given does not overlap the compiler knows only of
// arguments.

#[inline(never)]
fn adam(
    x: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    gradient: Scaled,
    [rate, unbias]: [f32; 2],
) {
    let (b1, b2) = (0.9f32, 0.999f32);
    everywhere([x, first, second], gradient, |[x, first, second], g| {
        *first = b1 * *first + (1.0 - b1) * g;
        *second = b2 * *second + (1.0 - b2) * g * g;
        *x -= rate * *first / ((*second * unbias).sqrt() + 1e-8);
    });
}

#[inline(never)]
fn rms_prop(x: &mut [f32], second: &mut [f32], gradient: Scaled, rate: f32) {
    everywhere([x, second], gradient, |[x, second], g| {
        *second = 0.95 * *second + 0.05 * g * g;
        *x -= rate * g / (second.sqrt() + 1e-8);
    });
}

#[inline(never)]
fn adagrad(x: &mut [f32], second: &mut [f32], gradient: Scaled, rate: f32) {
    everywhere([x, second], gradient, |[x, second], g| {
        *second += g * g;
        *x -= rate * g / (*second + 1e-8).sqrt();
    });
}

/// Σ g² in four sums side by side: one would wait for itself at every term.
fn squares(gradient: &[f32]) -> f64 {
    let (parts, rest) = gradient.as_chunks::<4>();
    let square = |g: f32| f64::from(g) * f64::from(g);
    let mut sums = [0.0; 4];
    for part in parts {
        for (sum, g) in sums.iter_mut().zip(part) {
            *sum += square(*g);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|g| square(*g)).sum::<f64>()
}

/// The gradients of `loss` by everything on its tape.
pub(crate) fn gradients(loss: Tensor<1>) -> Gradients {
    loss.backward()
}

/// The loss, and its gradient by every parameter of `model`, in module order; zero for one it does not
/// depend on.
pub(crate) fn gradients_in_order<M: Module>(model: &M, loss: Tensor<1>) -> (f64, Vec<Vec<f32>>) {
    struct Collect {
        grads: Gradients,
        found: Vec<Vec<f32>>,
    }
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            let gradient = tensor
                .grad_remove(&mut self.grads)
                .map_or_else(|| vec![0.0; tensor.shape().num_elements()], store::values);
            self.found.push(gradient);
        }
    }
    let value = f64::from(store::values(loss.clone())[0]);
    let mut collect = Collect {
        grads: gradients(loss),
        found: Vec::new(),
    };
    model.visit(&mut collect);
    (value, collect.found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, of},
        init,
        linear::Linear,
    };

    fn layer() -> Linear {
        Linear {
            weight: init::param(vec![1.0, -2.0], [2, 1]),
            bias: init::param(vec![0.5], [1, 1]),
        }
    }

    /// L = 3·(w₁ + 2·w₂ + b): its gradient is (3, 6) and 3, wherever it stands.
    fn loss(model: &Linear) -> Tensor<1> {
        model.forward(of(vec![1.0, 2.0], [1, 2])).sum() * 3.0
    }

    fn weights(model: &Linear) -> Vec<f32> {
        let found = Walk::of(model);
        found
            .into_iter()
            .flat_map(|(_, _, values)| values)
            .collect()
    }

    /// Two updates by hand, in f64, for a constant gradient g.
    fn by_hand(rule: Rule, start: &[f32], g: &[f64], rate: f64) -> Vec<f32> {
        let mut x: Vec<f64> = start.iter().map(|v| f64::from(*v)).collect();
        let (mut m, mut v) = (vec![0.0; g.len()], vec![0.0; g.len()]);
        for t in 1..=2 {
            for i in 0..g.len() {
                x[i] -= match rule {
                    Rule::Adam => {
                        m[i] = 0.9 * m[i] + 0.1 * g[i];
                        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                        let m = m[i] / (1.0 - 0.9f64.powi(t));
                        rate * m / ((v[i] / (1.0 - 0.999f64.powi(t))).sqrt() + 1e-8)
                    }
                    Rule::RmsProp => {
                        v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
                        rate * g[i] / v[i].sqrt()
                    }
                    Rule::Adagrad => {
                        v[i] += g[i] * g[i];
                        rate * g[i] / v[i].sqrt()
                    }
                };
            }
        }
        x.into_iter().map(|v| v as f32).collect()
    }

    #[test]
    fn every_rule_agrees_with_its_formula() {
        for rule in [Rule::Adam, Rule::RmsProp, Rule::Adagrad] {
            let mut model = layer();
            let start = weights(&model);
            let mut optimiser = Optimiser::new(rule, &model);
            for _ in 0..2 {
                let loss = loss(&model);
                (model, _) = optimiser.update(model, loss, 0.1, None);
            }
            close(
                &weights(&model),
                &by_hand(rule, &start, &[3.0, 6.0, 3.0], 0.1),
                1e-5,
            );
        }
    }

    #[test]
    fn a_rule_is_the_same_wherever_a_number_lies() {
        for rule in [Rule::Adam, Rule::RmsProp, Rule::Adagrad] {
            for n in [1, TOGETHER, 2 * TOGETHER + 5] {
                let gradient: Vec<f32> = (0..n).map(|k| (k + 1) as f32 / 8.0).collect();
                let start: Vec<f32> = (0..n).map(|k| k as f32 - 3.0).collect();
                let mut x = start.clone();
                let mut moments = Moments {
                    path: String::new(),
                    shape: vec![n],
                    first: vec![0.0; n],
                    second: vec![0.0; n],
                };
                for step in 1..=2 {
                    let gradient = Scaled {
                        of: &gradient,
                        scale: 0.5,
                    };
                    rule.apply(&mut x, gradient, &mut moments, 0.1, step);
                }
                let g: Vec<f64> = gradient.iter().map(|g| 0.5 * f64::from(*g)).collect();
                close(&x, &by_hand(rule, &start, &g, 0.1), 1e-5);
            }
        }
    }

    #[test]
    fn clipping_is_by_the_global_norm() {
        // ‖(3, 6, 3)‖ = √54; clipped to 0.5 every component shrinks alike. Adagrad's first step is
        // scale-free, its second is not: compare the memory it keeps.
        let model = layer();
        let mut optimiser = Optimiser::new(Rule::Adagrad, &model);
        let at = loss(&model);
        let (_, update) = optimiser.update(model, at, 0.1, Some(0.5));
        let norm = update.norm.expect("clipped");
        assert!((norm - 54f64.sqrt()).abs() < 1e-5, "{norm}");
        assert!((update.loss - 3.0 * (1.0 - 4.0 + 0.5)).abs() < 1e-5);
        let scale = 0.25 / 54.0;
        let squares: Vec<f32> = optimiser
            .moments
            .iter()
            .flat_map(|m| m.second.clone())
            .collect();
        close(&squares, &[9.0 * scale, 36.0 * scale, 9.0 * scale], 1e-6);
    }
}
