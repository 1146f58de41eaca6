"""Where the files of sources, computations and publications lie below the data folder."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ddci_web.results.models import Computation, Snapshot, Source

SENSITIVITY_FILE, FLAGGED_FILE = "sensitivity.json", "flagged.json"


class LostFilesError(Exception):
    """Files that a row in the database stands for are missing, damaged or not the ones that were written."""


def upload_file(source: Source) -> Path:
    """The archive as it was handed in."""
    return Path(settings.MEDIA_ROOT) / "uploads" / f"{source.sha256}.zip"


def source_folder(source: Source) -> Path:
    """The unpacked archive; named by what is in it, so that the same archive is kept once."""
    return Path(settings.MEDIA_ROOT) / "sources" / source.sha256


def wave_folder(source: Source) -> Path:
    """The folder inside the source that holds wave.toml."""
    return (source_folder(source) / source.wave_file).parent


def computation_folder(computation: Computation) -> Path:
    return Path(settings.MEDIA_ROOT) / "computations" / str(computation.pk)


def publication_folder(snapshot: Snapshot) -> Path:
    return Path(settings.MEDIA_ROOT) / "publications" / f"{snapshot.wave.code}-{snapshot.number}"
