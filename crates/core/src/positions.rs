//! Where something is, by name.

use std::collections::BTreeMap;

/// A number by name. One kind of map serves all, since each kind adds some 5 KB to the core. It stays in order, so that no choice of
/// names makes it slow.
pub(crate) type Positions = BTreeMap<String, usize>;
