"""Given, no exercise: `wave.js` draws a tone."""
