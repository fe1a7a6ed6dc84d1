"""What a page can do beyond showing: what-if, sorting, choosing groups."""
