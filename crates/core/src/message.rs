//! Messages as a caller gives them: the Anthropic shape, read leniently.
