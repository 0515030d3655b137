"""Pages of a PDF as characters with boxes, and lines of them."""
