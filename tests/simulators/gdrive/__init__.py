"""A Google Drive that runs here: the wire format from the SDK's own discovery document, the meaning from documentation."""
