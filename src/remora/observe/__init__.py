"""Looking at processes from outside, running nothing in them."""
