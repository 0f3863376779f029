// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"sync"
	"time"
)

// breaker keeps calls from a service that does not answer. So many failures one after the other
// open it; while it is open no call may be made; then one call may try, and how that ends decides.
// A call that began before it opened or closed last decides nothing any more. Goroutine-safe.
type breaker struct {
	mostFailures int
	openFor      time.Duration
	now          func() time.Time

	mu         sync.Mutex
	isOpen     bool
	generation int // Counts how often it has opened and closed.
	failures   int // In a row, while it is closed.
	openUntil  time.Time
	isTrying   bool
}

// admission is what a call ends with that was let through.
type admission struct {
	generation int
	isTrial    bool
}

// verdict is what the end of a call says of the service.
type verdict int

const (
	saysNothing verdict = iota
	hasAnswered
	isAway
)

// admit tells whether a call may be made. If so, its end must be told by one end.
func (b *breaker) admit() (admission, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.isOpen {
		return admission{generation: b.generation}, true
	}
	if b.isTrying || b.now().Before(b.openUntil) {
		return admission{generation: -1}, false
	}
	b.isTrying = true
	return admission{b.generation, true}, true
}

func (b *breaker) end(a admission, o verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.isTrial {
		b.isTrying = false
	}
	if a.generation != b.generation || o == saysNothing {
		return
	}
	if o == hasAnswered {
		b.failures = 0
		if b.isOpen {
			b.isOpen = false
			b.generation++
		}
		return
	}
	b.failures++
	if b.isOpen || b.failures >= b.mostFailures {
		b.isOpen = true
		b.generation++
		b.openUntil = b.now().Add(b.openFor)
	}
}
