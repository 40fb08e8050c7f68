//! Panels of eight columns, against which four rows at a time are multiplied: their 32 sums stay in
//! vectors of four, two of them for each row.

#![expect(
    unsafe_code,
    reason = "a sixth of all products' time, and a pass over memory for zeros that nobody reads"
)]

use super::{Triangle, append_rows, lanes::Lanes};
use crate::kernel::{Matrix, add_weighted_rows, scalar::dot};
use std::{cell::Cell, marker::PhantomData, mem::MaybeUninit, ops::Range};

const WIDTH: usize = 8;
const HEIGHT: usize = 4;
/// Rows of a panel: 8 KiB of it and 4 KiB of the other factor stay in the nearest cache.
const DEPTH: usize = 256;

pub struct Panels<'a> {
    /// DEPTH rows after DEPTH rows, in them panel by panel, in it row by row.
    values: Vec<[f32; WIDTH]>,
    columns: usize,
    /// Room for rows of a left factor.
    block: Cell<Vec<[f32; HEIGHT]>>,
    of: PhantomData<&'a [f32]>,
}

/// Where a sum of products goes.
trait Place: Sized {
    /// Puts four sums into four places.
    fn put_four(out: &mut [Self; 4], sums: Lanes);

    /// Puts one.
    fn put(&mut self, sum: f32);
}

/// To what is there it is added.
impl Place for f32 {
    #[inline(always)]
    fn put_four(out: &mut [Self; 4], sums: Lanes) {
        *out = Lanes::of(out).plus(sums).values();
    }

    fn put(&mut self, sum: f32) {
        *self += sum;
    }
}

/// Where nothing is it begins.
impl Place for MaybeUninit<f32> {
    #[inline(always)]
    fn put_four(out: &mut [Self; 4], sums: Lanes) {
        *out = sums.values().map(Self::new);
    }

    fn put(&mut self, sum: f32) {
        self.write(sum);
    }
}

impl<'a> Panels<'a> {
    pub fn new(b: Matrix<'a>) -> Self {
        let panels = b.columns.div_ceil(WIDTH);
        let size = panels * b.rows;
        let mut values = Vec::with_capacity(size);
        let room = &mut values.spare_capacity_mut()[..size];
        for (d, slab) in room.chunks_mut(panels * DEPTH).enumerate() {
            let depth = slab.len() / panels;
            for (p, panel) in slab.chunks_exact_mut(depth).enumerate() {
                fill(panel, b.transposed(), p * WIDTH, d * DEPTH);
            }
        }
        // SAFETY: the panels are all of the room, and each was filled.
        unsafe { values.set_len(size) };
        Self {
            values,
            columns: b.columns,
            block: Cell::new(vec![[0.0; HEIGHT]; b.rows.min(DEPTH)]),
            of: PhantomData,
        }
    }

    /// Appends `a`·`b` to `out`, each row of it added to `row` if there is one.
    pub fn append(out: &mut Vec<f32>, a: Matrix, b: Matrix<'a>, row: Option<&[f32]>) {
        let (begin, end) = (out.len(), out.len() + a.rows * b.columns);
        if a.rows < HEIGHT {
            append_rows(out, [a.rows, b.columns], row);
            return thin(&mut out[begin..], &a.row_major(), b);
        }
        out.reserve(end - begin);
        let (room, b) = (&mut out.spare_capacity_mut()[..end - begin], Self::new(b));
        match row {
            Some(row) => b.begin_with(row, room, a),
            None => b.begin(room, b.columns, a, Triangle::Whole),
        }
        // SAFETY: a whole product was put into all of the room.
        unsafe { out.set_len(end) };
        b.add(1, &mut out[begin..], b.columns, a, Triangle::Whole);
    }

    /// `out` ← `a`·b, or `out` + `a`·b if `add`, without what the triangle leaves out; from a row of `out`
    /// to the next it is `step`.
    pub fn multiply(&self, out: &mut [f32], step: usize, add: bool, a: Matrix, triangle: Triangle) {
        if !add {
            self.begin(places(out), step, a, triangle);
        }
        self.add(usize::from(!add), out, step, a, triangle);
    }

    /// Puts the product with the first slab into `out`.
    fn begin(&self, out: &mut [MaybeUninit<f32>], step: usize, a: Matrix, triangle: Triangle) {
        let size = [step, self.columns];
        self.each_block(0, out, step, a, triangle, |out, block, slab| {
            by_block(out, block, slab, size);
        });
    }

