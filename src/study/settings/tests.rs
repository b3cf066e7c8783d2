//! The table against the settings, ranges and their ends, and the words of what is wrong.

use super::*;
use crate::mixture::KMeansInit;

fn fault(change: impl FnOnce(&mut Settings)) -> String {
    let mut settings = Settings::default();
    change(&mut settings);
    settings.check().unwrap_err().to_string()
}

#[test]
fn the_defaults_are_good_and_those_of_the_assignment() {
    let checked = Settings::default().check().unwrap();
    assert_eq!(*checked.get(), Settings::default());
    for (key, text) in [
        ("components", "5"),
        ("samples", "auto"),
        ("labels", "auto"),
        ("covariance", "full"),
        ("rank", "20"),
        ("ridge", "1e-6"),
        ("shrinkage", "0"),
        ("shrinkage-reach", "auto"),
        ("tolerance", "1e-3"),
        ("max-iterations", "100"),
        ("kmeans-init", "random"),
        ("restarts", "1"),
        ("observed", "0.1"),
        ("mask-per-image", "false"),
        ("test-images", "10"),
        ("draws", "10"),
    ] {
        assert_eq!(Setting::find(key).unwrap().value(checked.get()).to_string(), text, "{key}");
    }
}

/// Every setting of the table with a value that is not the default.
fn others() -> Settings {
    let default = Settings::default();
    let mut others = default.clone();
    for setting in SETTINGS {
        let text = match setting.value(&default) {
            Value::Whole(number) => (number + 1).to_string(),
            Value::Number(number) => (0.375 * number + 0.25).to_string(),
            Value::Automatic(number) => number.map_or("7", |_| "auto").to_owned(),
            Value::Count(_) => "17".to_owned(),
            Value::Size(_) => "4x6".to_owned(),
            Value::Memory(_) => "2GiB".to_owned(),
            Value::Labels(_) => "2,9".to_owned(),
            Value::Folder(_) => "a dir".to_owned(),
            Value::Choice(word) => setting
                .choices()
                .into_iter()
                .map(|(other, _)| other)
                .find(|other| *other != word)
                .unwrap()
                .to_owned(),
            Value::Switch(on) => (!on).to_string(),
            Value::Formula("x^2") => "x + sin(x)".to_owned(),
            Value::Formula(_) => "uniform(0, 1)".to_owned(),
        };
        setting.parse(&mut others, text).unwrap();
    }
    others
}

#[test]
fn every_entry_stands_for_a_setting_of_its_own() {
    let (default, others) = (Settings::default(), others());
    let mut copied = default.clone();
    for (index, setting) in SETTINGS.iter().enumerate() {
        let key = setting.key;
        let texts = [key, setting.placeholder, setting.label, setting.help, setting.brief];
        assert!(texts.iter().all(|text| !text.is_empty()) && !setting.help.ends_with('.'), "{key}");
        assert!(setting.label.len() < 16 && setting.brief.len() <= 46, "{key}: the form's room");
        assert!(std::ptr::eq(Setting::find(key).unwrap(), setting), "{key}: twice");
        // One entry changes one value, and the text of a value makes it again.
        setting.copy(&others, &mut copied);
        for (other, entry) in SETTINGS.iter().enumerate() {
            let expected = if other <= index { &others } else { &default };
            assert_eq!(entry.value(&copied), entry.value(expected), "{} by {key}", entry.key);
        }
        let mut read = default.clone();
        setting.parse(&mut read, setting.value(&others).to_string()).unwrap();
        assert_eq!(setting.value(&read), setting.value(&others), "{key}");
        setting.check(&others).unwrap();
    }
    assert_eq!(copied, others);
    assert_eq!(others.kmeans.init, KMeansInit::PlusPlus);
}

