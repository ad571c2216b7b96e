"""How commands are written: the texts of `help syntax`, and of the page that is made of it."""

from __future__ import annotations

SYNTAX = {
    "command": """\
A name may be cut to three letters or more where that is unique.  What is not a command is run
as Python in the selected frame; '!' before it makes sure.  ' ;; ' parts commands on one line,
'#' begins a comment, and an empty line repeats the last step or list.""",
    "suffixes": """\
A name may end with a sign, without a blank before it: '!' does not ask ('delete!', 'kill!', 'quit!'),
'step+' goes on to another line, 'step-' does not, 'eval?' runs what a statement computes.""",
    "location": """\
LINE, +N, -N, FILE:LINE, MODULE:LINE, FUNCTION, FUNCTION(), MODULE:FUNCTION, EXPRESSION() or '.'.
FUNCTION is 'name' or 'Class.name'; the value of EXPRESSION, such as self.queue.put, is a function.""",
    "filename": """\
The end of a path will do: 'shop/cart.py' or 'cart.py' when only one such file is loaded.
An absolute path is the program's, unless 'set substitute' says which folder here is which there.""",
    "range": """\
LOCATION shows the lines around it, 'FIRST,LAST' and 'FIRST,+COUNT' those lines, ',LAST' those up to it.""",
    "numbers": """\
Breakpoints by number: '2 5', '2-5', '.' for the one that was set last, '*' for all.
How often to step, and how many frames to go, may be an expression of the program's.""",
    "examples": """\
break app.py:12 if n > 3 ;; continue ;; backtrace 5
p/x flags ;; display len(queue)
list Server.handle ;; tbreak self.queue.put() ;; continue""",
}
