package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// deliveries is what the promises tell. franz-go calls them one after the other.
type deliveries struct {
	failed  atomic.Int64
	taken   []time.Duration
	records *pool
}

func (d *deliveries) take(r *kgo.Record, err error) {
	if err != nil && d.failed.Add(1) == 1 {
		fmt.Fprintln(os.Stderr, "the first that failed:", err)
	}
	d.records.put(r)
}

func (d *deliveries) takeSince(sent time.Time) func(*kgo.Record, error) {
	return func(r *kgo.Record, err error) {
		d.taken = append(d.taken, time.Since(sent))
		d.take(r, err)
	}
}

func produce(s settings) (report, error) {
	work, err := newWorkload(s)
	if err != nil {
		return report{}, err
	}
	options, err := s.producerOptions()
	if err != nil {
		return report{}, err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return report{}, err
	}
	defer client.Close()
	if err := warmUp(client, s); err != nil {
		return report{}, err
	}

	told := &deliveries{records: &pool{on: s.ReuseRecords}}
	begin := costsNow()
	var senders sync.WaitGroup
	for i := range s.Threads {
		share := s.records / s.Threads
		if i < s.records%s.Threads {
			share++
		}
		senders.Go(func() { send(client, s, work, share, told) })
	}
	senders.Wait()
	if err := client.Flush(context.Background()); err != nil {
		return report{}, err
	}
	end := costsNow()

	if s.BatchBytes == 0 {
		s.BatchBytes = int(client.OptValue(kgo.ProducerBatchMaxBytes).(int32))
	}
	return newReport(s, s.records, told.failed.Load(), begin, end, told.taken), nil
}

// pool uses records again that were delivered, which spares the garbage collector. Off, every
// record is a new one, as in franz-go's documentation.
type pool struct {
	on   bool
	free sync.Pool
}

func (p *pool) get() *kgo.Record {
	if p.on {
		if r, ok := p.free.Get().(*kgo.Record); ok {
			return r
		}
	}
	return new(kgo.Record)
}

func (p *pool) put(r *kgo.Record) {
	if !p.on {
		return
	}
	*r = kgo.Record{}
	p.free.Put(r)
}

// send sends one goroutine's share of the records, each to the next topic.
func send(client *kgo.Client, s settings, work workload, share int, told *deliveries) {
	topics := s.topicNames()
	take := told.take
	due := newPace(s.Rate / float64(s.Threads))
	for i, value, key, topic := 0, 0, 0, 0; i < share; i++ {
		due.wait(i)
		r := told.records.get()
		r.Topic, r.Key, r.Value = topics[topic], work.keys[key], work.values[value]
		if s.Callback && i%s.Sample == 0 {
			client.Produce(context.Background(), r, told.takeSince(time.Now()))
		} else if s.Callback {
			client.Produce(context.Background(), r, take)
		} else {
			client.Produce(context.Background(), r, nil)
		}
		value, key, topic = next(value, len(work.values)), next(key, len(work.keys)), next(topic, len(topics))
	}
}

func next(i, of int) int {
	if i++; i == of {
		return 0
	}
	return i
}

// warmUp has the metadata and the connections ready before the clock starts.
func warmUp(client *kgo.Client, s settings) error {
	var all []*kgo.Record
	for _, topic := range s.topicNames() {
		all = append(all, &kgo.Record{Topic: topic, Value: []byte("warm-up")})
	}
	return client.ProduceSync(context.Background(), all...).FirstErr()
}

// pace holds a loop to a number of steps a second, by waking once a millisecond for all that is due.
type pace struct {
	perSecond   float64
	begin, next time.Time
	due         int
}

func newPace(perSecond float64) *pace {
	now := time.Now()
	return &pace{perSecond: perSecond, begin: now, next: now}
}

func (p *pace) wait(i int) {
	for p.perSecond != 0 && i >= p.due {
		time.Sleep(time.Until(p.next))
		p.next = p.next.Add(time.Millisecond)
		p.due = int(p.next.Sub(p.begin).Seconds() * p.perSecond)
	}
}