#[test]
fn json_has_every_setting_in_order() {
    let json =
        serde_json::to_string(&Settings { data: Some("a dir".into()), ..Settings::default() }).unwrap();
    let mut rest = json.as_str();
    for (key, value) in [
        ("components", "5"),
        ("samples", "\"auto\""),
        ("labels", "\"auto\""),
        ("seed", "0"),
        ("data", "\"a dir\""),
        ("covariance", "\"full\""),
        ("rank", "20"),
        ("ridge", "1e-6"),
        ("shrinkage", "0.0"),
        ("shrinkage_reach", "\"auto\""),
        ("tolerance", "0.001"),
        ("max_iterations", "100"),
        ("kmeans_init", "\"random\""),
        ("restarts", "1"),
        ("observed", "0.1"),
        ("mask_per_image", "false"),
        ("test_images", "10"),
        ("draws", "10"),
        ("held_out", "500"),
        ("threads", "0"),
    ] {
        let (_, after) =
            rest.split_once(&format!("\"{key}\":{value}")).unwrap_or_else(|| panic!("{key} in {rest}"));
        rest = after;
    }
    assert_eq!(json.matches("\":").count(), SETTINGS.len());
    assert!(serde_json::to_string(&Settings::default()).unwrap().contains("\"data\":null"));
}

#[test]
fn the_ends_of_every_range_are_good() {
    for observed in [0.0, 1.0] {
        let mut edge =
            Settings { samples: 1.into(), labels: vec![9].into(), observed, ..Settings::default() };
        edge.kmeans.components = 1;
        edge.em = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 0, ..EmSettings::default() };
        edge.check().unwrap();
    }
}

#[test]
fn a_fault_names_the_setting_its_value_and_a_hint() {
    assert_eq!(fault(|s| s.kmeans.components = 0), "`components` is 0: choose at least 1");
    assert_eq!(fault(|s| s.samples = 0.into()), "`samples` is 0: choose at least 1");
    assert_eq!(
        fault(|s| s.kmeans.components = 2001),
        "`components` is 2001: choose at most as many components as images (`samples` 2000)"
    );
    assert_eq!(fault(|s| s.labels = vec![].into()), "`labels` is empty: give at least one label, or all");
    assert_eq!(fault(|s| s.labels = vec![1, 8, 1].into()), "`labels` is 1,8,1: give label 1 once");
    assert_eq!(fault(|s| s.em.ridge = -1.0), "`ridge` is -1: choose a finite number, 0 or larger");
    assert_eq!(
        fault(|s| s.shrinkage = Shrinkage::Images(-1.0)),
        "`shrinkage` is -1: choose a finite number, 0 or larger, or auto"
    );
    assert_eq!(
        fault(|s| s.reach = Reach::Pixels(f64::NAN)),
        "`shrinkage-reach` is NaN: choose a finite number, 0 or larger, or auto"
    );
    let near = |s: &mut Settings| (s.reach, s.vectors) = (Reach::Pixels(4.0), true);
    assert_eq!(
        fault(near),
        "`shrinkage-reach` is given with `vectors`: numbers in a row are no neighbours: leave it out"
    );
    assert_eq!(fault(|s| s.observed = 1.5), "`observed` is 1.5: choose a fraction from 0 to 1");
    assert_eq!(fault(|s| s.kmeans.restarts = 0), "`restarts` is 0: choose 1 to 1000000");
    assert_eq!(fault(|s| s.test_share = 1.0), "`test-share` is 1: choose a fraction from 0 to 0.9");
    assert_eq!(fault(|s| s.draws = 0), "`draws` is 0: choose at least 1");
    assert_eq!(fault(|s| s.test_images = 0), "`test-images` is 0: choose at least 1");
    assert_eq!(fault(|s| s.threads = 4000), "`threads` is 4000: choose at most 1024, or 0 for one a core");
}

#[test]
fn what_is_not_a_number_is_refused() {
    assert_eq!(fault(|s| s.em.ridge = f64::NAN), "`ridge` is NaN: choose a finite number, 0 or larger");
    assert!(fault(|s| s.em.tolerance = f64::INFINITY).starts_with("`tolerance` is inf"));
    assert!(fault(|s| s.observed = f64::NAN).starts_with("`observed` is NaN"));
}

