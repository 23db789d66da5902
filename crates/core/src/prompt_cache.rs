//! Where a prompt is marked for the provider's cache.
