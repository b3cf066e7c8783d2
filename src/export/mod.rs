//! What a study leaves behind: figures.pdf, model.npz, metrics.json.
