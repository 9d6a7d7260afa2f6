//! What the command line asks for.

use std::path::PathBuf;

pub const USAGE: &str = "usage: sample-load --influxd PROGRAM --inferno-kpi PROGRAM [OPTION...]

  --postgres URL     measure with a database of this PostgreSQL server too
  --points COUNT     points of each round (5000000)
  --hosts COUNT      hosts, each a series (1000)
  --rounds COUNT     rounds for each number of writers (3)
  --writers LIST     numbers of writers (1,4)
  --windows COUNT    charts of each zoom (200)
  --no-charts        writing alone
  --results FOLDER   where samples.json and samples.md go (target/test-results)";

#[derive(Debug)]
pub struct Arguments {
    pub influxd: PathBuf,
    pub inferno_kpi: PathBuf,
    pub postgres: Option<String>,
    pub points: usize,
    pub hosts: usize,
    pub rounds: usize,
    pub writers: Vec<usize>,
    pub windows: usize,
    pub charts: bool,
    pub results: PathBuf,
}

pub fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut read = Arguments {
        influxd: PathBuf::new(),
        inferno_kpi: PathBuf::new(),
        postgres: None,
        points: 5_000_000,
        hosts: 1_000,
        rounds: 3,
        writers: vec![1, 4],
        windows: 200,
        charts: true,
        results: PathBuf::from("target/test-results"),
    };
    while let Some(word) = words.next() {
        if word == "--no-charts" {
            read.charts = false;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number =
            || value.parse::<usize>().ok().filter(|number| *number > 0).ok_or(format!("{word} {value}: no number"));
        match word.as_str() {
            "--influxd" => read.influxd = value.into(),
            "--inferno-kpi" => read.inferno_kpi = value.into(),
            "--postgres" => read.postgres = Some(value),
            "--points" => read.points = number()?,
            "--hosts" => read.hosts = number()?,
            "--rounds" => read.rounds = number()?,
            "--windows" => read.windows = number()?,
            "--results" => read.results = value.into(),
            "--writers" => {
                let numbers: Result<Vec<usize>, _> = value.split(',').map(str::parse).collect();
                read.writers = numbers.map_err(|error| format!("{word} {value}: {error}"))?;
            }
            _ => return Err(format!("unknown argument {word}")),
        }
    }
    if !read.influxd.is_file() || !read.inferno_kpi.is_file() {
        return Err("name both programs".to_owned());
    }
    let most = read.writers.iter().copied().max().unwrap_or(1);
    if read.writers.contains(&0) || !read.hosts.is_multiple_of(most) {
        return Err("the hosts are divided evenly among the writers".to_owned());
    }
    Ok(read)
}
