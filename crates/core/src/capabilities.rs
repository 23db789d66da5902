//! What a model is by its name where the gateway does not say: families, and what they refuse.
