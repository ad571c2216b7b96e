"""Ready-made questions to a program: what travels into it, and how each is called."""
