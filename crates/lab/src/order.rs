//! Sorting by number, compiled once for whatever is sorted: every type that the standard library's
//! sort is used with is kilobytes of code of its own, and the page is on a diet.

/// Sorts `items` by `key`; equal ones stay in their order.
pub fn sort_by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    let order = order(items.iter().map(key).collect());
    let mut old: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| old[at].take()));
}

fn order(keys: Vec<u64>) -> Vec<usize> {
    let mut all: Vec<(u64, usize)> = keys.into_iter().zip(0..).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, at)| at).collect()
}

/// The key that orders numbers as [`f64::total_cmp`] does.
pub fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    let negative = (bits as i64 >> 63) as u64;
    bits ^ (negative | 1 << 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ones_stay_in_their_order() {
        let mut items = vec![(2, "a"), (1, "b"), (2, "c"), (0, "d"), (1, "e")];
        sort_by_key(&mut items, |item| item.0);
        let names: Vec<&str> = items.iter().map(|item| item.1).collect();
        assert_eq!(names, ["d", "b", "e", "a", "c"]);
    }

    #[test]
    fn keys_order_numbers() {
        let mut values = [0.5, -0.0, f64::NAN, 0.0, -3.0, f64::INFINITY, -1e-300];
        let mut keys = values.map(key);
        keys.sort_unstable();
        values.sort_by(f64::total_cmp);
        assert_eq!(keys, values.map(key));
    }
}
