"""Charts as data, which Office programs draw and their readers edit."""
