// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"sync"
	"time"
)

// breaker keeps calls from a service that does not answer. So many failures one after the other
// open it; while it is open no call may be made; then one call may try, and how that ends decides.
// Goroutine-safe.
type breaker struct {
	mostFailures int
	openFor      time.Duration
	now          func() time.Time

	mu        sync.Mutex
	failures  int
	openUntil time.Time // Counts once failures has come to mostFailures.
	isTrying  bool
}

// mayCall tells whether a call may be made. If so, its end must be told by exactly one of
// succeeded, failed and ended.
func (b *breaker) mayCall() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < b.mostFailures {
		return true
	}
	if b.isTrying || b.now().Before(b.openUntil) {
		return false
	}
	b.isTrying = true
	return true
}

// succeeded: the service has answered.
func (b *breaker) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.isTrying = 0, false
}

func (b *breaker) failed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.isTrying = false
	if b.failures < b.mostFailures {
		b.failures++
	}
	b.openUntil = b.now().Add(b.openFor)
}

// ended: the call says nothing of the service, as its caller gave it up.
func (b *breaker) ended() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.isTrying = false
}
