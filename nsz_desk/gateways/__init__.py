"""How the two systems speak: two dialects, one shape. Nothing else of the program knows HTTP."""
