//! What a convolution's window sees at each of its places, one place a row: a convolution is then one
//! product of matrices (Chellapilla et al. 2006, §2.1). Channels come last.

use super::{in_lanes, lanes};

/// A window that moves over pictures; each pair is for rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Points that it sees.
    pub kernel: [usize; 2],
    /// Points from one place to the next.
    pub stride: [usize; 2],
    /// Points of zeros around a picture.
    pub padding: [usize; 2],
    /// Points from one that it sees to the next.
    pub dilation: [usize; 2],
}

impl Window {
    /// Sees `side` × `side` points next to each other, at every place where its middle is in the picture.
    pub fn square(side: usize) -> Self {
        Self {
            kernel: [side; 2],
            stride: [1; 2],
            padding: [side / 2; 2],
            dilation: [1; 2],
        }
    }

    /// The same at every n-th place.
    pub fn every(self, n: usize) -> Self {
        let stride = [n; 2];
        Self { stride, ..self }
    }

    /// Rows and columns of places in a picture of that size.
    ///
    /// # Panics
    /// If the window is larger than the picture and its padding.
    pub fn places(&self, size: [usize; 2]) -> [usize; 2] {
        std::array::from_fn(|axis| {
            let seen = self.dilation[axis] * (self.kernel[axis] - 1) + 1;
            let all = size[axis] + 2 * self.padding[axis];
            assert!(seen <= all, "a window of {seen} over {all} points");
            (all - seen) / self.stride[axis] + 1
        })
    }

    /// Where along `axis`, which has so many `points`, the k-th point of the window lies within the
    /// picture: the places, and the picture's point at the first of them.
    fn within(&self, axis: usize, k: usize, points: usize, places: usize) -> (usize, usize, usize) {
        let (stride, padding) = (self.stride[axis], self.padding[axis]);
        let k = k * self.dilation[axis];
        let from = padding.saturating_sub(k).div_ceil(stride);
        let to = (points + padding)
            .saturating_sub(k)
            .div_ceil(stride)
            .min(places);
        (from, to, (from * stride + k).saturating_sub(padding))
    }
}

/// Sizes of a call.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// B
    pub batch: usize,
    /// H and W
    pub size: [usize; 2],
    /// C
    pub channels: usize,
    /// The window.
    pub window: Window,
}

impl Sizes {
    /// Numbers that the window sees at one place.
    fn seen(&self) -> usize {
        self.window.kernel.iter().product::<usize>() * self.channels
    }
}

/// The same point of the window at places side by side.
#[derive(Clone, Copy)]
struct Run {
    /// Where the first of them is in the patches, and how far it is to the next.
    patch: [usize; 2],
    /// The same in the pictures.
    picture: [usize; 2],
    /// So many of them.
    count: usize,
}

/// Pictures `[B, H, W, C]` → patches `[B·places, kernel rows·kernel columns·C]`; what lies outside a
/// picture is 0.
pub fn forward(pictures: &[f32], sizes: Sizes) -> Vec<f32> {
    let [rows, columns] = sizes.window.places(sizes.size);
    let mut patches = vec![0.0; sizes.batch * rows * columns * sizes.seen()];
    each(sizes, |run| {
        in_lanes!(sizes.channels, copy(run, pictures, &mut patches));
    });
    patches
}

/// The gradient by the pictures, `by` being that by the patches.
pub fn backward(by: &[f32], sizes: Sizes) -> Vec<f32> {
    let points: usize = sizes.size.iter().product();
    let mut pictures = vec![0.0; sizes.batch * points * sizes.channels];
    each(sizes, |run| {
        in_lanes!(sizes.channels, add(run, by, &mut pictures));
    });
    pictures
}

/// Channels `c` to `c + L` of a run, from the pictures to the patches.
#[inline(always)]
fn copy<const L: usize>(c: usize, run: Run, pictures: &[f32], patches: &mut [f32]) {
    for i in 0..run.count {
        let to = run.patch[0] + i * run.patch[1] + c;
        let seen = lanes::<L>(pictures, run.picture[0] + i * run.picture[1] + c);
        patches[to..to + L].copy_from_slice(&seen);
    }
}

/// Channels `c` to `c + L` of a run, from the patches to the pictures.
#[inline(always)]
fn add<const L: usize>(c: usize, run: Run, patches: &[f32], pictures: &mut [f32]) {
    for i in 0..run.count {
        let to = run.picture[0] + i * run.picture[1] + c;
        let by = lanes::<L>(patches, run.patch[0] + i * run.patch[1] + c);
        let before = lanes::<L>(pictures, to);
        let sums: [f32; L] = std::array::from_fn(|lane| before[lane] + by[lane]);
        pictures[to..to + L].copy_from_slice(&sums);
    }
}

/// Calls `f` with every run.
#[inline(always)]
fn each(sizes: Sizes, mut f: impl FnMut(Run)) {
    let Sizes {
        batch,
        size: [height, width],
        channels,
        window,
    } = sizes;
    let ([rows, columns], seen) = (window.places([height, width]), sizes.seen());
    for b in 0..batch {
        for ky in 0..window.kernel[0] {
            let (first, end, top) = window.within(0, ky, height, rows);
            for row in first..end {
                let y = top + (row - first) * window.stride[0];
                for kx in 0..window.kernel[1] {
                    let (from, to, x) = window.within(1, kx, width, columns);
                    let patch = (b * rows + row) * columns + from;
                    f(Run {
                        patch: [patch * seen + (ky * window.kernel[1] + kx) * channels, seen],
                        picture: [
                            ((b * height + y) * width + x) * channels,
                            window.stride[1] * channels,
                        ],
                        count: to.saturating_sub(from),
                    });
                }
            }
        }
    }
}
