// kcpp-perf's work, done by franz-go: franz-go-perf produce | consume | latency | end-to-end |
// idle, with the same options and the same line of JSON.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: franz-go-perf produce|consume|latency|end-to-end|idle [OPTION]..."))
	}
	mode := os.Args[1]
	s, err := parse(mode, os.Args[2:])
	if err != nil {
		fail(err)
	}
	if mode == "idle" {
		if err := idle(s); err != nil {
			fail(err)
		}
		return
	}
	run := map[string]func(settings) (report, error){
		"produce": produce, "latency": produce, "consume": consume, "end-to-end": endToEnd,
	}[mode]
	if run == nil {
		fail(fmt.Errorf("there is no %s", mode))
	}
	r, err := run(s)
	if err != nil {
		fail(err)
	}
	r.Mode = mode
	if err := r.print(); err != nil {
		fail(err)
	}
	if r.Failed > 0 {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "franz-go-perf:", err)
	os.Exit(1)
}
