//! Folders that are hard to read: very many names, circles of links, no permission, pictures that claim too much.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;

use crate::program::{Place, Ran};

/// A picture in the folder `photos/cat`.
fn picture(place: &Place, name: &str) {
    fs::create_dir_all(place.path("photos/cat")).unwrap();
    let gray = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures/gray.png");
    fs::copy(gray, place.path("photos/cat").join(name)).unwrap();
}

const DATA: [&str; 4] = ["data", "--data", "photos", "--json"];

#[test]
fn very_many_names_and_a_circle_of_links_do_no_harm() {
    let place = Place::new();
    ["a.png", "b.png", "c.png"].iter().for_each(|name| picture(&place, name));
    for name in 0..20_000 {
        File::create(place.path(&format!("photos/cat/{name}.txt"))).unwrap();
    }
    symlink(place.path("photos"), place.path("photos/cat/again")).unwrap();
    symlink(place.path("photos/cat"), place.path("photos/dog")).unwrap();
    let json = place.run(&DATA).json();
    // The second folder is a link to the first: a label of its own.
    let text = json.to_string();
    assert!(text.contains("\"cat\"") && text.contains("\"dog\""), "{text}");
    let message = place.run(&["fit", "--data", "photos", "-k", "9"]).error(1);
    // Six images, one of them for testing.
    assert_eq!(message, "cannot fit 9 components to 5 images: choose between 1 and 5");
}

#[test]
fn a_picture_that_claims_too_many_pixels_is_named() {
    let place = Place::new();
    picture(&place, "a.png");
    let mut bomb = fs::read(place.path("photos/cat/a.png")).unwrap();
    bomb[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    place.file("photos/cat/bomb.png", bomb);
    let message = place.run(&DATA).error(1);
    assert!(message.contains("photos/cat/bomb.png: claims 65536 x 65536 pixels"), "{message}");
}

/// Runs as a user who may not read everything; none where this user cannot run the program.
fn as_another(place: &Place) -> Option<Ran> {
    let mut command = place.command(&DATA);
    let denied = place.path("photos/cat/a.png");
    if File::open(denied).is_ok() {
        // The superuser.
        command.uid(65534).gid(65534);
    }
    command.output().ok().map(Ran::from)
}

#[test]
fn what_may_not_be_read_is_named() {
    for denied in ["photos/cat/a.png", "photos/cat"] {
        let place = Place::new();
        ["a.png", "b.png"].iter().for_each(|name| picture(&place, name));
        fs::set_permissions(place.path("."), Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(place.path(denied), Permissions::from_mode(0o000)).unwrap();
        if let Some(ran) = as_another(&place) {
            let message = ran.error(1);
            assert!(message.starts_with(&format!("{denied}: cannot be read")), "{message}");
            assert!(message.contains("chmod +r"), "{message}");
        }
        fs::set_permissions(place.path(denied), Permissions::from_mode(0o755)).unwrap();
    }
}
