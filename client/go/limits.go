// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"strings"
	"time"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// Limits are what one entry may be in a store of this process. A zero field means its default,
// which is the service's. What is beyond them is refused in the service's words.
type Limits struct {
	MaxKeyBytes   int           // 1024
	MaxValueBytes int           // 1 MiB
	DefaultTTL    time.Duration // 300 s
	MaxTTL        time.Duration // 365 days
	MaxBatchKeys  int           // 1000
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.MaxKeyBytes, spec.MaxKeyBytes)
	setDefault(&l.MaxValueBytes, spec.MaxValueBytes)
	setDefault(&l.DefaultTTL, spec.DefaultTTLSeconds*time.Second)
	setDefault(&l.MaxTTL, spec.MaxTTLSeconds*time.Second)
	setDefault(&l.MaxBatchKeys, spec.MaxBatchKeys)
	return l
}

func setDefault[T int | int64 | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// check tells whether they make sense together.
func (l Limits) check() error {
	const most = 100 * 365 * 24 * time.Hour
	switch {
	case l.MaxKeyBytes < 0 || l.MaxValueBytes < 0 || l.MaxBatchKeys < 0:
		return invalid("limits: one is below zero; give more, or leave it out")
	case l.MaxTTL > most:
		return invalid("max_ttl: is %s; give at most %s", formatTTL(l.MaxTTL), formatTTL(most))
	case l.DefaultTTL <= 0 || l.DefaultTTL > l.MaxTTL:
		return invalid("default_ttl: is %s; give more than zero, and at most max_ttl, %s",
			formatTTL(l.DefaultTTL), formatTTL(l.MaxTTL))
	}
	return nil
}

func (l Limits) checkKey(key string) *Error {
	if key == "" {
		return invalid("key: is empty; give a key of at least 1 byte")
	}
	if len(key) > l.MaxKeyBytes {
		return invalid("key: is %d bytes; the limit is %d bytes (max_key_bytes): shorten or hash it",
			len(key), l.MaxKeyBytes)
	}
	return nil
}

// checkTTL gives it in whole milliseconds, rounded up; the default one for nil.
func (l Limits) checkTTL(ttl *time.Duration) (time.Duration, *Error) {
	if ttl == nil {
		return ceilMillis(l.DefaultTTL), nil
	}
	return l.checkBounds("ttl", *ttl, "for the default of "+formatTTL(l.DefaultTTL))
}

func (l Limits) checkBounds(
	field string, ttl time.Duration, otherwise string,
) (time.Duration, *Error) {
	if ttl <= 0 {
		return 0, invalid("%s: is %s; give more than zero, or leave it out %s",
			field, formatTTL(ttl), otherwise)
	}
	if ttl > l.MaxTTL {
		return 0, invalid("%s: is %s; the limit is %s (max_ttl): give less",
			field, formatTTL(ttl), formatTTL(l.MaxTTL))
	}
	return ceilMillis(ttl), nil
}

// checkRead looks at a Get or an Exists, and gives the touch; 0 for none.
func (l Limits) checkRead(key string, options readOptions) (time.Duration, *Error) {
	if err := l.checkKey(key); err != nil || options.touch == nil {
		return 0, err
	}
	return l.checkBounds("touch", *options.touch, "to keep the TTL as it is")
}

func checkEtag(etag []byte) *Error {
	if len(etag) == spec.EtagBytes {
		return nil
	}
	return invalid("if_etag: is %d bytes; an etag has %d: give one that a Get with want_etag returned",
		len(etag), spec.EtagBytes)
}

// checkSet gives the TTL of an entry that the Set creates.
func (l Limits) checkSet(entry SetEntry, options setOptions) (time.Duration, *Error) {
	if err := l.checkKey(entry.Key); err != nil {
		return 0, err
	}
	if len(entry.Value) > l.MaxValueBytes {
		return 0, invalid("value: is %d bytes; the limit is %d bytes (max_value_bytes): "+
			"split or compress it", len(entry.Value), l.MaxValueBytes)
	}
	if options.keepTTL && options.ttl != nil {
		return 0, invalid("keep_ttl: is given, and so is a ttl; leave one of them out")
	}
	if entry.Condition.kind == ifEtag {
		if err := checkEtag(entry.Condition.etag); err != nil {
			return 0, err
		}
	}
	return l.checkTTL(options.ttl)
}

func (l Limits) checkBatchSize(field string, size int) *Error {
	if size == 0 {
		return invalid("%s: is empty; give at least one of them", field)
	}
	if size > l.MaxBatchKeys {
		return invalid("%s: has %d of them; the limit is %d (max_batch_keys): split the batch",
			field, size, l.MaxBatchKeys)
	}
	return nil
}

func (l Limits) checkKeys(keys []string) *Error {
	if err := l.checkBatchSize("keys", len(keys)); err != nil {
		return err
	}
	for i, key := range keys {
		if err := l.checkKey(key); err != nil {
			return invalid("keys[%d]: %s", i, strings.TrimPrefix(err.Message, "key: "))
		}
	}
	return nil
}

// checkEntries gives the TTL of each.
func (l Limits) checkEntries(entries []SetEntry) ([]time.Duration, *Error) {
	if err := l.checkBatchSize("entries", len(entries)); err != nil {
		return nil, err
	}
	ttls := make([]time.Duration, len(entries))
	for i, entry := range entries {
		ttl, err := l.checkSet(entry, setOptionsOf(entry.Options))
		if err != nil {
			return nil, invalid("entries[%d].%s", i, err.Message)
		}
		ttls[i] = ttl
	}
	return ttls, nil
}

func ceilMillis(d time.Duration) time.Duration {
	if whole := d.Truncate(time.Millisecond); whole < d {
		return whole + time.Millisecond
	}
	return d.Truncate(time.Millisecond)
}

// formatTTL writes 5m and 8760h1s, as the service does, where Go writes 5m0s and 8760h0m1s.
func formatTTL(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	text := strings.Replace(d.String(), "h0m", "h", 1)
	if strings.HasSuffix(text, "m0s") || strings.HasSuffix(text, "h0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	return strings.Replace(text, "µ", "u", 1)
}
