"""A program of which there is only a picture, taken from outside: a debug adapter that answers from it."""
