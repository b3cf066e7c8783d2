//! The table `[settings]`: the default settings of every command, under the names of the command line.

use gmmscope::mixture::KMeansInit;
use gmmscope::study::{Settings, StudyError};
use toml::de::DeValue;

use super::parse::{Fault, Source, Value, kind};

/// Reads one value into the settings.
type Read = fn(&mut Settings, Source<'_>, &str, &Value<'_>) -> Result<(), Fault>;

/// The choices of `kmeans-init`.
const STARTS: [(&str, KMeansInit); 2] = [("random", KMeansInit::Random), ("plus-plus", KMeansInit::PlusPlus)];

/// A setting of the table.
pub(super) struct Setting {
    /// Its option on the command line, without the dashes.
    pub name: &'static str,
    /// What it is, for the printed file.
    pub help: &'static str,
    /// Its default as TOML; none when there is none.
    pub default: fn(&Settings) -> Option<String>,
    read: Read,
}

/// Every setting, in the order of the printed file.
pub(super) const SETTINGS: [Setting; 16] = [
    Setting {
        name: "components",
        help: "K, the number of components, 1 to S",
        default: |s| Some(s.components.to_string()),
        read: |s, source, key, value| whole(&mut s.components, source, key, value),
    },
    Setting {
        name: "samples",
        help: "S, training images drawn at random from those of the labels",
        default: |s| Some(s.samples.to_string()),
        read: |s, source, key, value| whole(&mut s.samples, source, key, value),
    },
    Setting {
        name: "labels",
        help: "labels of Fashion-MNIST, 0 to 9; 0, 1 and 8 are inside the program",
        default: |s| Some(format!("{:?}", s.labels)),
        read: |s, source, key, value| labels(&mut s.labels, source, key, value),
    },
    Setting {
        name: "seed",
        help: "of every random choice",
        default: |s| Some(s.seed.to_string()),
        read: |s, source, key, value| whole(&mut s.seed, source, key, value),
    },
    Setting {
        name: "data",
        help: "folder with Fashion-MNIST's four IDX files",
        default: |s| s.data.as_ref().map(|path| format!("{:?}", path.display().to_string())),
        read: |s, source, key, value| {
            s.data = Some(source.text(key, value)?.into());
            Ok(())
        },
    },
    Setting {
        name: "ridge",
        help: "added to the diagonal of every covariance, 0 or larger",
        default: |s| Some(format!("{:e}", s.ridge)),
        read: |s, source, key, value| real(&mut s.ridge, source, key, value),
    },
    Setting {
        name: "tolerance",
        help: "EM stops when the NLL per image changes by less, in nats",
        default: |s| Some(format!("{:e}", s.tolerance)),
        read: |s, source, key, value| real(&mut s.tolerance, source, key, value),
    },
    Setting {
        name: "max-iterations",
        help: "of EM; 0 returns the start",
        default: |s| Some(s.max_iterations.to_string()),
        read: |s, source, key, value| whole(&mut s.max_iterations, source, key, value),
    },
    Setting {
        name: "kmeans-init",
        help: "how k-means chooses its first centroids: \"random\" or \"plus-plus\"",
        default: |s| {
            STARTS.iter().find(|start| start.1 == s.kmeans_init).map(|start| format!("{:?}", start.0))
        },
        read: |s, source, key, value| {
            s.kmeans_init = source.choice(key, value, &STARTS)?;
            Ok(())
        },
    },
    Setting {
        name: "restarts",
        help: "independent runs of k-means, 1 or more; the best one counts",
        default: |s| Some(s.restarts.to_string()),
        read: |s, source, key, value| whole(&mut s.restarts, source, key, value),
    },
    Setting {
        name: "observed",
        help: "fraction of the pixels that are observed when images are restored, 0 to 1",
        default: |s| Some(format!("{:?}", s.observed)),
        read: |s, source, key, value| real(&mut s.observed, source, key, value),
    },
    Setting {
        name: "mask-per-image",
        help: "a mask for each image instead of one for all",
        default: |s| Some(s.mask_per_image.to_string()),
        read: |s, source, key, value| {
            s.mask_per_image = source.truth(key, value)?;
            Ok(())
        },
    },
    Setting {
        name: "test-images",
        help: "test images that are restored, 1 or more",
        default: |s| Some(s.test_images.to_string()),
        read: |s, source, key, value| whole(&mut s.test_images, source, key, value),
    },
    Setting {
        name: "draws",
        help: "samples drawn from the mixture, 1 or more",
        default: |s| Some(s.draws.to_string()),
        read: |s, source, key, value| whole(&mut s.draws, source, key, value),
    },
    Setting {
        name: "held-out",
        help: "test images that EM is also scored on at every iteration; 0 for none",
        default: |s| Some(s.held_out.to_string()),
        read: |s, source, key, value| whole(&mut s.held_out, source, key, value),
    },
    Setting {
        name: "threads",
        help: "worker threads; 0 for one a core",
        default: |s| Some(s.threads.to_string()),
        read: |s, source, key, value| whole(&mut s.threads, source, key, value),
    },
];

