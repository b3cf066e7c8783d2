//! The default configuration file: every key with its default, explained.

use gmmscope::study::SETTINGS;
use gmmscope::tui::{ACCENTS, Accents};

use super::colors::GROUNDS;
use super::keys::{actions, sections};
use super::parse::{COLORS, Config, GLYPHS, PICTURES, THEMES};
use super::settings::toml;

/// What each section of keys is for.
fn explained(section: &str) -> &'static str {
    match section {
        "everywhere" => "everywhere",
        "tabs" => "on the tabs; an action of only some of them has its key there",
        "canvas" => "on one image of the tab Restore, with those of the tabs",
        "text" => "in derivations and in the list of keys",
        "theory" => "in derivations",
        "help" => "in the list of keys; characters search it",
        "form" => "in the settings form; characters are typed into it",
        "picture" => "in a picture on the whole screen",
        "palette" => "in the list of actions; characters search it",
        "components" => "in the list of components; digits are a number",
        "pair" => "while law and map are typed; characters are typed into them",
        "list" => "in a list to choose from",
        "files" => "in the list of pictures of yours; characters are a name or a path",
        _ => "elsewhere",
    }
}

/// The file.
pub(super) fn default_file() -> String {
    let config = Config::default();
    let mut file = String::from(
        "# gmmscope's configuration file: every key with its default.\n\
         # The command line wins over it. `gmmscope config` checks it.\n\n",
    );
    let mut line = |text: String| {
        file += &text;
        file.push('\n');
    };
    let words = |words: Vec<&str>| words.join(", ");
    line(format!("# The background of the terminal: {}.", words(THEMES.map(|theme| theme.0).to_vec())));
    line("theme = \"auto\"".into());
    line(format!("# Colours: {}.", words(COLORS.map(|color| color.0).to_vec())));
    line("color = \"auto\"".into());
    line(format!("# Characters: {}.", words(GLYPHS.map(|glyphs| glyphs.0).to_vec())));
    line("glyphs = \"auto\"".into());
    let pictures = words(PICTURES.map(|pictures| pictures.0).to_vec());
    line(format!("# What pictures are drawn with: {pictures}."));
    line("pictures = \"auto\"".into());
    line("# Use the mouse; false leaves it to the terminal, for selecting text.".into());
    line(format!("mouse = {}", config.mouse));

    line(
        "\n# Other colours of the dashboard: \"#rrggbb\", a number from 0 to 255, or a name of the 16."
            .into(),
    );
    for (name, ground) in GROUNDS {
        line(format!("[colors.{name}]"));
        for (key, role, about) in ACCENTS {
            let index = Accents::default_of(ground, role).unwrap_or_default();
            let entry = format!("# {key} = {index}");
            line(format!("{entry:<24}# {about}"));
        }
    }

    line("\n# The default settings of every command, named as on the command line.\n[settings]".into());
    for setting in SETTINGS {
        let choices: Vec<&str> = setting.choices().into_iter().map(|(word, _)| word).collect();
        let choices = if choices.is_empty() { String::new() } else { format!(": {}", words(choices)) };
        line(format!("# {}{choices}", setting.help));
        match toml(&setting.value(&config.settings)) {
            Some(value) => line(format!("{} = {value}", setting.key)),
            None => line(format!("# {} = \"...\"", setting.key)),
        }
    }

    line(
        "\n# Keys: a character, ctrl- and a letter, f1 to f12, space, enter, esc, tab, shift-tab, backspace, delete,\n\
         # insert, left, right, up, down, page-up, page-down, home, end. An empty list takes an action's keys away."
            .into(),
    );
    for section in sections(&config.keys) {
        line(format!("\n# {}", explained(&section)));
        line(format!("[keys.{section}]"));
        for (action, help, keys) in actions(&config.keys, &section) {
            let keys: Vec<String> = keys.iter().map(|key| format!("{:?}", key.name())).collect();
            let entry = format!("{action} = [{}]", keys.join(", "));
            line(format!("{entry:<40}# {help}"));
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn the_default_file_says_the_defaults() {
        let file = default_file();
        let (read, default) = (parse(&file).unwrap(), Config::default());
        assert_eq!(read.settings, default.settings);
        assert_eq!((read.color, read.glyphs, read.ground, read.mouse), (default.color, None, None, true));
        assert_eq!(format!("{:?}", read.keys.rows()), format!("{:?}", default.keys.rows()));
    }

    #[test]
    fn the_default_file_is_complete() {
        let file = default_file();
        assert!(file.contains("first centroids: random, plus-plus\n"), "{file}");
        for setting in SETTINGS {
            let key = setting.key;
            let named = [format!("\n{key} = "), format!("\n# {key} = \"...\"\n")];
            assert!(named.iter().any(|line| file.contains(line)), "{key}");
        }
        // Taken as they stand, the colours are those in force.
        let colors = file.replace("\n# accent = ", "\naccent = ");
        assert_ne!(parse(&colors).unwrap().accents, Accents::NONE);
        for row in Config::default().keys.rows() {
            let (section, action) = row.name();
            let table = file.split(&format!("[keys.{section}]\n")).nth(1).unwrap();
            let table = table.split("\n[").next().unwrap();
            assert!(
                table.lines().any(|line| line.starts_with(&format!("{action} = "))),
                "{section}.{action}"
            );
        }
        assert!(!file.contains("# elsewhere"), "a place of keys is not explained");
    }
}
