//! From messages as given to OpenAI chat messages, with the history repaired on the way.
