"""A report before it has a format: parts, chapters and blocks, which every writer puts on its own paper."""
