"""What library functions do to shapes, one file a library."""
