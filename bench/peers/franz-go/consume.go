package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// touched keeps the compiler from leaving out that each value is read.
var touched byte

// consume reads the first records of the topic. franz-go checks CRCs unless told not to.
func consume(s settings) (report, error) {
	begin := costsNow()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(s.bootstrap, ",")...),
		kgo.ConsumeTopics(s.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)
	if err != nil {
		return report{}, err
	}
	defer client.Close()

	read := 0
	for read < s.records {
		patience, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		fetches := client.PollFetches(patience)
		cancel()
		if err := fetches.Err(); err != nil {
			return report{}, fmt.Errorf("after %d records: %w", read, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if n := len(r.Value); n > 0 {
				touched += r.Value[0] + r.Value[n-1]
			}
			read++
		})
	}
	return newReport(s, read, 0, begin, costsNow(), nil), nil
}
