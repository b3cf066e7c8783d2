//! model.npz: what is saved is what is loaded, and what is wrong is named.

use gmmscope::data::ImageShape;
use gmmscope::data::npz::{self, NpzReader, NpzWriter};
use gmmscope::files::{ModelFile, Origin};
use gmmscope::mixture::{Covariance, CovarianceFamily, Mixture};
use nalgebra::{DMatrix, DVector};
use tempfile::TempDir;

use crate::outcome;

fn small() -> ModelFile {
    // Values without a short decimal form, so that a loss of bits is seen.
    let covariance =
        |scale: f64| DMatrix::from_fn(4, 4, |i, j| if i == j { scale / 3.0 } else { scale / 70.0 });
    ModelFile {
        mixture: Mixture::new(
            DVector::from_vec(vec![1.0 / 3.0 + 0.1, 2.0 / 3.0 - 0.1]),
            DMatrix::from_fn(4, 2, |i, j| (i as f64 + 0.1) / (j as f64 + 7.0)),
            vec![covariance(1.0), covariance(2.0)],
        )
        .unwrap()
        .into(),
        shape: ImageShape::new(2, 2),
        nll_history: vec![741.25, -1.0 / 3.0, f64::MIN_POSITIVE],
        ridge: 1e-6,
        shrinkage: 0.0,
        reach: 0.0,
        converged: true,
        component_labels: Vec::new(),
        origin: Origin::default(),
        is_partial: false,
        is_shrinkage_chosen: false,
        training_digest: None,
        labels: vec![0, 1, 8],
        seed: u64::MAX - 5,
        sample_indices: vec![17_999, 0, 3],
        notes: Vec::new(),
    }
}

/// The covariances, entry by entry.
fn covariances(mixture: &Mixture) -> Vec<f64> {
    mixture.covariances().iter().flat_map(|c| c.dense().iter().copied().collect::<Vec<_>>()).collect()
}

#[test]
fn a_model_comes_back_bit_for_bit() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    for model in [small(), outcome::complete(2, 40, &[0, 1]).model().unwrap()] {
        model.save(&path).unwrap();
        assert_eq!(ModelFile::load(&path).unwrap(), model);
        let bytes = std::fs::read(&path).unwrap();
        model.save(&path).unwrap();
        assert!(std::fs::read(&path).unwrap() == bytes, "equal models give equal bytes");
    }
}

#[test]
fn a_shape_is_kept_where_the_rule_does_not_give_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    small().save(&path).unwrap();
    assert!(!NpzReader::open(&path).unwrap().contains("shape"));
    for (rows, columns) in [(1, 4), (4, 1)] {
        let model = ModelFile { shape: ImageShape::new(rows, columns), ..small() };
        model.save(&path).unwrap();
        let shape = NpzReader::open(&path).unwrap().i64("shape").unwrap();
        assert_eq!((shape.shape, shape.values), (vec![2], vec![rows as i64, columns as i64]));
        assert_eq!(ModelFile::load(&path).unwrap(), model);
    }
    for (rows, columns, shape) in [(2_i64, 3, &[2][..]), (0, 4, &[2]), (-2, -2, &[2]), (2, 2, &[1, 2])] {
        let model = small();
        let covariances = covariances(&model.mixture);
        npz::write(&path, |npz| {
            npz.array("weights", &[2], model.mixture.weights().iter())?;
            npz.array("means", &[2, 4], model.mixture.means().iter())?;
            npz.array("covariances", &[2, 4, 4], &covariances)?;
            npz.array("shape", shape, &[rows, columns])
        })
        .unwrap();
        let loaded = ModelFile::load(&path);
        if (rows, columns) == (2, 2) {
            assert_eq!(loaded.unwrap().shape, model.shape);
            continue;
        }
        let error = loaded.unwrap_err().to_string();
        assert!(
            error.contains(&format!("array shape holds {rows} and {columns}, which is no shape")),
            "{error}"
        );
    }
}

#[test]
fn an_outcome_without_a_fit_has_no_model() {
    assert_eq!(gmmscope::study::Outcome::default().model(), None);
}

#[test]
fn a_mixture_fitted_elsewhere_can_be_loaded() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    let model = small();
    let mixture = &model.mixture;
    npz::write(&path, |npz| {
        npz.array("weights", &[2], mixture.weights().iter())?;
        npz.array("means", &[2, 4], mixture.means().iter())?;
        npz.array("covariances", &[2, 4, 4], &covariances(mixture))
    })
    .unwrap();
    let loaded = ModelFile::load(&path).unwrap();
    assert_eq!(loaded.mixture, model.mixture);
    assert_eq!((loaded.ridge, loaded.converged, loaded.labels.len()), (0.0, false, 0));
}

