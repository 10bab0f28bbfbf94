"""`make bench`: what the product's speed and memory are, beside what they are promised to be."""
