"""The small publications of the public pages' tests serve here too."""

from tests.web.portal.conftest import _empty_shelf, publication_files, publications

__all__ = ["_empty_shelf", "publication_files", "publications"]
