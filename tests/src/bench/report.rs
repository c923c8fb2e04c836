//! Tables, means and raw figures.
//!
//! ```text
//!                   python3.14       built         run       of the first contender the time,
//!   fib                1.042 s       21.30       20.11       of the others how many times as fast they were
//! ```

use std::fmt::Write;

use crate::contender::Contender;
use crate::measure::{Program, Series};

/// The programs that are held to figures of their own: small loops over numbers and lists.
const KERNELS: [&str; 7] = [
    "fib",
    "mandelbrot",
    "nbody",
    "spectral_norm",
    "fannkuch",
    "matmul",
    "sieve",
];

pub(crate) struct Report<'a> {
    contenders: &'a [Contender],
    cpu: bool,
    rows: Vec<(String, Vec<Series>)>,
    raw: String,
    clean: bool,
}

impl<'a> Report<'a> {
    pub(crate) fn new(contenders: &'a [Contender], cpu: bool) -> Report<'a> {
        let mut raw = String::new();
        for line in machine() {
            let _ = writeln!(raw, "# {line}");
        }
        raw += "program\tcontender\targuments\tround\twall\tcpu\n";
        Report {
            contenders,
            cpu,
            rows: Vec::new(),
            raw,
            clean: true,
        }
    }

    /// False once a contender failed or printed something else.
    pub(crate) fn is_clean(&self) -> bool {
        self.clean
    }

    /// Every measurement, a line each, below lines that say of which machine.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    pub(crate) fn head(&self, scaling: bool, threads: u32) {
        for line in machine() {
            println!("{line}");
        }
        let what = if self.cpu { "processor time" } else { "time" };
        if scaling {
            println!(
                "{what} on 1 and on {threads} threads; medians of the rounds' ratios: of time, of processor time; least: of the shortest;"
            );
            println!(
                "apart: {threads} processes of 1 thread, each a share; shared: {threads} threads on one object, against own ones\n"
            );
            println!(
                "{:16} {:12} {:>9} {:>9} {:>7} {:>7} {:>7} {:>7} {:>7}",
                "", "", "1", threads, "ratio", "least", "cpu", "apart", "shared"
            );
        } else {
            println!(
                "{what} of {}, and how many times as fast the others are\n",
                self.contenders[0].name
            );
            print!("{:16}", "");
            for contender in self.contenders {
                print!(" {:>11}", contender.name);
            }
            println!();
        }
    }

    /// Prints a program's row and remembers its figures.
    pub(crate) fn add(&mut self, program: &Program, series: Vec<Series>) {
        for each in &series {
            let arguments = program.variants[each.variant].arguments.join(" ");
            let contender = &self.contenders[each.contender].name;
            for (round, sample) in each.samples.iter().enumerate() {
                let (wall, cpu) = (sample.wall.as_secs_f64(), sample.cpu.as_secs_f64());
                let _ = writeln!(
                    self.raw,
                    "{}\t{contender}\t{arguments}\t{round}\t{wall:.4}\t{cpu:.4}",
                    program.name
                );
            }
        }
        if program.variants.len() == 1 {
            self.print_ratios(&program.name, &series);
        } else {
            self.print_scaling(&program.name, &series, program.variants.len());
        }
        for each in &series {
            if let Some(problem) = &each.problem {
                self.clean = false;
                let contender = &self.contenders[each.contender].name;
                let arguments = program.variants[each.variant].arguments.join(" ");
                println!("{:16}   {contender} {arguments}: {problem}", "");
            }
        }
        self.rows.push((program.name.clone(), series));
    }

    fn print_ratios(&self, name: &str, series: &[Series]) {
        print!("{name:16}");
        let base = series[0].median(self.cpu);
        for each in series {
            match (each.median(self.cpu), base) {
                (Some(time), _) if each.contender == 0 => print!(" {time:9.3} s"),
                (Some(time), Some(base)) => print!(" {:11.2}", base / time),
                (Some(time), None) => print!(" {time:9.3} s"),
                (None, _) => print!(" {:>11}", "-"),
            }
        }
        println!();
    }

    fn print_scaling(&self, name: &str, series: &[Series], n_variants: usize) {
        for (each, contender) in series.chunks(n_variants).zip(self.contenders) {
            let scaling = Scaling::of(each);
            if let (Some(one), Some(many)) = (each[0].median(false), each[1].median(false)) {
                print!("{name:16} {:12} {one:7.3} s {many:7.3} s", contender.name);
                scaling.columns().into_iter().for_each(print_ratio);
                println!();
            }
        }
    }

