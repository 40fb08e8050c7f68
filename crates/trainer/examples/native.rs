//! The trainer without a browser: messages in from standard input, one a line in hexadecimal, worked
//! until nothing is left to do; answers out the same way. `--specs` prints the labs instead. It is
//! the native twin of `tests/node/run.mjs`.

use lab::{Clock, FromTrainer, ToTrainer};
use papers::PAPERS;
use std::{
    error::Error,
    io::{Write, stdin, stdout},
    time::Instant,
};

struct Since(Instant);

impl Clock for Since {
    fn now(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1e3
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|word| word == "--specs") {
        let labs = PAPERS.iter().flat_map(|paper| paper.labs);
        let specs: Vec<lab::Spec> = labs.map(|lab| (lab.spec)()).collect();
        println!("{}", serde_json::to_string(&specs)?);
        return Ok(());
    }
    let mut trainer = lab::Trainer::new(PAPERS);
    for line in stdin().lines() {
        let message: ToTrainer = postcard::from_bytes(&unhex(&line?)?)?;
        trainer.handle(message);
    }
    let clock = Since(Instant::now());
    let mut more = true;
    while more {
        more = trainer.slice(&clock, 100.0);
        let said: Vec<FromTrainer> = trainer.drain();
        let hex: String = postcard::to_stdvec(&said)?
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        writeln!(stdout(), "{hex}")?;
    }
    Ok(())
}

fn unhex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}
