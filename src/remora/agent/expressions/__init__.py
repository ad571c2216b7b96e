"""Running what the user wrote: expressions, statements, conditions, log messages, completions."""