    /// Puts the product with the first slab into `out`, which has as many columns, each row of it added to
    /// this one.
    fn begin_with(&self, row: &[f32], out: &mut [MaybeUninit<f32>], a: Matrix) {
        let columns = self.columns;
        assert_eq!(row.len(), columns, "outer sizes");
        let whole = Triangle::Whole;
        self.each_block(0, out, columns, a, whole, |out, block, slab| {
            // Right before the sums come to it, it stays in the nearest cache.
            for out in out.chunks_mut(columns) {
                out.iter_mut()
                    .zip(row)
                    .for_each(|(out, x)| _ = out.write(*x));
            }
            // SAFETY: a row is as long as the one that was put into each.
            by_block(unsafe { out.assume_init_mut() }, block, slab, [columns; 2]);
        });
    }

    /// Adds the products with this slab and those behind it to `out`.
    fn add(&self, first: usize, out: &mut [f32], step: usize, a: Matrix, triangle: Triangle) {
        let size = [step, self.columns];
        for d in first..a.columns.div_ceil(DEPTH) {
            self.each_block(d, out, step, a, triangle, |out, block, slab| {
                by_block(out, block, slab, size);
            });
        }
    }

    /// Calls `f` with HEIGHT rows of `out` at a time, the block of `a` that belongs to them and the d-th
    /// slab, as the triangle leaves them.
    fn each_block<P>(
        &self,
        d: usize,
        out: &mut [P],
        step: usize,
        a: Matrix,
        triangle: Triangle,
        f: impl Fn(&mut [P], &[[f32; HEIGHT]], Slab),
    ) {
        let mut room = self.block.take();
        for (r, out) in out.chunks_mut(HEIGHT * step).enumerate() {
            let (slab, inner) = self.slab(d, triangle, a, r * HEIGHT);
            let block = &mut room[inner.clone()];
            fill(places(block), a, r * HEIGHT, d * DEPTH + inner.start);
            f(out, block, slab);
        }
        self.block.set(room);
    }

    /// The d-th slab, without what the triangle leaves out of the product with HEIGHT rows of `a` from
    /// this one on; and which of those rows' numbers in the slab's depth are multiplied with it.
    fn slab(
        &self,
        d: usize,
        triangle: Triangle,
        a: Matrix,
        row: usize,
    ) -> (Slab<'_>, Range<usize>) {
        let depth = (a.columns - d * DEPTH).min(DEPTH);
        let all = self.columns.div_ceil(WIDTH);
        let within = |inner: usize| inner.saturating_sub(d * DEPTH).min(depth);
        let (panels, inner) = match triangle {
            Triangle::Whole => (all, 0..depth),
            Triangle::Product => (all.min((row + HEIGHT).div_ceil(WIDTH)), 0..depth),
            Triangle::Left if a.column_step == 1 => (all, 0..within(row + HEIGHT)),
            Triangle::Left => (all, within(row)..depth),
        };
        let slab = Slab {
            values: &self.values[d * DEPTH * all..][..panels * depth],
            depth,
            first: inner.start,
        };
        (slab, inner)
    }
}

/// DEPTH rows of all panels, or fewer of fewer.
#[derive(Clone, Copy)]
struct Slab<'a> {
    values: &'a [[f32; WIDTH]],
    /// Rows of a panel.
    depth: usize,
    /// The first of them that counts.
    first: usize,
}

impl<'a> Slab<'a> {
    /// Of each panel, what counts and maybe more.
    #[inline(always)]
    fn panels(self) -> impl Iterator<Item = &'a [[f32; WIDTH]]> {
        let panels = self.values.chunks_exact(self.depth);
        panels.map(move |panel| &panel[self.first..])
    }
}

/// The sums of a tile: HEIGHT rows, WIDTH columns. Every sum goes through the inner size in order, so
/// that it is the same whatever the lanes are.
type Sums = [[Lanes; 2]; HEIGHT];

/// What one number of each row and one row of a panel add to the sums.
#[inline(always)]
fn add_products(sums: &mut Sums, a: &[f32; HEIGHT], b: &[f32; WIDTH]) {
    let b = [Lanes::of(&b[..4]), Lanes::of(&b[4..])];
    for (sums, a) in sums.iter_mut().zip(a) {
        let a = Lanes::splat(*a);
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum = sum.plus(a.times(b));
        }
    }
}

/// A tile. All but three instructions of the loop multiply, add or load. Zipped, it would need eight to
/// find its places, and a processor begins only so many at a time, whatever they are.
#[inline(always)]
fn tile(block: &[[f32; HEIGHT]], panel: &[[f32; WIDTH]]) -> Sums {
    assert!(block.len() <= panel.len(), "a panel as deep as the block");
    let mut sums = [[Lanes::splat(0.0); 2]; HEIGHT];
    let mut b = panel.as_ptr();
    for a in block {
        // SAFETY: the panel has as many rows as the block.
        add_products(&mut sums, a, unsafe { &*b });
        // SAFETY: as there are as many, it ends where the panel does at the latest.
        b = unsafe { b.add(1) };
    }
    sums
}

