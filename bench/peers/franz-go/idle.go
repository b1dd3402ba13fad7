package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const fetchKey = 1

// traffic is told of what goes over the connections.
type traffic struct{ in, out, fetches atomic.Int64 }

func (t *traffic) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, bytes int, _, _ time.Duration, _ error) {
	t.out.Add(int64(bytes))
	if key == fetchKey {
		t.fetches.Add(1)
	}
}

func (t *traffic) OnBrokerRead(_ kgo.BrokerMetadata, _ int16, bytes int, _, _ time.Duration, _ error) {
	t.in.Add(int64(bytes))
}

// idle reads partitions of which nothing comes, and prints what that costs.
func idle(s settings) error {
	carried := &traffic{}
	client, err := consumer(s, kgo.NewOffset().AtEnd(), kgo.WithHooks(carried))
	if err != nil {
		return err
	}
	defer client.Close()
	pollFor(client, time.Duration(s.seconds)*time.Second)

	in, out, fetches := carried.in.Load(), carried.out.Load(), carried.fetches.Load()
	begin := costsNow()
	pollFor(client, time.Duration(s.seconds)*time.Second)
	end := costsNow()
	in, out, fetches = carried.in.Load()-in, carried.out.Load()-out, carried.fetches.Load()-fetches

	used := newReport(s, 1, 0, begin, end, nil)
	each := func(bytes int64) float64 { return math.Round(float64(bytes) / float64(fetches)) }
	line, err := json.Marshal(map[string]any{
		"client":              used.Client,
		"mode":                "idle",
		"seconds":             used.Seconds,
		"cpu_seconds":         used.CPUSeconds,
		"cpu_percent":         rounded(used.CPUSeconds / used.Seconds * 100),
		"peak_rss_bytes":      used.PeakRSS,
		"fetches_per_second":  rounded(float64(fetches) / used.Seconds),
		"bytes_out_per_fetch": each(out),
		"bytes_in_per_fetch":  each(in),
		"settings":            s,
	})
	if err == nil {
		fmt.Println(string(line))
	}
	return err
}

func pollFor(client *kgo.Client, span time.Duration) {
	until, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	for until.Err() == nil {
		client.PollFetches(until)
	}
}
