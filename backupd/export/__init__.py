"""Copies for people outside: verified on the way, as a BagIt bag in a folder, in zips, or behind a link that ends."""
