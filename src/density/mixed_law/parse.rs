//! The parser of laws.

use super::Family;
use crate::density::Fault;

const MOST: usize = 20;
const LAW: &str = "write a law here, such as normal(0, 1)";

pub(super) fn parse(text: &str) -> Result<Vec<(f64, Family)>, Fault> {
    let mut parser = Parser { text, at: 0 };
    let mut parts = Vec::new();
    loop {
        parts.push(parser.term()?);
        if parts.len() > MOST {
            return Err(parser.fault(format!("too many laws: at most {MOST}")));
        }
        if !parser.take('+') {
            break;
        }
    }
    if parser.peek().is_some() {
        return Err(parser.fault("write + and a further law here, or nothing"));
    }
    let sum: f64 = parts.iter().map(|part| part.0).sum();
    if (sum - 1.0).abs() > 1e-9 {
        return Err(Fault::new(text, 0, format!("the weights sum to {sum}: they must sum to 1")));
    }
    parts.iter_mut().for_each(|part| part.0 /= sum);
    Ok(parts)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.text, self.at, message)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn take(&mut self, token: char) -> bool {
        let found = self.peek() == Some(token);
        self.at += if found { token.len_utf8() } else { 0 };
        found
    }

    fn want(&mut self, token: char) -> Result<(), Fault> {
        if self.take(token) { Ok(()) } else { Err(self.fault(format!("write {token} here"))) }
    }

    fn term(&mut self) -> Result<(f64, Family), Fault> {
        let weight = if self.peek().is_some_and(|c| c.is_ascii_digit() || c == '.') {
            let start = self.at;
            let weight = self.number()?;
            if weight <= 0.0 {
                return Err(Fault::new(self.text, start, "a weight must be above 0"));
            }
            self.want('*')?;
            weight
        } else {
            1.0
        };
        Ok((weight, self.family()?))
    }

    fn number(&mut self) -> Result<f64, Fault> {
        self.peek();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
        let rest = self.rest();
        let mut end = 0;
        let mut last = ' ';
        for c in rest.chars() {
            let sign = matches!(c, '-' | '+');
            if !is_part(c) || (sign && end > 0 && !matches!(last, 'e' | 'E')) {
                break;
            }
            end += c.len_utf8();
            last = c;
        }
        let number = rest.get(..end).and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite());
        let number = number.ok_or_else(|| self.fault("write a number here"))?;
        self.at += end;
        Ok(number)
    }

    fn family(&mut self) -> Result<Family, Fault> {
        self.peek();
        let start = self.at;
        let length = self.rest().find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest().len());
        let name = self.rest().get(..length).unwrap_or("");
        if name.is_empty() {
            return Err(self.fault(LAW));
        }
        let Some((_, parameters)) = Family::NAMED.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = Family::NAMED.iter().map(|(known, _)| *known).collect();
            return Err(self.fault(format!("{name} is not known: write {}", names.join(", "))));
        };
        self.at += length;
        self.want('(')?;
        let mut values = Vec::new();
        for i in 0..*parameters {
            if i > 0 {
                self.want(',')?;
            }
            values.push(self.number()?);
        }
        self.want(')')?;
        Family::new(name, &values).map_err(|message| Fault::new(self.text, start, message))
    }
}