/// Names, shapes and elements of the arrays of a file.
type Arrays = Vec<(&'static str, Vec<usize>, Vec<f64>)>;

/// Something done to them.
type Change<'a> = &'a dyn Fn(&mut Arrays);

/// The error of loading a file whose arrays were changed by `change`.
fn fault(change: impl Fn(&mut Arrays)) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    let model = small();
    let mixture = &model.mixture;
    let mut arrays = vec![
        ("weights", vec![2], mixture.weights().iter().copied().collect()),
        ("means", vec![2, 4], mixture.means().iter().copied().collect()),
        ("covariances", vec![2, 4, 4], covariances(mixture)),
    ];
    change(&mut arrays);
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = NpzWriter::new(file);
    for (name, shape, values) in &arrays {
        writer.array(name, shape, values).unwrap();
    }
    writer.finish().unwrap();
    let error = ModelFile::load(&path).unwrap_err().to_string();
    assert!(!error.contains('\n'), "one line: {error}");
    error.strip_prefix(path.to_str().unwrap()).expect("the file is named").to_owned()
}

#[test]
fn what_is_wrong_with_a_model_is_named() {
    let cases: [(Change<'_>, &[&str]); 8] = [
        (&|a| drop(a.remove(1)), &["no array means"]),
        (&|a| a[0].1 = vec![1, 1, 2], &["array weights", "(1, 1, 2)", "(K,)"]),
        (&|a| a[1].1 = vec![4, 2], &["array means", "(4, 2)", "(2, D)"]),
        (&|a| a[2].1 = vec![2, 16], &["array covariances", "(2, 16)", "(2, 4, 4)"]),
        (&|a| a[1].2[5] = f64::NAN, &["array means", "NaN", "position 5"]),
        (&|a| a[2].2[7] = f64::INFINITY, &["array covariances", "inf", "position 7"]),
        (&|a| a[0].2[0] = 0.9, &["weights"]),
        (&|a| a[2].2[1] += 0.1, &["covariance", "symmetric"]),
    ];
    for (change, words) in cases {
        let error = fault(change);
        for word in words {
            assert!(error.contains(word), "{word:?} is not in {error:?}");
        }
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    ModelFile { labels: vec![255], ..small() }.save(&path).unwrap();
    assert_eq!(ModelFile::load(&path).unwrap().labels, [255]);
    gmmscope::data::npz::write(&path, |npz| {
        npz.array("weights", &[1], &[1.0])?;
        npz.array("means", &[1, 1], &[0.5])?;
        npz.array("covariances", &[1, 1, 1], &[0.1])?;
        npz.array("labels", &[1], &[256_i64])
    })
    .unwrap();
    let error = ModelFile::load(&path).unwrap_err().to_string();
    assert!(error.contains("array labels holds 256"), "{error}");
    std::fs::write(&path, b"PK\x03\x04 but not a zip archive").unwrap();
    assert!(ModelFile::load(&path).unwrap_err().to_string().contains("model.npz"));
    assert!(ModelFile::load(&folder.path().join("absent.npz")).is_err());
}

/// The small model with covariances of another family.
fn of_family(family: CovarianceFamily) -> ModelFile {
    let variances = |k: usize| DVector::from_fn(4, |i, _| (i + k + 1) as f64 / 7.0);
    let full = small().mixture;
    let covariances: Vec<Covariance> = match family {
        CovarianceFamily::Full => return small(),
        CovarianceFamily::Tied => Covariance::tied(full.covariances()[0].dense().into_owned(), 2),
        CovarianceFamily::Diagonal => (0..2).map(|k| Covariance::from_variances(variances(k))).collect(),
        CovarianceFamily::Spherical => {
            (0..2).map(|k| Covariance::spherical((k + 1) as f64 / 8.0, 4)).collect()
        }
        CovarianceFamily::LowRank => {
            let factors =
                |k: usize| DMatrix::from_fn(4, 3, |i, r| (i as f64 - r as f64 / 3.0) / (k + 2) as f64);
            (0..2).map(|k| Covariance::low_rank(factors(k), variances(k))).collect()
        }
    };
    let mixture = Mixture::new(full.weights().clone(), full.means().clone(), covariances).unwrap();
    ModelFile { mixture: mixture.into(), ..small() }
}

#[test]
fn every_family_comes_back_in_the_arrays_of_its_own() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    for family in CovarianceFamily::ALL {
        let model = of_family(family);
        model.save(&path).unwrap();
        assert_eq!(ModelFile::load(&path).unwrap(), model, "{family}");
        let mut file = NpzReader::open(&path).unwrap();
        assert_eq!(file.contains("family"), family != CovarianceFamily::Full);
        if file.contains("family") {
            assert_eq!(file.text("family").unwrap(), family.name());
        }
        let mut shape = |name: &str| file.f64(name).unwrap().shape;
        match family {
            CovarianceFamily::Full => assert_eq!(shape("covariances"), [2, 4, 4]),
            CovarianceFamily::Tied => assert_eq!(shape("covariances"), [4, 4]),
            CovarianceFamily::Diagonal => assert_eq!(shape("covariances"), [2, 4]),
            CovarianceFamily::Spherical => assert_eq!(shape("covariances"), [2]),
            CovarianceFamily::LowRank => {
                assert_eq!((shape("factors"), shape("noise_variances")), (vec![2, 4, 3], vec![2, 4]));
                // Row i of the first component's W is what numpy calls factors[0, i].
                let (factors, _) = model.mixture.covariances()[0].parts().unwrap();
                assert_eq!(file.f64("factors").unwrap().values[3..6], *factors.row(1).transpose().as_slice());
            }
        }
    }
}

#[test]
fn without_a_family_the_shape_of_the_covariances_tells() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.npz");
    let write = |model: &ModelFile, shape: &[usize], values: &[f64], family: Option<&str>| {
        npz::write(&path, |npz| {
            npz.array("weights", &[2], model.mixture.weights().iter())?;
            npz.array("means", &[2, 4], model.mixture.means().iter())?;
            npz.array("covariances", shape, values)?;
            family.map_or(Ok(()), |family| npz.text("family", family))
        })
        .unwrap();
        ModelFile::load(&path)
    };
    for (family, shape) in [
        (CovarianceFamily::Tied, &[4, 4][..]),
        (CovarianceFamily::Diagonal, &[2, 4]),
        (CovarianceFamily::Spherical, &[2]),
    ] {
        let model = of_family(family);
        let each = model.mixture.covariances();
        let values: Vec<f64> = match family {
            CovarianceFamily::Tied => each[0].dense().iter().copied().collect(),
            CovarianceFamily::Diagonal => {
                each.iter().flat_map(|c| c.diagonal().as_slice().to_vec()).collect()
            }
            _ => each.iter().map(|c| c.diagonal()[0]).collect(),
        };
        assert_eq!(write(&model, shape, &values, None).unwrap().mixture, model.mixture, "{family}");
        let error = write(&model, shape, &values, Some("full")).unwrap_err().to_string();
        assert!(error.contains("(2, 4, 4) is wanted"), "{error}");
    }
    let diagonal = of_family(CovarianceFamily::Diagonal);
    let values = covariances(&diagonal.mixture)[..8].to_vec();
    // scikit-learn's word, and one that nobody has.
    assert!(write(&diagonal, &[2, 4], &[0.5; 8], Some("diag")).is_ok());
    let error = write(&diagonal, &[2, 4], &values, Some("round")).unwrap_err().to_string();
    assert!(error.contains("array family holds round, which is no family of covariances"), "{error}");
    // Two components of two pixels: tied or diagonal?
    npz::write(&path, |npz| {
        npz.array("weights", &[2], &[0.5, 0.5])?;
        npz.array("means", &[2, 2], &[0.0, 1.0, 2.0, 3.0])?;
        npz.array("covariances", &[2, 2], &[1.0, 0.0, 0.0, 1.0])
    })
    .unwrap();
    let error = ModelFile::load(&path).unwrap_err().to_string();
    assert!(error.contains("`family`"), "{error}");
}

