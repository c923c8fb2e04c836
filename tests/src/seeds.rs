//! Which cases a run over generated ones makes, as the command line says.

use std::time::Duration;

use clap::Args;

/// How long a run goes on that is told neither a number of cases nor a time.
const DEFAULT: Duration = Duration::from_secs(60);

/// The first case's seed, and how far to go on from there.
#[derive(Args)]
pub struct Seeds {
    /// The first one's seed; the next ones follow
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many
    #[arg(long)]
    pub count: Option<u64>,
    /// How long to go on; 60 if there is no --count either
    #[arg(long)]
    pub seconds: Option<u64>,
}

impl Seeds {
    /// How long to go on at most.
    pub fn limit(&self) -> Duration {
        match (self.seconds, self.count) {
            (Some(seconds), _) => Duration::from_secs(seconds),
            (None, Some(_)) => Duration::MAX,
            (None, None) => DEFAULT,
        }
    }
}
