"""Use other machines: copy finished runs to an object store, make pages on a Dask cluster."""
