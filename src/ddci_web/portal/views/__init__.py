"""One module per kind of page; each view checks the address, asks for one thing and renders."""