#[test]
fn a_model_remembers_where_its_images_came_from() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("m.npz");
    small().save(&path).unwrap();
    assert_eq!(ModelFile::load(&path).unwrap().origin, Origin::default());
    let data = Some(folder.path().join("photos"));
    let model = ModelFile {
        origin: Origin { data, test_share: Some(0.4), vectors: true, memory: Some("2GiB".into()) },
        ..small()
    };
    model.save(&path).unwrap();
    assert_eq!(ModelFile::load(&path).unwrap(), model);
    // A path that is not whole is made so.
    let model = ModelFile { origin: Origin { data: Some("photos".into()), ..Origin::default() }, ..small() };
    model.save(&path).unwrap();
    let found = ModelFile::load(&path).unwrap().origin.data.unwrap();
    assert!(found.is_absolute() && found.ends_with("photos"), "{found:?}");
}

#[test]
fn what_a_stopped_fit_is_continued_by_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.npz");
    let training_digest = Some("0123456789abcdef".to_owned());
    let (shrinkage, reach) = (9.5, 4.0);
    let model = ModelFile {
        is_partial: true,
        is_shrinkage_chosen: true,
        shrinkage,
        reach,
        training_digest,
        ..small()
    };
    model.save(&path).unwrap();
    assert_eq!(ModelFile::load(&path).unwrap(), model);
}
