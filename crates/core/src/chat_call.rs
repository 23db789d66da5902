//! One chat call: attempts, healing, retries, and the parts of its answer.
