"""Errors of sealing.

AppError
└── SealBroken
"""

from aiconnected.kit.errors import AppError


class SealBroken(AppError):
    """What is kept sealed cannot be opened: it was changed, or sealed for another context."""