#[test]
fn given_means_must_be_one_a_component_and_finite() {
    assert_eq!(
        fault(|s| s.means_init = Some(DMatrix::zeros(784, 3))),
        "`means-init` is 3 means: give one mean for each component (`components` 5)"
    );
    let mut means = DMatrix::zeros(784, 5);
    means[(7, 3)] = f64::NAN;
    assert!(fault(|s| s.means_init = Some(means)).contains("remove NaN"));
}

#[test]
fn a_model_to_start_from_must_have_k_components_and_be_the_only_start() {
    let model = Arc::new(Mixture::standard_start(DMatrix::zeros(784, 3)).unwrap());
    assert_eq!(
        fault(|s| s.start = Some(Arc::clone(&model))),
        "`start` is a model of 3 components: give a model of 5 components (`components`)"
    );
    let both = |s: &mut Settings| {
        s.kmeans.components = 3;
        s.means_init = Some(DMatrix::zeros(784, 3));
        s.start = Some(model);
    };
    assert_eq!(
        fault(both),
        "`start` is given with `means-init`: give a model to start from, or means, not both"
    );
}

#[test]
fn shrinkage_is_a_number_or_auto() {
    let setting = Setting::find("shrinkage").unwrap();
    let mut settings = Settings::default();
    for (text, value) in [("auto", Shrinkage::Auto), (" 30 ", Shrinkage::Images(30.0))] {
        setting.parse(&mut settings, text).unwrap();
        assert_eq!(settings.shrinkage, value);
        assert_eq!(setting.value(&settings).to_string(), text.trim());
    }
    assert!(setting.parse(&mut settings, "much").unwrap_err().contains("or auto"));
    settings.shrinkage = Shrinkage::Auto;
    assert!(serde_json::to_string(&settings).unwrap().contains("\"shrinkage\":\"auto\""));
}

#[test]
fn the_reach_of_shrinkage_is_a_number_or_auto() {
    let setting = Setting::find("shrinkage-reach").unwrap();
    let mut settings = Settings::default();
    for (text, value) in [("8", Reach::Pixels(8.0)), (" auto ", Reach::Auto), ("0", Reach::Pixels(0.0))] {
        setting.parse(&mut settings, text).unwrap();
        assert_eq!(settings.reach, value);
        assert_eq!(setting.value(&settings).to_string(), text.trim());
    }
    assert!(setting.parse(&mut settings, "far").unwrap_err().contains("or auto"));
}

#[test]
fn counts_labels_and_sizes_are_read_as_they_are_written() {
    let read = |key: &str, text: &str| {
        let (mut settings, setting) = (Settings::default(), Setting::find(key).unwrap());
        setting.parse(&mut settings, text).map(|()| (setting.value(&settings).to_string(), settings))
    };
    for (key, text, written) in [
        ("samples", "all", "all"),
        ("samples", " 300 ", "300"),
        ("labels", "0, 1 8", "0,1,8"),
        ("labels", "Ankle boot, cat,3", "Ankle boot,cat,3"),
        ("labels", "all", "all"),
        ("resize", "32x48", "32x48"),
        ("shape", "1 x 64", "1x64"),
        ("shape", "", ""),
    ] {
        assert_eq!(read(key, text).unwrap().0, written, "{key} {text}");
    }
    assert_eq!(read("resize", "32x48").unwrap().1.resize, Some(ImageShape::new(32, 48)));
    for (key, text) in
        [("samples", "some"), ("samples", "-1"), ("shape", "8"), ("shape", "0x8"), ("resize", "9999x9999")]
    {
        assert!(read(key, text).is_err(), "{key} {text}");
    }
    assert_eq!([SampleCount::Auto, SampleCount::All, 7.into()].map(|count| count.of(300)), [300, 300, 7]);
    assert_eq!(SampleCount::Auto.of(18_000), 2000);
}
