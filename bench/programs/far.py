"""Goes round, and into another file, for ever."""

import colorsys
import time

while True:
    red = 0.5
    green = 0.25
    blue = 0.125
    time.sleep(0.01)
    shades = colorsys.rgb_to_hls(red, green, blue)  # @call
