"""Raises exceptions that come from others, and handles them, in the way that its input names."""

import sys


class Refused(Exception):
    pass


def look_up(table, key):
    return table[key]  # @missing


def serve(key):
    table = {"a": 1}
    try:
        return look_up(table, key)
    except KeyError as error:
        answer = "no " + key
        raise Refused(answer) from error  # @refused


def clean_up(key):
    try:
        serve(key)
    except Refused:
        [].pop()  # @second


def handles(key):
    try:
        clean_up(key)  # @cleaning
    except IndexError as error:
        told = str(error)  # @handling
    return told  # @after


def forgets(key):
    return key  # @idle


def raises_again(key):
    try:
        look_up({}, key)  # @first
    except KeyError as error:
        raise error  # @again


def dissects(key):
    try:
        serve(key)
    except Refused as error:
        # What `remora.post_mortem` comes down to.
        sys.modules["_remora"].post_mortem(error)
    return key


def prints(key):
    try:
        serve(key)
    except Refused:
        sys.last_type, sys.last_value, sys.last_traceback = sys.exc_info()
    return key  # @printed


print("ready", flush=True)
for line in sys.stdin:
    name, key = line.split()
    try:
        print("gave", globals()[name](key), flush=True)
    except KeyError as error:
        print("raised", repr(error), flush=True)  # @caught
