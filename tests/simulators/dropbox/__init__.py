"""A Dropbox that runs here: the API's wire format from the SDK's own types, the meaning from its documentation."""