    /// The means.
    pub(crate) fn foot(&self, scaling: bool) {
        println!();
        if scaling {
            self.print_scaling_means();
            return;
        }
        self.print_means("geometric mean", |_| true);
        if self.rows.iter().filter(|(name, _)| is_kernel(name)).count() == KERNELS.len() {
            self.print_means("of the kernels", is_kernel);
        }
        let (biased, plain) = (self.column("built"), self.column("plain"));
        if let (Some(biased), Some(plain)) = (biased, plain) {
            let costs = self
                .rows
                .iter()
                .filter_map(|(_, series)| series[biased].against(&series[plain], self.cpu));
            if let Some(cost) = geometric_mean(&costs.collect::<Vec<_>>()) {
                println!(
                    "biased counts cost {:+.1} % against plain ones",
                    100.0 * (cost - 1.0)
                );
            }
        }
    }

    /// The geometric mean of each contender's ratios, and its lowest one.
    fn print_means(&self, label: &str, wanted: impl Fn(&str) -> bool) {
        let mut lowest = String::new();
        print!("{label:16}");
        for contender in 0..self.contenders.len() {
            let ratios: Vec<f64> = self
                .rows
                .iter()
                .filter(|(name, _)| wanted(name))
                .filter_map(|(_, series)| {
                    Some(series[0].median(self.cpu)? / series[contender].median(self.cpu)?)
                })
                .collect();
            match geometric_mean(&ratios) {
                Some(mean) => print!(" {mean:11.2}"),
                None => print!(" {:>11}", "-"),
            }
            let _ = match ratios.iter().copied().min_by(f64::total_cmp) {
                Some(least) => write!(lowest, " {least:11.2}"),
                None => write!(lowest, " {:>11}", "-"),
            };
        }
        println!("\n{:16}{lowest}", "lowest");
    }

    /// The geometric mean of each ratio, and the highest one.
    fn print_scaling_means(&self) {
        for (index, contender) in self.contenders.iter().enumerate() {
            let of_contender = |(_, series): &(String, Vec<Series>)| {
                let n_variants = series.len() / self.contenders.len();
                let own = series.chunks(n_variants).nth(index);
                own.map_or([None; 5], |series| Scaling::of(series).columns())
            };
            let columns: Vec<[Option<f64>; 5]> = self.rows.iter().map(of_contender).collect();
            for (label, of) in [
                ("mean", geometric_mean as fn(&[f64]) -> Option<f64>),
                ("highest", highest),
            ] {
                print!("{label:16} {:12} {:>9} {:>9}", contender.name, "", "");
                for column in 0..5 {
                    let ratios: Vec<f64> = columns.iter().filter_map(|row| row[column]).collect();
                    print_ratio(of(&ratios));
                }
                println!();
            }
        }
    }

    /// Where a contender of this name is.
    fn column(&self, name: &str) -> Option<usize> {
        let mut names = self.contenders.iter().map(|contender| &contender.name);
        names.position(|other| other == name)
    }
}

/// How a program fares on several threads.
struct Scaling<'a> {
    one: &'a Series,
    many: &'a Series,
    apart: &'a Series,
    shared: Option<&'a Series>,
}

impl Scaling<'_> {
    fn of(variants: &[Series]) -> Scaling<'_> {
        Scaling {
            one: &variants[0],
            many: &variants[1],
            apart: &variants[2],
            shared: variants.get(3),
        }
    }

    /// The ratios of a row.
    fn columns(&self) -> [Option<f64>; 5] {
        let least = |series: &Series| series.least();
        [
            self.many.against(self.one, false),
            least(self.many).zip(least(self.one)).map(|(a, b)| a / b),
            self.many.against(self.one, true),
            self.apart.against(self.one, false),
            (self.shared).and_then(|shared| shared.against(self.many, false)),
        ]
    }
}

/// A column of the scaling table.
fn print_ratio(ratio: Option<f64>) {
    match ratio {
        Some(ratio) => print!(" {ratio:7.2}"),
        None => print!("{:8}", ""),
    }
}

fn is_kernel(name: &str) -> bool {
    KERNELS.contains(&name)
}

fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    let sum: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (!ratios.is_empty()).then(|| (sum / ratios.len() as f64).exp())
}

fn highest(ratios: &[f64]) -> Option<f64> {
    ratios.iter().copied().max_by(f64::total_cmp)
}

/// What the figures are of.
fn machine() -> [String; 2] {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("?");
    let kernel = read("/proc/sys/kernel/osrelease");
    [
        format!("{model}, {cores} cores, Linux {}", kernel.trim()),
        format!("load average {load} at the start"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_geometric() {
        assert_eq!(geometric_mean(&[]), None);
        let mean = geometric_mean(&[2.0, 8.0]).expect("there are ratios");
        assert!((mean - 4.0).abs() < 1e-12);
    }
}
