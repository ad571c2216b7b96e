"""A shop that takes orders for ever, and was not written with a debugger in mind."""

import itertools
import time

PRICES = {"tea": 4, "coffee": 5, "water": 1}


def total(items):
    amount = 0
    for item in items:
        amount += PRICES[item]
    return amount  # @priced


def serve(number):
    items = ["tea", "coffee", "water"][: number % 3 + 1]
    print(f"order {number}: {total(items)}", flush=True)


for number in itertools.count(1):
    serve(number)
    time.sleep(0.05)
