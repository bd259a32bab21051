"""One module for each change, named by the version that brought it; each states a `CHANGE`."""
