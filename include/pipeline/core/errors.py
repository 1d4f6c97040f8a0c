"""What can go wrong for reasons a person must act on: a message says what was found, expected, to do."""


class MentoringError(Exception):
    """A fault that the user can mend; shown as its message, without a traceback."""


class SettingInvalid(MentoringError):
    """A setting of `.env` or of the environment has a value that cannot be used."""


class FileRefused(MentoringError):
    """A delivered file is refused as a whole: nothing of it is loaded (SPEC section 2)."""


class DeliveryRefused(MentoringError):
    """The quality gate refuses a delivery: nothing of it enters `raw` (SPEC section 2)."""


class DeliveryLate(MentoringError):
    """A delivery has not come as long as the run was to wait for it."""


class WarehouseInvalid(MentoringError):
    """The warehouse is not in the state the stage needs."""


class PassingFault(MentoringError):
    """A fault that may pass without a change of data or code: what failed may be tried again."""

    may_pass = True
