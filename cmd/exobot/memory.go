package main

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
)

// Of a library with so many passages, most of the memory is the library itself and its
// index, which the collector of garbage looks through in vain: by default it lets garbage
// grow to as much again before it does.
const (
	manyPassages = 100_000
	smallGarbage = 25 // per cent
)

// saveMemory makes the program collect garbage more often if it holds that many passages,
// unless GOGC says how often. It lasts until the program ends.
func saveMemory(passages int) {
	if passages >= manyPassages && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(smallGarbage)
	}
}

// peakMemory returns the most memory that the program has held so far, in bytes: resident,
// files that are mapped and in use included, as Linux counts it (VmHWM). Elsewhere it is
// what the Go runtime has taken from the system.
func peakMemory() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		for line := range bytes.Lines(status) {
			fields := bytes.Fields(line) // "VmHWM:     1234 kB"
			if len(fields) == 3 && string(fields[0]) == "VmHWM:" {
				if n, err := strconv.ParseUint(string(fields[1]), 10, 64); err == nil {
					return n << 10
				}
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}
