"""The index: what is known, when and how it was known. Nothing here knows about stores, SDKs or settings."""
