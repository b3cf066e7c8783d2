use super::*;

#[test]
fn covariances_are_averaged_over_whole_rows() {
    assert_eq!([20, 38, 70, 114, 300, 783].map(|room| even_size(784, 28, room)), [14, 28, 56, 112, 196, 392]);
    // Where no such side exists, the picture is shown as large as there is room.
    assert_eq!((even_size(101, 10, 40), even_size(5, 2, 0), even_size(0, 0, 5)), (40, 0, 0));
}
