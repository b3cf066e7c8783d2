//! The 16 colours in the sequences that every terminal with colours has.

/// `bytes` with the first 16 colours as 30..=37, 40..=47, 90..=97 and 100..=107, where crossterm writes 38;5;n and 48;5;n, which
/// terminals of 16 colours do not have.
pub fn with_basic_colors(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(start) = rest.windows(2).position(|pair| pair == b"\x1b[") {
        let (before, sequence) = rest.split_at(start + 2);
        out.extend_from_slice(before);
        let end = sequence.iter().position(|byte| !(0x20..=0x3f).contains(byte)).unwrap_or(sequence.len());
        let (parameters, after) = sequence.split_at(end);
        match std::str::from_utf8(parameters) {
            Ok(text) if after.first() == Some(&b'm') => out.extend_from_slice(basic(text).as_bytes()),
            _ => out.extend_from_slice(parameters),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// The parameters of a sequence of colours.
fn basic(parameters: &str) -> String {
    let mut codes = parameters.split(';').peekable();
    let mut out: Vec<String> = Vec::new();
    while let Some(code) = codes.next() {
        let ground = match code {
            "38" => Some(30),
            "48" => Some(40),
            _ => None,
        };
        let Some(ground) = ground.filter(|_| codes.peek() == Some(&"5")) else {
            out.push(code.to_owned());
            continue;
        };
        codes.next();
        match codes.next().map(|index| (index, index.parse::<u32>())) {
            Some((_, Ok(index @ 0..=7))) => out.push((ground + index).to_string()),
            Some((_, Ok(index @ 8..=15))) => out.push((ground + 60 + index - 8).to_string()),
            Some((index, _)) => out.push(format!("{code};5;{index}")),
            None => out.push(format!("{code};5")),
        }
    }
    out.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sixteen_have_codes_of_their_own() {
        let converted = |text: &str| String::from_utf8(with_basic_colors(text.as_bytes())).unwrap();
        for (from, to) in [
            ("\x1b[38;5;1mred", "\x1b[31mred"),
            ("\x1b[38;5;15;48;5;8mx\x1b[0m", "\x1b[97;100mx\x1b[0m"),
            ("\x1b[1m\x1b[39;48;5;4m\x1b[2;3H", "\x1b[1m\x1b[39;44m\x1b[2;3H"),
            ("\x1b[38;5;200m", "\x1b[38;5;200m"),
            ("\x1b[38;5m\x1b[38;2;1;2;3m\x1b[?2026l", "\x1b[38;5m\x1b[38;2;1;2;3m\x1b[?2026l"),
            ("é \x1b[", "é \x1b["),
            ("\x1b", "\x1b"),
        ] {
            assert_eq!(converted(from), to);
        }
    }
}
