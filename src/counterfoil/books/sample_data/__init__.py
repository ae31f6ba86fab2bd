"""An organization of invented customers and figures to try everything in, which is added and removed whole."""