/// A whole number, 0 or larger.
fn whole<T: TryFrom<u64>>(
    field: &mut T,
    source: Source<'_>,
    key: &str,
    value: &Value<'_>,
) -> Result<(), Fault> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    *field = number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
        source.fault(
            value.span(),
            format!("{key} is {}: write a whole number, 0 or larger", kind(value.get_ref())),
        )
    })?;
    Ok(())
}

fn real(field: &mut f64, source: Source<'_>, key: &str, value: &Value<'_>) -> Result<(), Fault> {
    let number = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    };
    *field = number.ok_or_else(|| {
        source
            .fault(value.span(), format!("{key} is {}: write a number, such as 1e-3", kind(value.get_ref())))
    })?;
    Ok(())
}

fn labels(field: &mut Vec<u8>, source: Source<'_>, key: &str, value: &Value<'_>) -> Result<(), Fault> {
    let Some(array) = value.get_ref().as_array() else {
        let what = format!("{key} is {}: write a list, such as [0, 1, 8]", kind(value.get_ref()));
        return Err(source.fault(value.span(), what));
    };
    field.clear();
    for value in array.iter() {
        let mut label = 0;
        whole(&mut label, source, key, value)?;
        field.push(label);
    }
    Ok(())
}

/// Reads the table, and checks it as the command line is checked.
pub(super) fn read(source: Source<'_>, value: &Value<'_>) -> Result<Settings, Fault> {
    let table = source.table("settings", value)?;
    let mut settings = Settings::default();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
            return Err(source.unknown(key.span(), "setting", name, &known));
        };
        (setting.read)(&mut settings, source, name, value)?;
    }
    match settings.check() {
        Ok(checked) => Ok(checked.get().clone()),
        Err(StudyError::Setting { name, value: found, mend }) => {
            // K may be at fault for an S that the file gives: then the table as a whole is.
            let name = name.trim_start_matches('-');
            let span = table.iter().find(|(key, _)| key.get_ref() == name).map(|(key, _)| key.span());
            let mend = mend.replace("--", "");
            Err(source.fault(span.unwrap_or(value.span()), format!("{name} is {found}: {mend}")))
        }
        Err(error) => Err(source.fault(value.span(), error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::cli::options::tests::every_option;

    #[test]
    fn every_setting_is_read() {
        let text = "[settings]\ncomponents = 3\nsamples = 50\nlabels = [2, 9]\nseed = 7\ndata = 'dir'\nridge = 0.5\n\
                    tolerance = 0.25\nmax-iterations = 4\nkmeans-init = 'plus-plus'\nrestarts = 6\nobserved = 0.75\n\
                    mask-per-image = true\ntest-images = 8\ndraws = 9\nheld-out = 11\nthreads = 2\n";
        // As on the command line, setting by setting.
        assert_eq!(parse(text).unwrap().settings, every_option());
        assert_eq!(parse("[settings]\nridge = 1").unwrap().settings.ridge, 1.0);
        assert_eq!(parse("[settings]\nseed = 18446744073709551615").unwrap().settings.seed, u64::MAX);
    }

    #[test]
    fn a_bad_setting_is_named_with_its_line() {
        for (text, line, what) in [
            ("[settings]\n\ncomponent = 3", 3, "unknown setting component: did you mean components?"),
            ("[settings]\nseed = -1", 2, "seed is the number -1: write a whole number, 0 or larger"),
            ("[settings]\nseed = 1.5", 2, "seed is the number 1.5: write a whole number, 0 or larger"),
            ("[settings]\nridge = 'big'", 2, "ridge is the text \"big\": write a number, such as 1e-3"),
            ("[settings]\nlabels = 1", 2, "labels is the number 1: write a list, such as [0, 1, 8]"),
            ("[settings]\nseed = 1\nlabels = [1, 12]", 3, "labels is 12: choose labels from 0 to 9"),
            ("[settings]\nobserved = 2", 2, "observed is 2: choose a fraction from 0 to 1"),
            ("[settings]\nridge = nan", 2, "ridge is NaN: choose a finite number, 0 or larger"),
            ("[settings]\nkmeans-init = 'best'", 2, "kmeans-init is best: choose one of random, plus-plus"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.what), (line, what.to_owned()), "{text}");
        }
        let fault = parse("mouse = true\n[settings]\nsamples = 3").unwrap_err();
        assert_eq!(
            (fault.line, fault.what.as_str()),
            (2, "components is 5: choose at most as many components as images (samples 3)")
        );
    }
}
