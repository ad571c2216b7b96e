"""Getting the bundle into a process of this host: into a running one, or into one that it starts.

`attach.attach` and `launch.launch` are the two entrances, `choose.doctor` says
what stands in the way, `reasons.AttachError` is what they raise.
"""
