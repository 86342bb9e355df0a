//! Where bytes come from: files, standard input, the index, a range, a history.
