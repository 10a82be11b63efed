"""The pages: the only door to Flask. How to add some: README.md beside this file."""
