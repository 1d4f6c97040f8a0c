"""Errors a person must act on: a message says what was found, what was expected, and what to do."""


class UserFacingError(Exception):
    """An error the operator can fix; shown as its message, without a traceback."""


class SettingInvalid(UserFacingError):
    """A setting of `.env` or of the environment has a value that cannot be used."""


class FileRefused(UserFacingError):
    """A delivered file is refused as a whole: none of its rows are loaded."""


class DeliveryRefused(UserFacingError):
    """The quality gate refuses a delivery: none of its rows enter `raw`."""


class DeliveryLate(UserFacingError):
    """A delivery did not arrive within the time that its run waits."""


class WarehouseInvalid(UserFacingError):
    """The warehouse is not in the state the stage needs."""


class AuditFailed(UserFacingError):
    """A full build of a copy has other rows than the build, or fails."""


class TransientError(UserFacingError):
    """An error that may go away without a change of data or code: a retry may succeed."""

    is_transient = True
