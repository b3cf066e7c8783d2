use super::*;
use crate::mixture::KMeansInit;

fn typed(index: usize, text: &str) -> Form {
    let mut form = Form::new(Settings::default());
    form.selected = index;
    while !form.text(index).is_empty() {
        form.command(Command::Erase);
    }
    text.chars().for_each(|c| form.insert(c));
    form
}

fn field(label: &str) -> usize {
    SETTINGS.iter().position(|setting| setting.label == label).unwrap()
}

#[test]
fn an_untouched_form_changes_nothing() {
    let form = Form::new(Settings::default());
    assert_eq!(form.changes(), 0);
    assert_eq!(form.checked().unwrap()[0].get(), &Settings::default());
}

#[test]
fn what_is_typed_is_taken() {
    for (label, text) in [
        ("components K", "7"),
        ("labels", "0,3"),
        ("ridge", "1e-3"),
        ("seed", "18446744073709551615"),
        ("data", "a dir"),
    ] {
        let form = typed(field(label), text);
        assert_eq!(form.changes(), 1, "{label}");
        assert!(form.checked().is_some(), "{label}");
    }
    assert_eq!(typed(field("labels"), "0, 3").checked().unwrap()[0].get().labels, vec![0, 3].into());
    assert_eq!(typed(field("ridge"), "1e-3").checked().unwrap()[0].get().em.ridge, 1e-3);
}

#[test]
fn what_is_wrong_is_said_beside_its_field() {
    for (label, text) in [
        ("components K", "0"),
        ("components K", "many"),
        ("components K", "2001"),
        ("labels", "0,0"),
        ("samples S", "many"),
        ("resize", "32"),
        ("labels", ""),
        ("seed", "-1"),
        ("ridge", "-1"),
        ("ridge", "NaN"),
        ("pixels observed", "1.5"),
        ("k-means runs", "0"),
    ] {
        let mut form = typed(field(label), text);
        assert!(form.fault(field(label)).is_some(), "{label} = {text}");
        assert!(form.checked().is_none(), "{label} = {text}");
        form.selected = 0;
        form.select_first_fault();
        assert_eq!(form.selected, field(label));
    }
}

#[test]
fn every_field_that_is_wrong_says_so_under_the_names_of_the_form() {
    let mut form = typed(field("pixels observed"), "2");
    form.select(field("components K"));
    form.command(Command::Right);
    "000".chars().for_each(|c| form.insert(c));
    assert_eq!(form.fault(field("pixels observed")).as_deref(), Some("choose a fraction from 0 to 1"));
    let hint = "choose at most as many components as images (samples S 2000)";
    assert_eq!(form.fault(field("components K")), None, "ranges come first");
    form.select(field("pixels observed"));
    form.command(Command::DefaultField);
    assert_eq!(form.fault(field("components K")).as_deref(), Some(hint));
}

#[test]
fn choices_turn() {
    let mut form = Form::new(Settings::default());
    form.selected = field("k-means start");
    form.insert(' ');
    assert_eq!(form.checked().unwrap()[0].get().kmeans.init, KMeansInit::PlusPlus);
    form.command(Command::Left);
    assert_eq!(form.text(form.selected), "random");
    form.command(Command::Erase);
    form.insert('x');
    assert_eq!(form.text(form.selected), "random");
}

#[test]
fn a_field_goes_back_to_its_default() {
    let mut form = typed(field("samples S"), "77");
    assert_eq!(form.before(field("samples S")).as_deref(), Some("auto"));
    form.command(Command::DefaultField);
    assert_eq!(form.changes(), 0);
}

#[test]
fn several_values_are_a_run_each() {
    let mut form = typed(field("components K"), "2, 3");
    form.select(field("ridge"));
    "1e-3,1e-2".chars().for_each(|c| form.insert(c));
    assert_eq!(form.runs(), 4);
    let runs = form.checked().unwrap();
    let found: Vec<(usize, f64)> =
        runs.iter().map(|run| (run.get().kmeans.components, run.get().em.ridge)).collect();
    assert_eq!(found, [(2, 1e-3), (2, 1e-2), (3, 1e-3), (3, 1e-2)]);
    form.insert(',');
    assert!(form.fault(field("ridge")).is_some() && form.checked().is_none(), "the last value is empty");
    let labels = typed(field("labels"), "0,1");
    assert_eq!(labels.runs(), 1, "labels are one value");
    let many = typed(field("seed"), &(0..65).map(|seed| seed.to_string()).collect::<Vec<_>>().join(","));
    assert!(many.fault(field("seed")).unwrap().contains("at most 64"));
}
