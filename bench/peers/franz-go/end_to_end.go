package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// began is what stamps count from: the monotonic clock, of which Go shows only differences.
var began = time.Now()

func sendStamped(client *kgo.Client, s settings) {
	value := make([]byte, max(s.Size, 8))
	binary.LittleEndian.PutUint64(value, uint64(time.Since(began)))
	client.Produce(context.Background(), &kgo.Record{Topic: s.topic, Value: value}, nil)
}

func age(r *kgo.Record) time.Duration {
	return time.Since(began) - time.Duration(binary.LittleEndian.Uint64(r.Value))
}

// endToEnd sends the records at their rate, reads them, and tells how long each took.
func endToEnd(s settings) (report, error) {
	options, err := s.producerOptions()
	if err != nil {
		return report{}, err
	}
	producer, err := kgo.NewClient(options...)
	if err != nil {
		return report{}, err
	}
	defer producer.Close()
	reader, err := consumer(s, kgo.NewOffset().AtStart())
	if err != nil {
		return report{}, err
	}
	defer reader.Close()
	// Connections are there before the clock starts.
	sendStamped(producer, s)
	if _, err := read(reader, 1, func(*kgo.Record) {}); err != nil {
		return report{}, fmt.Errorf("warming up: %w", err)
	}

	taken := make([]time.Duration, 0, s.records)
	begin := costsNow()
	go func() {
		due := newPace(s.Rate)
		for i := range s.records {
			due.wait(i)
			sendStamped(producer, s)
		}
	}()
	records, err := read(reader, s.records, func(r *kgo.Record) { taken = append(taken, age(r)) })
	if err != nil {
		return report{}, err
	}
	return newReport(s, records, 0, begin, costsNow(), taken), nil
}
