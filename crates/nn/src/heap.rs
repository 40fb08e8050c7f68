//! The memory of the wasm modules. A step asks for hundreds of small pieces (shapes, nodes of the tape,
//! entries of tables) and gives them back: here that costs a few instructions each.

#![expect(unsafe_code, reason = "an allocator has no safe form")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::UnsafeCell,
    ptr::null_mut,
};

/// Small pieces come in sizes of whole steps; they all begin at a multiple of one.
const STEP: usize = 16;
/// Sizes of small pieces: up to 512 bytes.
const SIZES: usize = 32;
/// What is taken from the system to be cut into small pieces of one size, in bytes.
const SLAB: usize = 4 << 10;

/// An allocator for a module with one thread: small pieces come from a list of free ones of their size and
/// go back to it, all others are the system's. What was cut small stays so; a training step asks for the
/// same sizes as the one before.
pub struct Heap {
    /// The first free piece of each size; where a free piece lies stands the address of the next.
    free: UnsafeCell<[*mut u8; SIZES]>,
}

// SAFETY: a module without atomics has one thread.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
unsafe impl Sync for Heap {}

impl Default for Heap {
    fn default() -> Self {
        Self::new()
    }
}

impl Heap {
    /// Nothing is taken yet.
    pub const fn new() -> Self {
        Self {
            free: UnsafeCell::new([null_mut(); SIZES]),
        }
    }

    /// The list from which such pieces come, and their whole size, if they are small.
    #[inline(always)]
    fn list(&self, layout: Layout) -> Option<(*mut *mut u8, usize)> {
        let steps = layout.size().max(1).div_ceil(STEP);
        if steps > SIZES || layout.align() > STEP {
            return None;
        }
        let first = self.free.get().cast::<*mut u8>();
        // SAFETY: the place is one of the array's.
        Some((unsafe { first.add(steps - 1) }, steps * STEP))
    }

    /// Fills an empty list; whether there was memory.
    #[cold]
    fn refill(list: *mut *mut u8, size: usize) -> bool {
        // SAFETY: neither size is zero.
        let slab = unsafe { System.alloc(Layout::from_size_align_unchecked(SLAB, STEP)) };
        if slab.is_null() {
            return false;
        }
        for at in (0..SLAB / size).rev().map(|piece| piece * size) {
            // SAFETY: the piece lies in the slab, begins at a multiple of a pointer's alignment and
            // belongs to nobody.
            unsafe {
                let piece = slab.add(at);
                piece.cast::<*mut u8>().write(*list);
                *list = piece;
            }
        }
        true
    }
}

// SAFETY: a piece is on its list or somebody's, never both; it is as large and as aligned as is asked.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((list, size)) = self.list(layout) else {
            // SAFETY: as promised by the caller.
            return unsafe { System.alloc(layout) };
        };
        // SAFETY: one thread, and nothing else is done with the list meanwhile; what is on it is free and
        // holds the address of the next.
        unsafe {
            if (*list).is_null() && !Self::refill(list, size) {
                return null_mut();
            }
            let piece = *list;
            *list = piece.cast::<*mut u8>().read();
            piece
        }
    }

    #[inline]
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let Some((list, _)) = self.list(layout) else {
            // SAFETY: as promised by the caller.
            return unsafe { System.dealloc(at, layout) };
        };
        // SAFETY: the caller gives the piece up; it is large enough for an address.
        unsafe {
            at.cast::<*mut u8>().write(*list);
            *list = at;
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if self.list(layout).is_none() {
            // SAFETY: as promised by the caller.
            return unsafe { System.alloc_zeroed(layout) };
        }
        // SAFETY: as promised by the caller; what came is that large.
        unsafe {
            let at = self.alloc(layout);
            if !at.is_null() {
                at.write_bytes(0, layout.size());
            }
            at
        }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size is possible at this alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (self.list(layout), self.list(wanted)) {
            // SAFETY: as promised by the caller.
            (None, None) => unsafe { System.realloc(at, layout, size) },
            (Some((before, _)), Some((after, _))) if before == after => at,
            // SAFETY: as promised by the caller; both pieces are at least as large as what is copied.
            _ => unsafe {
                let moved = self.alloc(wanted);
                if !moved.is_null() {
                    at.copy_to_nonoverlapping(moved, layout.size().min(size));
                    self.dealloc(at, layout);
                }
                moved
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Rng;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    /// A piece and what was written all over it.
    struct Piece {
        at: *mut u8,
        layout: Layout,
        mark: u8,
    }

    impl Piece {
        fn mark(at: *mut u8, layout: Layout, mark: u8) -> Self {
            assert!(!at.is_null() && at.addr().is_multiple_of(layout.align()));
            // SAFETY: the allocator gave as much.
            unsafe { at.write_bytes(mark, layout.size()) };
            Self { at, layout, mark }
        }

        /// Whether so many of its first bytes are as they were written.
        fn holds(&self, bytes: usize) -> bool {
            // SAFETY: the piece is there and was written.
            let all = unsafe { std::slice::from_raw_parts(self.at, bytes) };
            all.iter().all(|byte| *byte == self.mark)
        }
    }

    #[test]
    fn nobody_is_given_what_is_somebodys() {
        let (heap, mut rng) = (Heap::new(), Rng::new(1, "heap"));
        let mut pieces: Vec<Piece> = Vec::new();
        for round in 0..20_000 {
            let mark = (round % 251) as u8;
            let most = [40, 700, 5000][rng.below(3)];
            let size = 1 + rng.below(most);
            match rng.below(4) {
                0 | 1 => {
                    let layout = layout(size, [1, 8, 16, 64][rng.below(4)]);
                    // SAFETY: no size is zero.
                    let at = unsafe { heap.alloc(layout) };
                    pieces.push(Piece::mark(at, layout, mark));
                }
                2 if !pieces.is_empty() => {
                    let piece = pieces.swap_remove(rng.below(pieces.len()));
                    assert!(piece.holds(piece.layout.size()));
                    // SAFETY: it came from there, and nobody has it now.
                    unsafe { heap.dealloc(piece.at, piece.layout) };
                }
                3 if !pieces.is_empty() => {
                    let mut piece = pieces.swap_remove(rng.below(pieces.len()));
                    // SAFETY: it came from there, and nobody has it now.
                    piece.at = unsafe { heap.realloc(piece.at, piece.layout, size) };
                    assert!(piece.holds(size.min(piece.layout.size())));
                    let layout = layout(size, piece.layout.align());
                    pieces.push(Piece::mark(piece.at, layout, mark));
                }
                _ => {}
            }
        }
        for piece in pieces {
            assert!(piece.holds(piece.layout.size()));
            // SAFETY: it came from there, and nobody has it now.
            unsafe { heap.dealloc(piece.at, piece.layout) };
        }
    }

    #[test]
    fn what_is_given_back_is_given_again_and_zero_where_that_is_asked() {
        let heap = Heap::new();
        for size in [1, 16, 17, 512, 513, 100_000] {
            let layout = layout(size, 8);
            // SAFETY: no size is zero, and each piece is given back once.
            unsafe {
                let used = Piece::mark(heap.alloc(layout), layout, 7).at;
                heap.dealloc(used, layout);
                let again = heap.alloc_zeroed(layout);
                if size <= STEP * SIZES {
                    assert_eq!(used, again);
                }
                let zero = Piece {
                    at: again,
                    layout,
                    mark: 0,
                };
                assert!(zero.holds(size));
                heap.dealloc(again, layout);
            }
        }
    }
}
