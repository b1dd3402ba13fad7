package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// touched keeps the compiler from leaving out that each record is read.
var touched byte

func touch(r *kgo.Record) {
	touched += ends(r.Key) + ends(r.Value) + byte(r.Offset)
}

func ends(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[0] + b[len(b)-1]
}

// consumer reads all partitions of the topic. franz-go checks CRCs unless told not to.
func consumer(s settings, from kgo.Offset, more ...kgo.Opt) (*kgo.Client, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(s.bootstrap, ",")...),
		kgo.ConsumeTopics(s.topic),
		kgo.ConsumeResetOffset(from),
	}
	return kgo.NewClient(append(options, more...)...)
}

// read takes records until wanted have come, and tells how many did.
func read(client *kgo.Client, wanted int, take func(*kgo.Record)) (int, error) {
	read := 0
	for read < wanted {
		patience, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		fetches := client.PollFetches(patience)
		cancel()
		if err := fetches.Err(); err != nil {
			return read, fmt.Errorf("after %d records: %w", read, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			take(r)
			read++
		})
	}
	return read, nil
}

// consume reads the first records of the topic.
func consume(s settings) (report, error) {
	begin := costsNow()
	client, err := consumer(s, kgo.NewOffset().AtStart())
	if err != nil {
		return report{}, err
	}
	defer client.Close()
	records, err := read(client, 1, touch)
	first := float64(time.Since(begin.at).Microseconds())
	if err == nil && s.records > records {
		var rest int
		rest, err = read(client, s.records-records, touch)
		records += rest
	}
	if err != nil {
		return report{}, err
	}
	r := newReport(s, records, 0, begin, costsNow(), nil)
	r.FirstRecord = &first
	return r, nil
}
