"""Python prompts of clients: what is typed there runs in the program, in a namespace of the client's own."""
