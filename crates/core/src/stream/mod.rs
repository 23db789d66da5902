//! From the events of a reply to stream parts.
