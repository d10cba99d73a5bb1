"""What is stored of a password: dear to guess, and made anew when the parameters rise."""

from argon2 import PasswordHasher

from duban.services.passwords import hash_password, is_password, needs_new_hash

PASSWORD = "lantern river 42 maple"


def test_what_is_stored_is_dear_to_guess() -> None:
    """The pages' own tests store cheaper ones (``tests/web/conftest.py``)."""
    stored = hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert [is_password(one, stored) for one in (PASSWORD, PASSWORD + "s", "")] == [
        True, False, False,
    ]  # fmt: skip
    cheaper = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    assert is_password(PASSWORD, cheaper)
    assert (needs_new_hash(stored), needs_new_hash(cheaper)) == (False, True)
