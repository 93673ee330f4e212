"""The surfaces: command line, HTTP and the page, over use-cases that know neither."""
