//! The trainer's allocator with a count of what is asked of it.

use std::{
    alloc::{GlobalAlloc, Layout},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Upper ends of the size classes, in bytes; one more class has none.
pub const CLASSES: [usize; 3] = [256, 4096, 65_536];

static CALLS: [AtomicU64; CLASSES.len() + 1] = [const { AtomicU64::new(0) }; CLASSES.len() + 1];
static BYTES: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

/// Where there may be more threads than one, in the tests, it is the system's.
#[cfg(not(target_arch = "wasm32"))]
static HEAP: std::alloc::System = std::alloc::System;
#[cfg(target_arch = "wasm32")]
static HEAP: nn::Heap = nn::Heap::new();

// Relaxed additions on one thread cost nothing that shows beside the allocation itself.
#[expect(unsafe_code, reason = "an allocator has no safe form")]
// SAFETY: everything is handed to another allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as promised by the caller.
        unsafe { HEAP.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as promised by the caller.
        unsafe { HEAP.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        FREED.fetch_add(layout.size() as u64, Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { HEAP.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        FREED.fetch_add(layout.size() as u64, Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { HEAP.dealloc(at, layout) }
    }
}

fn count(bytes: usize) {
    let class = CLASSES.iter().take_while(|end| bytes > **end).count();
    CALLS[class].fetch_add(1, Relaxed);
    BYTES.fetch_add(bytes as u64, Relaxed);
}

/// The bytes that `act` asks for, and its allocations of each size class.
pub fn during(act: impl FnOnce()) -> Vec<f64> {
    let before = counted();
    act();
    let both = counted().into_iter().zip(before);
    both.map(|(after, before)| (after - before) as f64)
        .collect()
}

/// The same of all that was asked for so far.
fn counted() -> Vec<u64> {
    let bytes = BYTES.load(Relaxed);
    let calls = CALLS.iter().map(|calls| calls.load(Relaxed));
    std::iter::once(bytes).chain(calls).collect()
}

/// Bytes that were asked for and not given back.
pub fn live() -> u64 {
    BYTES.load(Relaxed).saturating_sub(FREED.load(Relaxed))
}
