"""To be written."""

from duban.web.doors import Pages

pages = Pages()
