"""Files of structures: one ordered structure each, or a refusal that says what to do."""
