//! The parser: precedence climbing over the text, with the place of every mistake.

use super::{Function, Node, Operation};
use crate::density::Fault;

const LONGEST: usize = 1000;
const DEEPEST: usize = 64;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser { text, at: 0, depth: 0, nodes: 0 };
    if text.len() > LONGEST {
        return Err(Fault::new(text, LONGEST, format!("too long: at most {LONGEST} bytes")));
    }
    let node = parser.choice()?;
    match parser.peek() {
        None => Ok(node),
        Some(c) => Err(parser.fault(format!("{c} is not expected here: write an operator, or nothing"))),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    nodes: usize,
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

    fn take(&mut self, token: &str) -> bool {
        self.peek();
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn want(&mut self, token: &str) -> Result<(), Fault> {
        if self.take(token) { Ok(()) } else { Err(self.fault(format!("write {token} here"))) }
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault(format!("nested too deeply: at most {DEEPEST} levels")));
        }
        let found = parse(self);
        self.depth -= 1;
        found
    }

    /// sum [(< | <= | > | >=) sum ? choice : choice]
    fn choice(&mut self) -> Result<Node, Fault> {
        self.deeper(|parser| {
            let left = parser.sum()?;
            let Some((swap, or_equal)) =
                [("<=", (false, true)), (">=", (true, true)), ("<", (false, false)), (">", (true, false))]
                    .into_iter()
                    .find_map(|(token, kind)| parser.take(token).then_some(kind))
            else {
                return Ok(left);
            };
            let right = parser.sum()?;
            parser.want("?")?;
            let then = parser.choice()?;
            parser.want(":")?;
            let otherwise = parser.choice()?;
            let (a, b) = if swap { (right, left) } else { (left, right) };
            Ok(Node::Choose(or_equal, Box::new([a, b, then, otherwise])))
        })
    }

    fn sum(&mut self) -> Result<Node, Fault> {
        let mut left = self.product()?;
        loop {
            let operation = match self.peek() {
                Some('+') => Operation::Add,
                Some('-') => Operation::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            left = self.combine(operation, left, Self::product)?;
        }
    }

    fn product(&mut self) -> Result<Node, Fault> {
        let mut left = self.signed()?;
        loop {
            match self.peek() {
                Some('*') => {
                    self.at += 1;
                    left = self.combine(Operation::Multiply, left, Self::signed)?;
                }
                Some('/') => {
                    self.at += 1;
                    left = self.combine(Operation::Divide, left, Self::signed)?;
                }
                _ => return Ok(left),
            }
        }
    }

    fn combine(
        &mut self,
        operation: Operation,
        left: Node,
        right: fn(&mut Self) -> Result<Node, Fault>,
    ) -> Result<Node, Fault> {
        // A long chain is a deep tree: evaluating and dropping it must not use up the stack.
        self.nodes += 1;
        if self.nodes > 200 {
            return Err(self.fault("too many operators: at most 200"));
        }
        Ok(Node::Combine(operation, Box::new(left), Box::new(right(self)?)))
    }

    fn signed(&mut self) -> Result<Node, Fault> {
        if self.take("-") {
            let node = self.deeper(Self::signed)?;
            return Ok(match node {
                Node::Number(number) => Node::Number(-number),
                node => Node::Apply(Function::Negate, Box::new(node)),
            });
        }
        self.power()
    }

    fn power(&mut self) -> Result<Node, Fault> {
        let base = self.atom()?;
        let node = if self.take("^") {
            Node::Combine(Operation::Power, Box::new(base), Box::new(self.deeper(Self::signed)?))
        } else {
            return self.times_what_follows(base);
        };
        Ok(node)
    }

    /// 3x, 2(x + 1), 2sin(x): a number before what it multiplies.
    fn times_what_follows(&mut self, base: Node) -> Result<Node, Fault> {
        let follows = self.peek().is_some_and(|c| c.is_alphabetic() || c == '(');
        if matches!(base, Node::Number(_)) && follows {
            return self.deeper(|parser| parser.combine(Operation::Multiply, base, Self::power));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Result<Node, Fault> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let node = self.choice()?;
                self.want(")")?;
                Ok(node)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() => self.name(),
            Some(c) => Err(self.fault(format!("{c} is not expected here: write a number, x or a function"))),
            None => Err(self.fault("write a number, x or a function here")),
        }
    }

    fn number(&mut self) -> Result<Node, Fault> {
        let rest = self.rest().as_bytes();
        let digits = |from: usize| rest.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
        let mut end = digits(0);
        if rest.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            end += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        let number =
            self.rest().get(..end).and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite());
        let number = number.ok_or_else(|| self.fault("write a finite number, such as 0.5 or 1e-3"))?;
        self.at += end;
        Ok(Node::Number(number))
    }

    fn name(&mut self) -> Result<Node, Fault> {
        let start = self.at;
        let length = self.rest().find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest().len());
        let name = self.rest().get(..length).unwrap_or("");
        self.at += length;
        match name {
            "x" => return Ok(Node::X),
            "pi" => return Ok(Node::Number(std::f64::consts::PI)),
            "e" => return Ok(Node::Number(std::f64::consts::E)),
            _ => {}
        }
        if let Some(operation) =
            [("min", Operation::Min), ("max", Operation::Max)].iter().find(|(word, _)| *word == name)
        {
            self.want("(")?;
            let left = self.choice()?;
            self.want(",")?;
            let right = self.choice()?;
            self.want(")")?;
            return Ok(Node::Combine(operation.1, Box::new(left), Box::new(right)));
        }
        let Some((_, function)) = Function::NAMED.iter().find(|(word, _)| *word == name) else {
            self.at = start;
            return Err(self.fault(format!(
                "{name} is not known: write x, pi, e, min, max, {}",
                Function::NAMED.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")
            )));
        };
        self.want("(")?;
        let argument = self.choice()?;
        self.want(")")?;
        Ok(Node::Apply(*function, Box::new(argument)))
    }
}
