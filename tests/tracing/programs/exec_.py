namespace = {}
source = """
def made(n):
    n += 1
    return n
value = made(1)
"""
exec(source, namespace)
code = compile("a = 1\nb = eval('a + 1')\n", __file__, "exec")
exec(code, namespace)
eval("made(2)", namespace)
del namespace
