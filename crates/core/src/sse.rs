//! Server-sent events out of bytes that may be cut anywhere.
