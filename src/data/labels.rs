//! Which labels to take, and what they are called.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::DataError;

/// The ten classes of Fashion-MNIST, by label.
pub const LABEL_NAMES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// The names that labels have; a label without one is called by its number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelNames(Vec<(u8, String)>);

impl LabelNames {
    /// Names of these labels.
    pub fn new(names: Vec<(u8, String)>) -> Self {
        Self(names)
    }

    /// Those of Fashion-MNIST.
    pub fn fashion_mnist() -> Self {
        Self((0..).zip(LABEL_NAMES.map(str::to_owned)).collect())
    }

    /// "Bag", or "12" for a label without a name.
    pub fn of(&self, label: u8) -> Cow<'_, str> {
        match self.0.iter().find(|(known, _)| *known == label) {
            Some((_, name)) => Cow::Borrowed(name),
            None => Cow::Owned(label.to_string()),
        }
    }

    /// "8 Bag", or "12" for a label whose name is its number.
    pub fn with_number(&self, label: u8) -> String {
        match self.of(label) {
            name if name == label.to_string() => name.into_owned(),
            name => format!("{label} {name}"),
        }
    }

    /// The label that `word` names: by its name, in any case, else by its number.
    fn find(&self, word: &str) -> Option<u8> {
        let exact = self.0.iter().find(|(_, name)| name == word);
        let alike = || self.0.iter().find(|(_, name)| name.to_lowercase() == word.to_lowercase());
        exact.or_else(alike).map(|(label, _)| *label).or_else(|| word.parse().ok())
    }
}

/// The labels whose images are taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Labels {
    /// 0, 1 and 8 of Fashion-MNIST; of other data, all.
    #[default]
    Auto,
    /// All that there are.
    All,
    /// These, each by its number or its name.
    Listed(Vec<String>),
}

impl Labels {
    /// The words listed.
    pub fn words(&self) -> &[String] {
        match self {
            Self::Listed(words) => words,
            Self::Auto | Self::All => &[],
        }
    }

    /// The labels taken from data whose labels, ascending, are `present`; `is_fashion` for Fashion-MNIST.
    ///
    /// # Errors
    /// [`DataError::NoLabels`] for an empty list, [`DataError::MissingLabel`] for a label that is not there.
    pub(super) fn choose(
        &self,
        present: &[u8],
        names: &LabelNames,
        is_fashion: bool,
        source: &dyn fmt::Display,
    ) -> Result<Vec<u8>, DataError> {
        let words = match self {
            Self::Auto if is_fashion => {
                return Ok([0, 1, 8].into_iter().filter(|label| present.contains(label)).collect());
            }
            Self::Auto | Self::All => return Ok(present.to_vec()),
            Self::Listed(words) if words.is_empty() => return Err(DataError::NoLabels),
            Self::Listed(words) => words,
        };
        let mut labels = Vec::new();
        for word in words {
            let label = names.find(word).filter(|label| present.contains(label));
            let label = label.ok_or_else(|| DataError::MissingLabel {
                label: word.clone(),
                source_name: source.to_string(),
                hint: format!(
                    "choose among {}",
                    present.iter().map(|&label| names.with_number(label)).collect::<Vec<_>>().join(", ")
                ),
            })?;
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        Ok(labels)
    }

    /// The labels of Fashion-MNIST that are listed, where all words are such labels.
    pub(super) fn of_fashion_mnist(&self) -> Option<Vec<u8>> {
        let names = LabelNames::fashion_mnist();
        self.words().iter().map(|word| names.find(word)).collect()
    }
}

impl From<&[u8]> for Labels {
    fn from(labels: &[u8]) -> Self {
        Self::Listed(labels.iter().map(u8::to_string).collect())
    }
}

impl From<Vec<u8>> for Labels {
    fn from(labels: Vec<u8>) -> Self {
        labels.as_slice().into()
    }
}

impl fmt::Display for Labels {
    /// "0,1,8", "auto" or "all".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::All => formatter.write_str("all"),
            Self::Listed(words) => formatter.write_str(&words.join(",")),
        }
    }
}

/// A list, of numbers where words are numbers; "auto" or "all" as text.
impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Word<'a> {
            Number(u64),
            Name(&'a str),
        }
        match self {
            Self::Auto | Self::All => serializer.collect_str(self),
            Self::Listed(words) => serializer
                .collect_seq(words.iter().map(|word| word.parse().map_or(Word::Name(word), Word::Number))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(labels: &Labels, is_fashion: bool) -> Result<Vec<u8>, String> {
        let names = LabelNames::new(vec![(1, "cat".into()), (2, "Dog".into())]);
        labels.choose(&[0, 1, 2], &names, is_fashion, &"photos").map_err(|error| error.to_string())
    }

    #[test]
    fn labels_are_chosen_by_number_and_by_name() {
        let listed = |words: &[&str]| Labels::Listed(words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(choose(&listed(&["dog", "0", "2"]), false), Ok(vec![2, 0]));
        assert_eq!(
            (choose(&Labels::Auto, true), choose(&Labels::Auto, false)),
            (Ok(vec![0, 1]), Ok(vec![0, 1, 2]))
        );
        assert_eq!(choose(&Labels::All, true), Ok(vec![0, 1, 2]));
        assert_eq!(
            choose(&listed(&["cow"]), false),
            Err("label cow is not in photos: choose among 0, 1 cat, 2 Dog".into())
        );
        assert!(choose(&listed(&[]), false).is_err());
        assert_eq!(listed(&["Bag", "3"]).of_fashion_mnist(), Some(vec![8, 3]));
        assert_eq!(listed(&["cow"]).of_fashion_mnist(), None);
    }

    #[test]
    fn labels_have_names() {
        let names = LabelNames::fashion_mnist();
        assert_eq!((&*names.of(0), &*names.of(8), &*names.of(10)), ("T-shirt/top", "Bag", "10"));
        assert_eq!((names.with_number(8), names.with_number(10)), ("8 Bag".into(), "10".into()));
        assert_eq!(serde_json::to_string(&Labels::from(vec![0, 8])).unwrap(), "[0,8]");
        assert_eq!(serde_json::to_string(&Labels::Listed(vec!["cat".into()])).unwrap(), "[\"cat\"]");
    }
}