/// What is written, as places that need not be.
fn places<T: Copy>(written: &mut [T]) -> &mut [MaybeUninit<T>] {
    let (first, n) = (written.as_mut_ptr().cast(), written.len());
    // SAFETY: a value is laid out like a place for one, and nothing here takes one out of its place.
    unsafe { std::slice::from_raw_parts_mut(first, n) }
}

/// A block of HEIGHT rows, or of what is left of them, by all panels.
#[inline(never)]
fn by_block<P: Place>(
    out: &mut [P],
    block: &[[f32; HEIGHT]],
    slab: Slab,
    [step, columns]: [usize; 2],
) {
    let mut panels = slab.panels();
    let mut done = 0;
    if out.len() > (HEIGHT - 1) * step {
        done = columns / WIDTH;
        let whole = panels.by_ref().take(done);
        put_all(out, step, whole.map(|panel| tile(block, panel)));
    }
    for (p, panel) in panels.enumerate() {
        let at = (done + p) * WIDTH..columns;
        edge(out, step, at, tile(block, panel));
    }
}

/// Puts whole tiles where they belong.
#[inline(always)]
fn put_all<P: Place>(out: &mut [P], step: usize, tiles: impl Iterator<Item = Sums>) {
    let mut rows = out.chunks_mut(step);
    let mut rows: [_; HEIGHT] = std::array::from_fn(|_| {
        let row = rows.next().expect("as many as the sizes say");
        row.as_chunks_mut::<WIDTH>().0
    });
    for (p, sums) in tiles.enumerate() {
        for (row, sums) in rows.iter_mut().zip(sums) {
            for (out, sums) in row[p].as_chunks_mut().0.iter_mut().zip(sums) {
                P::put_four(out, sums);
            }
        }
    }
}

/// Puts a tile where rows or columns end before it does.
#[inline(never)]
fn edge<P: Place>(out: &mut [P], step: usize, at: Range<usize>, sums: Sums) {
    for (row, sums) in out.chunks_mut(step).zip(sums) {
        let sums = sums.map(Lanes::values);
        for (out, sum) in row[at.clone()].iter_mut().zip(sums.as_flattened()) {
            out.put(*sum);
        }
    }
}

/// Lays out the rows of a matrix from this one on, side by side, and of them what begins at this
/// column; all of `to` is written. Nobody looks at what comes of rows that are not there.
fn fill<const N: usize>(
    to: &mut [MaybeUninit<[f32; N]>],
    matrix: Matrix,
    row: usize,
    column: usize,
) {
    let height = N.min(matrix.rows - row);
    if matrix.column_step == 1 {
        let column = matrix.start + column;
        let at = |r: usize| &matrix.data[(row + r) * matrix.row_step + column..][..to.len()];
        turn(to, std::array::from_fn(|r| at(r.min(height - 1))));
    } else {
        let step = matrix.column_step;
        let from = &matrix.data[column * step + matrix.start + row..];
        if to.len().saturating_sub(1) * step + N <= from.len() {
            for (k, to) in to.iter_mut().enumerate() {
                // Of a length that is known it is no call.
                to.write(*from[k * step..].first_chunk().expect("N of them"));
            }
            return;
        }
        // Behind the last of what is stored there are not N numbers.
        for (k, to) in to.iter_mut().enumerate() {
            let mut some = [0.0; N];
            some[..height].copy_from_slice(&from[k * step..][..height]);
            to.write(some);
        }
    }
}

/// Rows to columns, four by four numbers at a time.
fn turn<const N: usize>(to: &mut [MaybeUninit<[f32; N]>], rows: [&[f32]; N]) {
    let (squares, rest) = to.as_chunks_mut::<4>();
    let done = squares.len() * 4;
    let parts = rows.map(|row| row.as_chunks::<4>().0);
    for (s, to) in squares.iter_mut().enumerate() {
        let mut turned = [[0.0; N]; 4];
        for from in (0..N).step_by(4) {
            let square = std::array::from_fn(|r| Lanes::of(&parts[from + r][s]));
            for (turned, lanes) in turned.iter_mut().zip(Lanes::turned(square)) {
                turned[from..][..4].copy_from_slice(&lanes.values());
            }
        }
        *to = turned.map(MaybeUninit::new);
    }
    for (k, to) in rest.iter_mut().enumerate() {
        to.write(std::array::from_fn(|r| rows[r][done + k]));
    }
}

/// Adds the product with so few rows that laying `b` out would take longer.
fn thin(out: &mut [f32], a: &[f32], b: Matrix) {
    let b_start = b.start;
    for (out, a) in out.chunks_exact_mut(b.columns).zip(a.chunks_exact(b.rows)) {
        if b.column_step == 1 {
            let rows = b.stored().map(|row| &row[b_start..]);
            add_weighted_rows(out, a.iter().copied().zip(rows));
        } else {
            for (out, b) in out.iter_mut().zip(b.stored()) {
                *out += dot(a, &b[b_start..][..a.len()]);
            }
        }
    }
}
