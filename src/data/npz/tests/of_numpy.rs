//! Files that numpy made are read, whatever their types and order.

use super::*;

#[test]
fn doubles_are_read_however_they_are_stored() {
    for (file, array) in [
        ("stored.npz", "cube"),
        ("deflated.npz", "cube"),
        ("fortran.npz", "cube"),
        ("float32.npz", "cube"),
        ("big_endian.npz", "f8"),
        ("big_endian.npz", "f4"),
        ("version2.npz", "cube"),
    ] {
        let info = ArrayInfo { shape: vec![2, 3, 4], elements: ElementType::Float };
        assert_eq!(fixture(file).info(array).unwrap(), info, "{file}");
        assert_eq!(fixture(file).f64(array).unwrap(), cube(), "{file}");
        assert_eq!(fixture(file).finite_f64(array).unwrap(), cube(), "{file}");
    }
    let mut stored = fixture("stored.npz");
    assert_eq!(stored.names(), ["cube", "vector", "empty"]);
    assert_eq!((stored.contains("vector"), stored.contains("vector.npy")), (true, false));
    assert_eq!(stored.f64("vector").unwrap(), Array { shape: vec![2], values: vec![1.5, -2.5] });
    assert_eq!(stored.f64("empty").unwrap(), Array { shape: vec![0, 784], values: vec![] });
    let zeros = fixture("deflated.npz").f64("zeros").unwrap();
    assert_eq!((zeros.shape, zeros.values), (vec![50, 784], vec![0.0; 50 * 784]));
}

#[test]
fn whole_numbers_of_every_width_are_read() {
    let mut file = fixture("integers.npz");
    for (name, min, max) in [
        ("int8", i8::MIN.into(), i8::MAX.into()),
        ("int16", i16::MIN.into(), i16::MAX.into()),
        ("int32", i32::MIN.into(), i32::MAX.into()),
        ("int64", i64::MIN, i64::MAX),
        ("uint8", 0, u8::MAX.into()),
        ("uint16", 0, u16::MAX.into()),
        ("uint32", 0, u32::MAX.into()),
    ] {
        assert_eq!(file.i64(name).unwrap().values, [min, 0, 7, max], "{name}");
        assert_eq!(file.f64(name).unwrap().values, [min as f64, 0.0, 7.0, max as f64], "{name}");
    }
    assert_eq!(file.f64("uint64").unwrap().values, [0.0, 0.0, 7.0, u64::MAX as f64]);
    assert!(file.i64("uint64").unwrap_err().to_string().ends_with(
        "integers.npz: array uint64 holds 18446744073709551615 at position 3, beyond the largest int64: use smaller \
         numbers"
    ));
    assert_eq!(file.info("uint8").unwrap().elements, ElementType::Uint8);
    assert_eq!(file.info("int8").unwrap().elements, ElementType::Integer);
    assert_eq!(fixture("big_endian.npz").i64("i4").unwrap().values, [1, -2, 70_000]);
}

#[test]
fn truth_values_are_read() {
    let mask = fixture("bool.npz").bool("mask").unwrap();
    assert_eq!(mask, Array { shape: vec![2, 3], values: vec![true, false, true, false, false, true] });
    assert_eq!(fixture("bool.npz").f64("mask").unwrap().values, [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    assert_eq!(fixture("bool.npz").info("mask").unwrap().elements, ElementType::Bool);
    let bools = fixture("fortran.npz").bool("bools").unwrap();
    assert_eq!(bools.values, cube().values.iter().map(|&v| v > 2.0).collect::<Vec<_>>());
}

#[test]
fn scalars_are_read() {
    let mut file = fixture("scalars.npz");
    let ridge = file.f64("ridge").unwrap();
    assert_eq!((ridge.shape.len(), ridge.scalar()), (0, Some(1e-6)));
    assert_eq!(file.i64("seed").unwrap().scalar(), Some(42));
    assert_eq!(file.bool("converged").unwrap().scalar(), Some(true));
    assert_eq!(file.f64("one").unwrap().scalar(), Some(3.0));
    assert_eq!(fixture("stored.npz").f64("vector").unwrap().scalar(), None);
}

#[test]
fn what_is_not_finite_is_told_by_its_position() {
    let mut file = fixture("not_finite.npz");
    assert!(file.f64("x").unwrap().values[2].is_nan());
    let message = file.finite_f64("x").unwrap_err().to_string();
    assert!(
        message.ends_with(": array x holds NaN at position 2: replace it with a finite number"),
        "{message}"
    );
    let message = file.finite_f64("y").unwrap_err().to_string();
    assert!(message.contains("array y holds -inf at position 0"), "{message}");
}

#[test]
fn what_is_not_of_numbers_is_refused() {
    let mut file = fixture("not_numbers.npz");
    for (array, reason) in [
        ("text", "elements of type '<U2'"),
        ("complex", "elements of type '<c16'"),
        ("record", "not a plain array"),
        ("object", "elements of type '|O'"),
        ("date", "elements of type '<M8[D]'"),
    ] {
        let message = file.f64(array).unwrap_err().to_string();
        let expected =
            format!("array {array} has an unusable header ({reason}): save a plain array of numbers");
        assert!(message.ends_with(&expected), "{message}");
        assert_eq!(file.info(array).unwrap_err().to_string(), message);
    }
    // A float16 is a number.
    assert_eq!(file.info("half").unwrap().elements, ElementType::Float);
}

#[test]
fn another_type_or_name_than_the_wanted_is_told() {
    let path = fixture_path("stored.npz").display().to_string();
    let mut file = fixture("stored.npz");
    assert_eq!(
        file.bool("cube").unwrap_err().to_string(),
        format!(
            "{path}: array cube holds '<f8' where truth values (bool) are wanted: convert it with .astype(\"bool\")"
        )
    );
    assert_eq!(
        file.i64("vector").unwrap_err().to_string(),
        format!(
            "{path}: array vector holds '<f8' where whole numbers are wanted: convert it with .astype(\"int64\")"
        )
    );
    assert_eq!(
        file.f64("means").unwrap_err().to_string(),
        format!(
            "{path}: has no array means (it has cube, vector, empty): add it, as in numpy.savez(file, means=...)"
        )
    );
}
