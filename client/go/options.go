// SPDX-License-Identifier: Apache-2.0

package cachestore

import "time"

// Condition is what a SetIf depends on. The zero Condition is always met.
type Condition struct {
	kind conditionKind
	etag []byte
}

type conditionKind int

const (
	always conditionKind = iota
	ifAbsent
	ifPresent
	ifEtag
)

// IfAbsent is met where no live entry is.
func IfAbsent() Condition { return Condition{kind: ifAbsent} }

// IfPresent is met where a live entry is.
func IfPresent() Condition { return Condition{kind: ifPresent} }

// IfEtag is met where the value has this etag, which a GetWith has returned: compare and set.
func IfEtag(etag []byte) Condition { return Condition{kind: ifEtag, etag: etag} }

// SetOption is TTL or KeepTTL.
type SetOption interface{ applyToSet(*setOptions) }

// IncrementOption is TTL.
type IncrementOption interface{ applyToIncrement(*setOptions) }

// GetOption is WantEtag, WantTTL or Touch.
type GetOption interface{ applyToGet(*readOptions) }

// ExistsOption is WantTTL or Touch.
type ExistsOption interface{ applyToExists(*readOptions) }

// TTL is how long an entry lives: more than zero, at most 365 days. Rounded up to the millisecond.
type TTL time.Duration

// Touch gives the entry a new TTL, counted from now, in one step with the read (sliding expiry).
type Touch time.Duration

type (
	keepTTL  struct{}
	wantEtag struct{}
	wantTTL  struct{}
)

// KeepTTL leaves the entry's TTL as it is; one that is not there yet gets the default. Not together
// with a TTL.
func KeepTTL() SetOption { return keepTTL{} }

// WantEtag asks for the value's etag.
func WantEtag() GetOption { return wantEtag{} }

// WantTTL asks for the TTL that remains.
func WantTTL() interface {
	GetOption
	ExistsOption
} {
	return wantTTL{}
}

type setOptions struct {
	ttl     *time.Duration
	keepTTL bool
}

type readOptions struct {
	wantEtag, wantTTL bool
	touch             *time.Duration
}

func (t TTL) applyToSet(options *setOptions)           { options.ttl = (*time.Duration)(&t) }
func (t TTL) applyToIncrement(options *setOptions)     { options.ttl = (*time.Duration)(&t) }
func (keepTTL) applyToSet(options *setOptions)         { options.keepTTL = true }
func (wantEtag) applyToGet(options *readOptions)       { options.wantEtag = true }
func (wantTTL) applyToGet(options *readOptions)        { options.wantTTL = true }
func (wantTTL) applyToExists(options *readOptions)     { options.wantTTL = true }
func (touch Touch) applyToGet(options *readOptions)    { options.touch = (*time.Duration)(&touch) }
func (touch Touch) applyToExists(options *readOptions) { options.touch = (*time.Duration)(&touch) }

func setOptionsOf(options []SetOption) setOptions {
	var all setOptions
	for _, option := range options {
		option.applyToSet(&all)
	}
	return all
}

func incrementOptionsOf(options []IncrementOption) setOptions {
	var all setOptions
	for _, option := range options {
		option.applyToIncrement(&all)
	}
	return all
}

func getOptionsOf(options []GetOption) readOptions {
	var all readOptions
	for _, option := range options {
		option.applyToGet(&all)
	}
	return all
}

func existsOptionsOf(options []ExistsOption) readOptions {
	var all readOptions
	for _, option := range options {
		option.applyToExists(&all)
	}
	return all
}
