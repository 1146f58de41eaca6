"""The publications of the public pages."""

from tests.web.portal.conftest import _empty_shelf, publication_files, publications

__all__ = ["_empty_shelf", "publication_files", "publications"]
