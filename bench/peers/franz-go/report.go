package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// report is the line of JSON that every program of the bench prints.
type report struct {
	Client                  string     `json:"client"`
	Mode                    string     `json:"mode"`
	Records                 int        `json:"records"`
	Failed                  int64      `json:"failed"`
	Seconds                 float64    `json:"seconds"`
	RecordsPerSecond        float64    `json:"records_per_second"`
	CPUSeconds              float64    `json:"cpu_seconds"`
	CPUPerRecord            float64    `json:"cpu_ns_per_record"`
	UserPerRecord           float64    `json:"user_ns_per_record"`
	SystemPerRecord         float64    `json:"system_ns_per_record"`
	ApplicationCPUPerRecord *float64   `json:"application_cpu_ns_per_record"` // a goroutine has no CPU time of its own
	PeakRSS                 int64      `json:"peak_rss_bytes"`
	AllocationsPerRecord    float64    `json:"allocations_per_record"`
	WakeupsPer1000          *float64   `json:"wakeups_per_1000"` // nor does one thread do the I/O
	ContextSwitchesPer1000  float64    `json:"context_switches_per_1000"`
	SystemCallsPer1000      *float64   `json:"system_calls_per_1000"`
	FirstRecord             *float64   `json:"first_record_us"`
	Latency                 *latencies `json:"latency_us"`
	Settings                settings   `json:"settings"`
}

type latencies struct {
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99.9"`
	Max  float64 `json:"max"`
}

// costs is what the process has used up to a moment.
type costs struct {
	at          time.Time
	usage       syscall.Rusage
	allocations uint64
}

func costsNow() costs {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	c := costs{allocations: memory.Mallocs}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &c.usage); err != nil {
		fail(err)
	}
	c.at = time.Now()
	return c
}

// newReport says what the work between two moments cost. It leaves taken sorted.
func newReport(s settings, records int, failed int64, begin, end costs, taken []time.Duration) report {
	user := end.usage.Utime.Nano() - begin.usage.Utime.Nano()
	system := end.usage.Stime.Nano() - begin.usage.Stime.Nano()
	switches := end.usage.Nvcsw + end.usage.Nivcsw - begin.usage.Nvcsw - begin.usage.Nivcsw
	seconds := end.at.Sub(begin.at).Seconds()
	each := func(n float64) float64 { return rounded(n / float64(records)) }
	return report{
		Client:                 "franz-go " + version(),
		Records:                records,
		Failed:                 failed,
		Seconds:                rounded(seconds),
		RecordsPerSecond:       math.Round(float64(records) / seconds),
		CPUSeconds:             rounded(float64(user+system) / 1e9),
		CPUPerRecord:           each(float64(user + system)),
		UserPerRecord:          each(float64(user)),
		SystemPerRecord:        each(float64(system)),
		PeakRSS:                peakResident(),
		AllocationsPerRecord:   each(float64(end.allocations - begin.allocations)),
		ContextSwitchesPer1000: each(float64(switches) * 1000),
		Latency:                summary(taken),
		Settings:               s,
	}
}

func (r report) print() error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	return nil
}

// summary takes percentiles by nearest rank, in microseconds.
func summary(taken []time.Duration) *latencies {
	if len(taken) == 0 {
		return nil
	}
	slices.Sort(taken)
	at := func(share float64) float64 {
		rank := int(math.Ceil(share * float64(len(taken))))
		return math.Round(float64(taken[max(rank, 1)-1])/100) / 10
	}
	return &latencies{at(0.5), at(0.99), at(0.999), at(1)}
}

func rounded(number float64) float64 { return math.Round(number*1000) / 1000 }

func version() string {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			if module.Path == "github.com/twmb/franz-go" {
				return strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "?"
}

func peakResident() int64 {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if text, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			kilobytes, _ := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
			return kilobytes * 1024
		}
	}
	return 0
}
