"""Stores: bytes, paths and SDKs. Nothing here knows about shoots, the index or the service."""
