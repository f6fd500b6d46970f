"""The figures of the README, measured side by side on the same warm tree: `make bench`, or `python -m bench --quick`."""
