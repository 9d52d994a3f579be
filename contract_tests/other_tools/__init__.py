"""What other tools find of the seeded defects, with the same API document: `make defects-others`. Not in the wheel."""
