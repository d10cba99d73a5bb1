"""The API under ``/api/v1``: the same queries and services as the pages, for programs."""
