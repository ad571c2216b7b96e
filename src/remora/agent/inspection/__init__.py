"""Reading the program: frames, values and their text, without running code of it unless that is asked for."""
