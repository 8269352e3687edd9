// Filled in with the core.
