package discord

// Update says that the files in testdata are to be rewritten.
var Update = update
