"""Errors a person must act on: a message says what was found, what was expected, and what to do."""


class UserFacingError(Exception):
    """An error the operator can fix; shown as its message, without a traceback."""


class SettingInvalid(UserFacingError):
    """A setting of `.env` or of the environment has a value that cannot be used."""


class FileRefused(UserFacingError):
    """A delivered file is refused as a whole: nothing of it is loaded (SPEC section 2)."""


class DeliveryRefused(UserFacingError):
    """The quality gate refuses a delivery: nothing of it enters `raw` (SPEC section 2)."""


class DeliveryLate(UserFacingError):
    """A delivery has not come as long as the run was to wait for it."""


class WarehouseInvalid(UserFacingError):
    """The warehouse is not in the state the stage needs."""


class TransientError(UserFacingError):
    """An error that may go away without a change of data or code: what failed may be tried again."""

    is_transient = True
