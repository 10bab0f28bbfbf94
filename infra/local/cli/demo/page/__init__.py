"""The page that a demo call leaves: one HTML file with sound, words, times and money."""
