"""How far a first stage is that has been put into a target.  See `choose.Attempt`."""

LEFT_LYING, WAITS_FOR_GIL, BEGUN = "left lying", "waits for the GIL", "begun"
