"""What a program that prepares itself runs: its door, and the functions of `import remora`.

Nothing of it uses the processor until somebody comes.  `door` opens the way in,
`api` holds what the program calls.
"""
