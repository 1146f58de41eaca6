"""The website: shows what the library computed."""
