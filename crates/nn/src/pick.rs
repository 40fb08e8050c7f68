//! Rows of a table.

use crate::{
    fused::{indices, prelude::*, record, sizes, slice, tensor},
    kernel::add_rows,
};
use burn::{
    backend::tensor::IntTensor,
    tensor::{Int, Tensor},
};

/// The choice of rows, as a backend does it whole.
#[backend_extension(Flex, Autodiff)]
trait Picks: Backend {
    /// table `[V, N]`, rows `[R]` → `[R, N]`
    fn pick_rows(table: FloatTensor<Self>, rows: IntTensor<Self>) -> FloatTensor<Self>;
}

/// Rows of a table, each as often as it is asked for: `[V, N]` and `[R]` → `[R, N]`.
///
/// # Panics
/// If the table does not have a row.
pub fn pick(table: Tensor<2>, rows: Tensor<1, Int>) -> Tensor<2> {
    let inputs = (table.into_dispatch(), rows.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Picks>::pick_rows(inputs.0, inputs.1))
}

/// What was asked for, and of how many rows.
#[derive(Clone, Debug)]
struct Asked {
    rows: Vec<usize>,
    of: usize,
}

fn forward(table: &FlexTensor, rows: &FlexTensor) -> (FlexTensor, Asked) {
    let [of, columns] = sizes(table);
    let (table, rows) = (table.to_contiguous(), indices(rows));
    let mut picked = Vec::with_capacity(rows.len() * columns);
    for row in &rows {
        picked.extend_from_slice(&slice(&table)[row * columns..][..columns]);
    }
    let picked = tensor(picked, [rows.len(), columns]);
    (picked, Asked { rows, of })
}

impl Picks for Flex {
    fn pick_rows(table: FlexTensor, rows: FlexTensor) -> FlexTensor {
        forward(&table, &rows).0
    }
}

#[derive(Debug)]
struct PickBackward;

impl Backward<Flex, 1> for PickBackward {
    type State = Asked;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let ([_, columns], Asked { rows, of }) = (sizes(&by), ops.state);
        let mut by_table = vec![0.0; of * columns];
        for (row, by) in rows.iter().zip(slice(&by).chunks_exact(columns)) {
            add_rows(&mut by_table[row * columns..][..columns], by);
        }
        if let [Some(table)] = ops.parents {
            grads.register::<Flex>(table.id, tensor(by_table, [of, columns]));
        }
    }
}

impl<C: CheckpointStrategy> Picks for Autodiff<Flex, C> {
    fn pick_rows(table: FloatTensor<Self>, rows: IntTensor<Self>) -> FloatTensor<Self> {
        let (table, of_table) = table.into_parts();
        let (picked, asked) = forward(&table, &rows);
        record::<C, _, _>(PickBackward, [of_table], asked, picked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{close, gradients_of, of, values, weight, weighted};

    const COLUMNS: usize = 3;

    #[test]
    fn each_row_is_as_asked_and_its_gradient_is_the_sum_over_all_who_asked() {
        let asked = [2usize, 0, 2, 2];
        let table: Vec<f32> = (0..5 * COLUMNS).map(|n| n as f32).collect();
        let rows = Tensor::<1, Int>::from_data([2, 0, 2, 2], &crate::training());
        let table = of(table, [5, COLUMNS]).require_grad();
        let picked = pick(table.clone(), rows);
        let entry = |n: usize| asked[n / COLUMNS] * COLUMNS + n % COLUMNS;
        let want: Vec<f32> = (0..4 * COLUMNS).map(|n| entry(n) as f32).collect();
        close(&values(picked.clone()), &want, 0.0);
        let mut want = [0.0f32; 5 * COLUMNS];
        for n in 0..4 * COLUMNS {
            want[entry(n)] += weight(n) as f32;
        }
        close(&gradients_of(weighted(picked), &[table]), &want, 1e-6);
    }

    #[test]
    #[should_panic(expected = "range")]
    fn a_row_that_is_not_there_is_no_row() {
        let rows = Tensor::<1, Int>::from_data([2], &crate::training());
        pick(of(vec![0.0; 4], [2, 2]), rows);
    }
}
