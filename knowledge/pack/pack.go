// Package pack is the knowledge that Exobot ships with: the exosome primer, embedded
// in the program. Read it with knowledge.Open.
package pack

import "embed"

// FS holds the files of the pack, with pack.yaml at its root.
//
//go:embed *.yaml articles/*.yaml
var FS embed.FS
