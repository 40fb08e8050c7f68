//! Four numbers at once. The compiler's own vectors reach two thirds of this in a browser; natively they
//! stand in for it where the tests run.

pub use of_the_machine::Lanes;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod of_the_machine {
    use std::arch::wasm32::{
        f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, i32x4_shuffle, v128,
    };

    #[derive(Clone, Copy)]
    pub struct Lanes(v128);

    impl Lanes {
        #[inline(always)]
        pub fn splat(x: f32) -> Self {
            Self(f32x4_splat(x))
        }

        #[inline(always)]
        pub fn of(x: &[f32]) -> Self {
            Self(f32x4(x[0], x[1], x[2], x[3]))
        }

        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub fn times(self, other: Self) -> Self {
            Self(f32x4_mul(self.0, other.0))
        }

        #[inline(always)]
        pub fn values(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }

        /// Rows to columns.
        #[inline(always)]
        pub fn turned([a, b, c, d]: [Self; 4]) -> [Self; 4] {
            // Of two rows the lanes in turn, first halves and second halves; of these the pairs.
            let ab = i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0);
            let cd = i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0);
            let ab_end = i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0);
            let cd_end = i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0);
            [
                Self(i32x4_shuffle::<0, 1, 4, 5>(ab, cd)),
                Self(i32x4_shuffle::<2, 3, 6, 7>(ab, cd)),
                Self(i32x4_shuffle::<0, 1, 4, 5>(ab_end, cd_end)),
                Self(i32x4_shuffle::<2, 3, 6, 7>(ab_end, cd_end)),
            ]
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod of_the_machine {
    #[derive(Clone, Copy)]
    pub struct Lanes([f32; 4]);

    impl Lanes {
        pub fn splat(x: f32) -> Self {
            Self([x; 4])
        }

        pub fn of(x: &[f32]) -> Self {
            Self([x[0], x[1], x[2], x[3]])
        }

        pub fn plus(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
        }

        pub fn times(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
        }

        pub fn values(self) -> [f32; 4] {
            self.0
        }

        pub fn turned(rows: [Self; 4]) -> [Self; 4] {
            std::array::from_fn(|i| Self(rows.map(|row| row.0[i])))
        }
    }
}
