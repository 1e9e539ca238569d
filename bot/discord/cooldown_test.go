package discord

import (
	"fmt"
	"testing"
	"time"
)

// What is remembered of people and messages is bounded.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	users := buckets{rate: Rate{Burst: 2, Every: time.Hour}}
	var known exchanges
	again := repeats{within: time.Hour}
	var places shelf[place]
	now := time.Now()
	for i := range 2*maxExchanges + 7 {
		id := fmt.Sprint(i)
		users.take(id)
		if i%2 == 0 {
			users.take(id)
		}
		known.begin(id, now, uint64(i))
		if f, first := again.begin(uint64(i), now); first {
			f.finish(id, "")
		}
		places.put(id, place{ID: id})
	}
	if n := len(users.known); n > maxBuckets {
		t.Errorf("%d buckets, at most %d are allowed", n, maxBuckets)
	}
	if n, m := len(known.known), known.order.Len(); n > maxExchanges || m > maxExchanges {
		t.Errorf("%d and %d exchanges, at most %d are allowed", n, m, maxExchanges)
	}
	if n := len(again.known); n > maxRepeats {
		t.Errorf("%d questions, at most %d are allowed", n, maxRepeats)
	}
	if n, m := len(places.known), places.order.Len(); n > maxPlaces || m > maxPlaces {
		t.Errorf("%d and %d places, at most %d are allowed", n, m, maxPlaces)
	}
	if known.end("0") != nil {
		t.Error("the oldest exchange is still there")
	}
	if f, first := again.begin(7, now.Add(2*time.Hour)); f == nil || !first {
		t.Error("a question that was asked long ago counts as repeated")
	}
	if f, first := again.begin(1<<40, now.Add(2*time.Hour)); f == nil || !first {
		t.Error("old questions leave no room for new ones")
	}
}

// The zero value sets no limits, nor does half of a rate.
func TestNoCooldowns(t *testing.T) {
	t.Parallel()
	for _, rate := range []Rate{{}, {Burst: 1}, {Every: time.Hour}} {
		b := buckets{rate: rate}
		for range 100 {
			if !b.take("somebody") {
				t.Fatalf("%+v limits", rate)
			}
		}
	}
	var r repeats
	if f, _ := r.begin(1, time.Now()); f != nil {
		t.Error("repeated questions are remembered")
	}
}
