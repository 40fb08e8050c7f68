//! Convolution as what the window sees, from [`crate::kernel::patches`], and an affine map of it.

use crate::{
    Linear,
    fused::{prelude::*, record, sizes, slice, tensor},
    kernel::patches::{self, Sizes},
};
use burn::tensor::Tensor;

pub use crate::kernel::patches::Window;

/// A convolution of pictures `[B, H, W, C]` with the rows of `map` (kernel rows · kernel columns · C,
/// in this order) → `[B, rows of places, columns of places, outputs of map]` (LeCun et al. 1989, §3;
/// dilated: Yu and Koltun 2016, eq. 2).
///
/// # Panics
/// If the sizes do not fit.
pub fn convolution(pictures: Tensor<4>, window: Window, map: &Linear) -> Tensor<4> {
    let [batch, height, width, _] = pictures.dims();
    let [rows, columns] = window.places([height, width]);
    let out = map.forward(patches(pictures, window));
    let [_, channels] = out.dims();
    out.reshape([batch, rows, columns, channels])
}

/// What the window sees: pictures `[B, H, W, C]` → `[B·places, kernel rows·kernel columns·C]`.
pub fn patches(pictures: Tensor<4>, window: Window) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Sees>::seen(pictures.into_dispatch(), window))
}

/// What a backend can lay out whole.
#[backend_extension(Flex, Autodiff)]
trait Sees: Backend {
    /// `[B, H, W, C]` → `[B·places, kernel rows·kernel columns·C]`
    fn seen(pictures: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;
}

fn sizes_of(pictures: &FlexTensor, window: Window) -> Sizes {
    let [batch, height, width, channels] = sizes(pictures);
    Sizes {
        batch,
        size: [height, width],
        channels,
        window,
    }
}

impl Sees for Flex {
    fn seen(pictures: FlexTensor, window: Window) -> FlexTensor {
        let (pictures, of) = (pictures.to_contiguous(), sizes_of(&pictures, window));
        let found = patches::forward(slice(&pictures), of);
        let places: usize = window.places(of.size).iter().product();
        let rows = of.batch * places;
        let columns = found.len() / rows;
        tensor(found, [rows, columns])
    }
}

#[derive(Debug)]
struct SeenBackward;

impl Backward<Flex, 1> for SeenBackward {
    type State = Sizes;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let by = grads.consume::<Flex>(&ops.node).to_contiguous();
        let of = ops.state;
        if let [Some(parent)] = ops.parents {
            let [height, width] = of.size;
            let found = patches::backward(slice(&by), of);
            let found = tensor(found, [of.batch, height, width, of.channels]);
            grads.register::<Flex>(parent.id, found);
        }
    }
}

impl<C: CheckpointStrategy> Sees for Autodiff<Flex, C> {
    fn seen(pictures: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let (pictures, node) = pictures.into_parts();
        let of = sizes_of(&pictures, window);
        let out = Flex::seen(pictures, window);
        record::<C, _, _>(SeenBackward, [node], of, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{close, differences, gradients_of, of, values, weight, weighted},
        init,
    };
    use lab::Rng;

    const BATCH: usize = 2;
    const SIZE: [usize; 2] = [5, 6];
    const OUTPUTS: usize = 3;

    const WINDOWS: [Window; 3] = [
        Window {
            kernel: [3, 3],
            stride: [2, 2],
            padding: [1, 1],
            dilation: [1, 1],
        },
        Window {
            kernel: [2, 3],
            stride: [1, 2],
            padding: [0, 3],
            dilation: [3, 2],
        },
        Window {
            kernel: [1, 2],
            stride: [3, 1],
            padding: [2, 0],
            dilation: [1, 4],
        },
    ];

    /// The definition, number by number; `all` holds pictures, weights and biases.
    fn scalar(all: &[f64], window: Window, channels: usize) -> f64 {
        let (pictures, rest) = all.split_at(BATCH * SIZE[0] * SIZE[1] * channels);
        let [ky, kx] = window.kernel;
        let (weights, biases) = rest.split_at(ky * kx * channels * OUTPUTS);
        let at = |b: usize, y: isize, x: isize, c: usize| {
            let inside = (0..SIZE[0] as isize).contains(&y) && (0..SIZE[1] as isize).contains(&x);
            let point = || (b * SIZE[0] + y as usize) * SIZE[1] + x as usize;
            if inside {
                pictures[point() * channels + c]
            } else {
                0.0
            }
        };
        let along = |axis: usize, place: usize, k: usize| {
            (place * window.stride[axis] + k * window.dilation[axis]) as isize
                - window.padding[axis] as isize
        };
        let [rows, columns] = window.places(SIZE);
        let mut total = 0.0;
        for n in 0..BATCH * rows * columns * OUTPUTS {
            let (place, out) = (n / OUTPUTS, n % OUTPUTS);
            let (b, row, column) = (
                place / columns / rows,
                place / columns % rows,
                place % columns,
            );
            let mut sum = biases[out];
            for k in 0..ky * kx * channels {
                let (j, i, c) = (k / channels / kx, k / channels % kx, k % channels);
                let seen = at(b, along(0, row, j), along(1, column, i), c);
                sum += seen * weights[k * OUTPUTS + out];
            }
            total += weight(n) * sum;
        }
        total
    }

    #[test]
    fn the_convolution_and_its_gradients_agree_with_scalar_f64() {
        for (window, channels) in WINDOWS.into_iter().zip([1, 5, 4]) {
            let mut rng = Rng::new(91, "convolution");
            let mut draw = |n| init::uniform(n, 1.0, &mut rng);
            let shape = [BATCH, SIZE[0], SIZE[1], channels];
            let x = of(draw(shape.iter().product()), shape).require_grad();
            let inputs = window.kernel[0] * window.kernel[1] * channels;
            let map = Linear {
                weight: init::param(draw(inputs * OUTPUTS), [inputs, OUTPUTS]),
                bias: init::param(draw(OUTPUTS), [1, OUTPUTS]),
            };
            let parts = [
                values(x.clone()),
                values(map.weight.val()),
                values(map.bias.val()),
            ];
            let all: Vec<f64> = parts.concat().into_iter().map(f64::from).collect();
            let got = weighted(convolution(x.clone(), window, &map));
            let want = scalar(&all, window, channels);
            close(&values(got.clone()), &[want as f32], 1e-5);
            let want = differences(&all, |all| scalar(all, window, channels));
            let (by_x, by_map) = want.split_at(parts[0].len());
            close(&gradients_of(got, std::slice::from_ref(&x)), by_x, 1e-5);
            let got = weighted(convolution(x, window, &map));
            let by = gradients_of(got, &[map.weight.val(), map.bias.val()]);
            close(&by, by_map, 1e-5);
        }
    }

    #[test]
    fn a_square_window_keeps_the_size_and_every_second_place_halves_it() {
        assert_eq!(Window::square(3).places([16, 16]), [16, 16]);
        assert_eq!(Window::square(3).every(2).places([16, 16]), [8, 8]);
        assert_eq!(Window::square(5).places([7, 9]), [7, 9]);
    }

    #[test]
    #[should_panic(expected = "a window of 9 over 7 points")]
    fn a_window_larger_than_the_picture_is_refused() {
        let window = Window {
            padding: [0; 2],
            dilation: [4; 2],
            ..Window::square(3)
        };
        window.places([7, 7]);
    }
}
