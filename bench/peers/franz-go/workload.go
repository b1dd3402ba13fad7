package main

import (
	"bytes"
	"fmt"
	"math/bits"
	"os"
)

// workload is what is written: the values and keys of bench/measure/workload.cpp, byte for byte.
type workload struct {
	values, keys [][]byte
}

func newWorkload(s settings) (workload, error) {
	w := workload{values: [][]byte{bytes.Repeat([]byte("v"), s.Size)}, keys: madeKeys(s.Keys)}
	if s.payload == "" {
		return w, nil
	}
	text, err := os.ReadFile(s.payload)
	if err != nil {
		return w, err
	}
	w.values = bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for _, line := range w.values {
		if len(line) != len(w.values[0]) || len(line) == 0 {
			return w, fmt.Errorf("%s: its lines must be of one length, and not empty", s.payload)
		}
	}
	return w, nil
}

func madeKeys(length int) [][]byte {
	if length == 0 {
		return [][]byte{nil}
	}
	keys := make([][]byte, 65536)
	for i := range keys {
		rest := uint64(i) * 0x9e3779b97f4a7c15
		for range length {
			keys[i] = append(keys[i], "0123456789abcdef"[rest>>60])
			rest = bits.RotateLeft64(rest, 4)
		}
	}
	return keys
}
