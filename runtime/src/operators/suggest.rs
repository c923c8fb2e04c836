//! "Did you mean": the name most like one that was not found, by CPython's measure.

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
/// Longer names are not compared.
const MAX_LENGTH: usize = 40;
/// With more candidates nothing is suggested.
const MAX_CANDIDATES: usize = 750;

/// The candidate closest to `wrong`, if one is close.
pub fn closest(wrong: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    let candidates: Vec<String> = candidates.into_iter().collect();
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let length = wrong.chars().count();
    let mut best: Option<(usize, String)> = None;
    for candidate in candidates {
        if candidate == wrong {
            continue;
        }
        // No more than a third of the characters involved should need a change.
        let allowed = (length + candidate.chars().count() + 3) * MOVE_COST / 6;
        let limit = best
            .as_ref()
            .map_or(allowed, |(distance, _)| allowed.min(distance - 1));
        let distance = distance(wrong, &candidate, limit);
        if distance <= limit
            && best
                .as_ref()
                .is_none_or(|(shortest, _)| distance < *shortest)
        {
            if distance == 0 {
                return Some(candidate);
            }
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Cost of replacing one character by another.
fn substitution(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The Levenshtein distance; more than `limit` if it is larger.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (mut a, mut b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    a.drain(..prefix);
    b.drain(..prefix);
    let suffix = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    a.truncate(a.len() - suffix);
    b.truncate(b.len() - suffix);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=b.len()).map(|n| n * MOVE_COST).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        let mut left = diagonal + MOVE_COST;
        let mut smallest = usize::MAX;
        for (cell, &y) in row.iter_mut().zip(&b) {
            let substituted = diagonal + substitution(x, y);
            diagonal = *cell;
            left = substituted.min(left.min(*cell) + MOVE_COST);
            *cell = left;
            smallest = smallest.min(left);
        }
        if smallest > limit {
            return limit + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_what_cpython_does() {
        let names = |list: &[&str]| {
            list.iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(closest("abx", names(&["abc", "abd"])), Some("abc".into()));
        assert_eq!(
            closest("long_nam", names(&["other", "long_name"])),
            Some("long_name".into())
        );
        assert_eq!(closest("Value", names(&["value"])), Some("value".into()));
        assert_eq!(closest("zz", names(&["name", "x"])), None);
        assert_eq!(closest("x", names(&["x"])), None);
    }
}
