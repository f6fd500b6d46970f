"""Writers of small media files with real structure, for showing and measuring: standard library only."""
