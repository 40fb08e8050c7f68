//! A source file with a region.

impl Cell {
    // region: cell
    /// One step: `c` is `[batch, hidden]`.
    #[inline]
    pub fn step(&self, x: f32, c: &mut Vec<f32>) -> Option<f32> {
        // region: gate
        let f = sigmoid(self.w * x + 1.0); // "forget"
        // endregion: gate
        c.push(f);
        println!("{} < {f}", "a & b");
        if c.len() > 3 { Some('x' as u8 as f32) } else { None }
    }
    // endregion: cell
}

// region: open
