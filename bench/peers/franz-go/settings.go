package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// settings are those of bench/measure/settings.hpp, under the same names.
type settings struct {
	bootstrap, topic, payload string
	partitions                int
	records                   int
	seconds                   int

	Topics      int     `json:"topics"`
	Size        int     `json:"size"`
	Keys        int     `json:"keys"`
	Acks        string  `json:"acks"`
	Idempotence bool    `json:"idempotence"`
	Linger      float64 `json:"linger_ms"`
	Compression string  `json:"compression"`
	BatchBytes  int     `json:"batch_bytes"`
	BufferBytes int     `json:"buffer_bytes"`
	Rate        float64 `json:"rate"`
	Threads     int     `json:"threads"`
	Callback    bool    `json:"callback"`
	Sample      int     `json:"sample"`

	ReuseRecords bool `json:"reuse_records"`
}

func parse(mode string, arguments []string) (settings, error) {
	s := settings{Topics: 1, records: 1_000_000, Linger: 5, Sample: 100}
	if mode == "latency" || mode == "end-to-end" {
		s.records, s.Linger, s.Rate, s.Sample = 20_000, 0, 1000, 1
	}
	f := flag.NewFlagSet(mode, flag.ContinueOnError)
	f.StringVar(&s.bootstrap, "bootstrap", "localhost:9092", "host:port of a broker")
	f.StringVar(&s.topic, "topic", "", "the topic's name")
	f.StringVar(&s.payload, "payload", "", "a file whose lines, all of one length, are values")
	f.IntVar(&s.partitions, "partitions", 0, "of the topic; read only")
	f.IntVar(&s.records, "records", s.records, "how many")
	f.IntVar(&s.Topics, "topics", s.Topics, "that many topics, named TOPIC-0 and so on")
	f.IntVar(&s.Size, "size", 100, "bytes of a value")
	f.IntVar(&s.Keys, "keys", 0, "bytes of a key; 0: none")
	f.StringVar(&s.Acks, "acks", "all", "all, 1 or 0")
	f.BoolVar(&s.Idempotence, "idempotence", true, "number the batches")
	f.Float64Var(&s.Linger, "linger", s.Linger, "milliseconds")
	f.StringVar(&s.Compression, "compression", "none", "the codec")
	f.IntVar(&s.BatchBytes, "batch-bytes", 0, "size of a full batch; 0: franz-go's own")
	f.IntVar(&s.BufferBytes, "buffer-bytes", 0, "memory limit; 0: franz-go's own, 50,000 records")
	f.Float64Var(&s.Rate, "rate", s.Rate, "records a second; 0: as many as it can")
	f.IntVar(&s.Threads, "threads", 1, "goroutines that send")
	f.BoolVar(&s.Callback, "callback", true, "a delivery callback per record")
	f.IntVar(&s.Sample, "sample", s.Sample, "time every so many records")
	f.IntVar(&s.seconds, "seconds", 10, "how long an idle client is watched, after as long to come to rest")
	f.BoolVar(&s.ReuseRecords, "reuse-records", false, "send delivered records' structs again")
	if err := f.Parse(arguments); err != nil {
		return s, err
	}
	if s.topic == "" {
		return s, errors.New("--topic is missing")
	}
	return s, nil
}

func (s settings) topicNames() []string {
	if s.Topics == 1 {
		return []string{s.topic}
	}
	names := make([]string, s.Topics)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%d", s.topic, i)
	}
	return names
}

func (s settings) producerOptions() ([]kgo.Opt, error) {
	acks := map[string]kgo.Acks{
		"all": kgo.AllISRAcks(), "1": kgo.LeaderAck(), "0": kgo.NoAck(),
	}
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(),
		"zstd": kgo.ZstdCompression(),
	}
	wanted, knownAcks := acks[s.Acks]
	codec, knownCodec := codecs[s.Compression]
	if !knownAcks || !knownCodec {
		return nil, fmt.Errorf("--acks %s or --compression %s", s.Acks, s.Compression)
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(s.bootstrap, ",")...),
		kgo.RequiredAcks(wanted),
		kgo.ProducerLinger(time.Duration(s.Linger * float64(time.Millisecond))),
		kgo.ProducerBatchCompression(codec),
	}
	if !s.Idempotence {
		options = append(options, kgo.DisableIdempotentWrite(),
			kgo.MaxProduceRequestsInflightPerBroker(5))
	}
	if s.BatchBytes != 0 {
		options = append(options, kgo.ProducerBatchMaxBytes(int32(s.BatchBytes)))
	}
	if s.BufferBytes != 0 {
		options = append(options, kgo.MaxBufferedRecords(1<<30), kgo.MaxBufferedBytes(s.BufferBytes))
	}
	return options, nil
}
