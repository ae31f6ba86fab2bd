"""The Sandbox payment gateway: a believable gateway for trying Counterfoil out, where no money is real.

It is somebody else's program: a process of its own with a port and an SQLite file of its own, reached only over HTTP.
Nothing here imports the rest of Counterfoil, and nothing there imports this. docs/sandbox.md describes its interface.
"""
