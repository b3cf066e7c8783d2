use super::*;

fn environment(no_color: &str, colorterm: &str, term: &str, locale: &str) -> Environment {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Environment {
        no_color: some(no_color),
        colorterm: some(colorterm),
        term: some(term),
        locale: some(locale),
        colorfgbg: None,
        tmux: None,
    }
}

#[test]
fn depth_follows_the_environment() {
    for (no_color, colorterm, term, depth) in [
        ("", "", "", Depth::Indexed),
        ("", "", "xterm", Depth::Indexed),
        ("", "", "xterm-256color", Depth::Indexed),
        ("", "", "screen", Depth::Indexed),
        ("", "truecolor", "xterm-256color", Depth::True),
        ("", "24bit", "tmux", Depth::True),
        ("", "yes", "xterm", Depth::Indexed),
        ("", "", "xterm-direct", Depth::True),
        ("", "", "linux", Depth::Ansi),
        ("", "", "xterm-16color", Depth::Ansi),
        ("", "", "dumb", Depth::None),
        ("", "", "vt100", Depth::None),
        ("", "", "xterm-m", Depth::None),
        ("", "", "xterm-mono", Depth::None),
        ("", "", "vt320", Depth::None),
        ("", "", "vt220-8bit", Depth::None),
        ("", "truecolor", "vt420", Depth::None),
        ("", "", "xterm-vt220", Depth::None),
        ("", "", "screen.xterm-mono", Depth::None),
        ("", "", "wy60", Depth::None),
        ("", "", "sun", Depth::None),
        ("", "", "unknown", Depth::None),
        ("", "", "xterm-color", Depth::Ansi),
        ("", "", "rxvt-88color", Depth::Ansi),
        ("", "", "linux-16color", Depth::Ansi),
        ("", "", "vte-256color", Depth::Indexed),
        ("", "", "screen.vte", Depth::Indexed),
        ("", "", "vwmterm", Depth::Indexed),
        ("1", "truecolor", "xterm-256color", Depth::None),
    ] {
        let theme = Theme::decide(ColorChoice::Auto, None, None, &environment(no_color, colorterm, term, ""));
        assert_eq!(theme.depth, depth, "NO_COLOR={no_color} COLORTERM={colorterm} TERM={term}");
    }
}

#[test]
fn the_command_line_wins() {
    let given = environment("1", "", "dumb", "C");
    for depth in [Depth::True, Depth::Indexed, Depth::Ansi, Depth::None] {
        assert_eq!(Theme::decide(ColorChoice::Depth(depth), None, None, &given).depth, depth);
    }
    assert_eq!(
        Theme::decide(ColorChoice::Auto, Some(Glyphs::Ascii), None, &environment("", "", "", "C.UTF-8"))
            .glyphs,
        Glyphs::Ascii
    );
}

#[test]
fn glyphs_follow_the_locale() {
    for (locale, glyphs) in [
        ("", Glyphs::Unicode),
        ("en_US.UTF-8", Glyphs::Unicode),
        ("de_DE.utf8", Glyphs::Unicode),
        ("C", Glyphs::Ascii),
        ("POSIX", Glyphs::Ascii),
        ("de_DE.ISO-8859-1", Glyphs::Ascii),
    ] {
        let theme = Theme::decide(ColorChoice::Auto, None, None, &environment("", "", "xterm", locale));
        assert_eq!(theme.glyphs, glyphs, "{locale}");
    }
}

const ROLES: [Role; 13] = [
    Role::Text,
    Role::Dim,
    Role::Title,
    Role::Accent,
    Role::Selected,
    Role::Good,
    Role::Bad,
    Role::Warning,
    Role::Series(0),
    Role::Series(1),
    Role::Series(6),
    Role::Bar,
    Role::Cursor,
];

#[test]
fn without_colours_no_style_and_no_pixel_has_one() {
    let theme = Theme::dark(Depth::None, Glyphs::Unicode);
    for role in ROLES {
        let style = theme.style(role);
        assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
    }
    assert_eq!(theme.color([1, 2, 3]), Color::Reset);
    assert_eq!(theme.missing(), Color::Reset);
    assert!(!theme.half_blocks());
}

#[test]
fn a_depth_uses_its_own_colours_only() {
    for role in ROLES {
        let ansi = Theme::dark(Depth::Ansi, Glyphs::Unicode).style(role).fg;
        assert!(!matches!(ansi, Some(Color::Indexed(_) | Color::Rgb(..))), "{role:?}");
        let indexed = Theme::dark(Depth::Indexed, Glyphs::Unicode).style(role).fg;
        assert!(!matches!(indexed, Some(Color::Rgb(..))), "{role:?}");
    }
}

#[test]
fn a_missing_pixel_has_no_colour_of_a_gray_image() {
    for depth in [Depth::True, Depth::Indexed, Depth::Ansi] {
        let theme = Theme::dark(depth, Glyphs::Unicode);
        for gray in 0..=255u8 {
            assert_ne!(theme.color([gray; 3]), theme.missing(), "{depth:?}");
        }
    }
}

#[test]
fn the_depths_form_a_circle() {
    let first = Theme::dark(Depth::Indexed, Glyphs::Unicode);
    assert_eq!(first.next_depth().next_depth().next_depth().next_depth(), first);
    assert_eq!(first.other_glyphs().other_glyphs(), first);
}

#[test]
fn the_ground_follows_the_environment_unless_it_is_chosen() {
    for (colorfgbg, ground) in [
        (None, Ground::Dark),
        (Some("15;0"), Ground::Dark),
        (Some("0;15"), Ground::Light),
        (Some("0;default;15"), Ground::Light),
        (Some("12;8"), Ground::Dark),
        (Some("0;7"), Ground::Light),
        (Some("default"), Ground::Dark),
    ] {
        let given = Environment { colorfgbg: colorfgbg.map(str::to_owned), ..Environment::default() };
        assert_eq!(Theme::decide(ColorChoice::Auto, None, None, &given).ground, ground, "{colorfgbg:?}");
        let chosen = Theme::decide(ColorChoice::Auto, None, Some(Ground::Light), &given);
        assert_eq!((chosen.ground, chosen.other_ground().ground), (Ground::Light, Ground::Dark));
    }
}

#[test]
fn what_is_asked_depends_on_the_terminal() {
    for (term, can_be_asked, multiplexed) in [
        ("xterm-256color", true, false),
        ("foot", true, false),
        ("tmux-256color", true, true),
        ("screen", true, true),
        ("linux", false, false),
        ("dumb", false, false),
        ("", false, false),
    ] {
        let of = environment("", "", term, "");
        assert_eq!((of.can_be_asked(), of.is_multiplexed()), (can_be_asked, multiplexed), "{term}");
    }
    let inside =
        Environment { tmux: Some("/tmp/tmux-0/default,1,0".into()), ..environment("", "", "xterm", "") };
    assert!(inside.is_multiplexed());
}
