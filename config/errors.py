"""A configuration that cannot be used, told before anything else runs."""


class ConfigurationInvalid(Exception):
    """The file, the key and what is wrong with it, as one sentence."""

    code = "configuration-invalid"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
