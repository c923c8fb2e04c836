//! The smallest program that still shows a difference: lines and blocks are dropped, blocks are replaced by what is in them, and
//! bracketed expressions by `0`.
//!
//! A program is a tree by its indentation; every statement of the generator is on one line.

use std::time::{Duration, Instant};

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(45);

#[derive(Clone)]
struct Node {
    line: String,
    inner: Vec<Node>,
}

/// The tree of a program's lines.
fn parse(text: &str) -> Vec<Node> {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| (line.len() - line.trim_start().len(), line.trim_start()))
        .collect();
    let mut at = 0;
    block(&lines, &mut at, 0)
}

fn block(lines: &[(usize, &str)], at: &mut usize, indent: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some((own, line)) = lines.get(*at).filter(|(own, _)| *own >= indent) {
        *at += 1;
        nodes.push(Node {
            line: (*line).to_owned(),
            inner: block(lines, at, own + 1),
        });
    }
    nodes
}

fn print(nodes: &[Node], indent: usize, out: &mut String) {
    for node in nodes {
        *out += &"    ".repeat(indent);
        *out += &node.line;
        *out += "\n";
        if node.inner.is_empty() && node.line.ends_with(':') {
            *out += &"    ".repeat(indent + 1);
            *out += "pass\n";
        }
        print(&node.inner, indent + 1, out);
    }
}

/// The blocks of a tree, by the indices that lead to them, outer ones first.
fn places(nodes: &[Node], path: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
    all.push(path.clone());
    for (index, node) in nodes.iter().enumerate() {
        if !node.inner.is_empty() {
            path.push(index);
            places(&node.inner, path, all);
            path.pop();
        }
    }
}

fn at<'n>(nodes: &'n mut Vec<Node>, path: &[usize]) -> Option<&'n mut Vec<Node>> {
    match path {
        [] => Some(nodes),
        [first, rest @ ..] => at(&mut nodes.get_mut(*first)?.inner, rest),
    }
}

struct Minimiser<'f> {
    program: Vec<Node>,
    still_differs: &'f dyn Fn(&str) -> bool,
    start: Instant,
}

/// The smallest program found for which `still_differs` holds, as it does for `program`.
pub(crate) fn minimise(program: &str, still_differs: &dyn Fn(&str) -> bool) -> String {
    let mut minimiser = Minimiser {
        program: parse(program),
        still_differs,
        start: Instant::now(),
    };
    while minimiser.drop_lines() | minimiser.unwrap_blocks() | minimiser.simplify() {}
    minimiser.text()
}

impl Minimiser<'_> {
    fn text(&self) -> String {
        let mut out = String::new();
        print(&self.program, 0, &mut out);
        out
    }

    fn is_late(&self) -> bool {
        self.start.elapsed() > LIMIT
    }

    /// Whether a change keeps the difference; if so, it stays.
    fn try_change(&mut self, change: impl FnOnce(&mut Vec<Node>) -> Option<()>) -> bool {
        let mut changed = self.program.clone();
        if self.is_late() || change(&mut changed).is_none() {
            return false;
        }
        let mut out = String::new();
        print(&changed, 0, &mut out);
        let keeps = (self.still_differs)(&out);
        if keeps {
            self.program = changed;
        }
        keeps
    }

    fn drop_lines(&mut self) -> bool {
        let mut any = false;
        let mut done = 0;
        loop {
            let mut all = Vec::new();
            places(&self.program, &mut Vec::new(), &mut all);
            let Some(path) = all.get(done) else {
                return any;
            };
            any |= self.drop_in(path);
            done += 1;
        }
    }

    /// Drops what it can of one block, in ever smaller runs of lines, from the end.
    fn drop_in(&mut self, path: &[usize]) -> bool {
        let mut any = false;
        let length = |program: &mut Vec<Node>| at(program, path).map_or(0, |block| block.len());
        let mut run = length(&mut self.program);
        while run > 0 {
            let mut end = length(&mut self.program);
            while end > 0 {
                let start = end.saturating_sub(run);
                any |= self.try_change(|program| {
                    at(program, path)?.drain(start..end);
                    Some(())
                });
                end = start;
            }
            run /= 2;
        }
        any
    }

    fn unwrap_blocks(&mut self) -> bool {
        let mut any = false;
        let mut all = Vec::new();
        places(&self.program, &mut Vec::new(), &mut all);
        for path in all.iter().rev() {
            let Some((last, outer)) = path.split_last() else {
                continue;
            };
            any |= self.try_change(|program| {
                let block = at(program, outer)?;
                let inner = std::mem::take(&mut block.get_mut(*last)?.inner);
                block.splice(*last..=*last, inner);
                Some(())
            });
        }
        any
    }

    /// Replaces bracketed parts of lines.
    fn simplify(&mut self) -> bool {
        let mut any = false;
        let mut all = Vec::new();
        places(&self.program, &mut Vec::new(), &mut all);
        for path in &all {
            let count = at(&mut self.program, path).map_or(0, |block| block.len());
            for index in 0..count {
                any |= self.simplify_line(path, index);
            }
        }
        any
    }

    fn simplify_line(&mut self, path: &[usize], index: usize) -> bool {
        let mut any = false;
        let mut from = 0;
        loop {
            let Some(line) = at(&mut self.program, path).and_then(|block| block.get(index)) else {
                return any;
            };
            let line = line.line.clone();
            let Some((start, end)) = bracketed(&line, from) else {
                return any;
            };
            let inner = &line[start + 1..end];
            let without: &[&str] = match line[..start].ends_with(|c: char| c.is_alphanumeric()) {
                true => &[],
                false => &[inner, "0"],
            };
            let mut shorter = without
                .iter()
                .map(|by| format!("{}{by}{}", &line[..start], &line[end + 1..]))
                .chain([format!("{}{}", &line[..=start], &line[end..])]);
            let changed = shorter.any(|text| {
                text.len() < line.len()
                    && self.try_change(|program| {
                        at(program, path)?.get_mut(index)?.line = text;
                        Some(())
                    })
            });
            any |= changed;
            if !changed {
                from = start + 1;
            }
        }
    }
}

/// The next brackets of a line: where they are.
fn bracketed(line: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + line.get(from..)?.find(['(', '[', '{'])?;
    let mut depth = 0;
    for (index, c) in line[start..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((start, start + index));
        }
    }
    None
}
