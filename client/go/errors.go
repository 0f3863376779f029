// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// What errors.Is tells errors apart by.
var (
	// ErrInvalidArgument: a key, value, TTL, etag or batch is refused; the text says which.
	ErrInvalidArgument error = sentinel(codes.InvalidArgument)
	// ErrDeadlineExceeded: no answer in time; whether the call took effect is unknown. Is also
	// context.DeadlineExceeded.
	ErrDeadlineExceeded error = sentinel(codes.DeadlineExceeded)
	// ErrPermissionDenied: the caller's role does not allow the call.
	ErrPermissionDenied error = sentinel(codes.PermissionDenied)
	// ErrResourceExhausted: the store is full, too many calls are in flight, or a message is too
	// large.
	ErrResourceExhausted error = sentinel(codes.ResourceExhausted)
	// ErrFailedPrecondition: the store is closed, or what is stored does not fit the call.
	ErrFailedPrecondition error = sentinel(codes.FailedPrecondition)
	// ErrOutOfRange: a counter would leave the range of int64.
	ErrOutOfRange error = sentinel(codes.OutOfRange)
	// ErrUnimplemented: the service does not know the call, or caching is off.
	ErrUnimplemented error = sentinel(codes.Unimplemented)
	// ErrInternal: an answer that nobody can make sense of.
	ErrInternal error = sentinel(codes.Internal)
	// ErrUnavailable: the service cannot be reached, is not ready, or drains.
	ErrUnavailable error = sentinel(codes.Unavailable)
	// ErrUnauthenticated: the service does not know the caller.
	ErrUnauthenticated error = sentinel(codes.Unauthenticated)
)

type sentinel codes.Code

func (s sentinel) Error() string { return "cachestore: " + nameOf(codes.Code(s)) }

// Error is how a call of a Store ended, or why a Store could not be made. It never holds a key or
// a value.
type Error struct {
	// Code is gRPC's. A call that its own caller cancelled is CANCELLED, and context.Canceled.
	Code codes.Code
	// Operation is the call: Get, BatchSet. Empty where no call was made.
	Operation string
	// KeyBytes is the key's length, and KeyHash the first 8 hexadecimal digits of its SHA-256; 0
	// and empty for calls without one key.
	KeyBytes int
	KeyHash  string
	// Address is where the service is, as HOST:PORT or unix:PATH; empty in this process.
	Address string
	// Elapsed is how long the call took; 0 in this process.
	Elapsed time.Duration
	// Message is what happened, in the words of who noticed.
	Message string
	// Remedy is what to do about it.
	Remedy string

	// isLocal: the call never left this process, so that it says nothing of the service.
	isLocal bool
}

// Error has all of it in one line.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString("cachestore: ")
	if e.Operation != "" {
		text.WriteString(e.Operation)
		if e.KeyHash != "" {
			fmt.Fprintf(&text, " of a key (%d bytes, sha256 %s)", e.KeyBytes, e.KeyHash)
		}
		if e.Address != "" {
			text.WriteString(" at " + e.Address)
		}
		if e.Elapsed != 0 {
			fmt.Fprintf(&text, " after %s", e.Elapsed.Round(time.Microsecond))
		}
		text.WriteString(": ")
	}
	text.WriteString(nameOf(e.Code) + ": " + e.Message)
	if e.Remedy != "" {
		text.WriteString("; " + e.Remedy)
	}
	return text.String()
}

// Is tells whether target is the exported error of this code, or the context's.
func (e *Error) Is(target error) bool {
	switch target {
	case context.DeadlineExceeded:
		return e.Code == codes.DeadlineExceeded
	case context.Canceled:
		return e.Code == codes.Canceled
	}
	code, is := target.(sentinel)
	return is && codes.Code(code) == e.Code
}

// nameOf writes a code as the service does: INVALID_ARGUMENT.
func nameOf(code codes.Code) string {
	if known, is := spec.Errors[uint32(code)]; is {
		return known.Name
	}
	if code == codes.Canceled {
		return "CANCELLED"
	}
	return strings.ToUpper(code.String())
}

// contextError is for a call that may not begin, as its caller does not wait any more.
func contextError(ctx context.Context) *Error {
	switch ctx.Err() {
	case nil:
		return nil
	case context.DeadlineExceeded:
		return newError(codes.DeadlineExceeded, "the deadline had passed before the call began")
	default:
		return newError(codes.Canceled, "the caller cancelled the call before it began")
	}
}

// newError is one of a setting or of an argument: its message says what to do.
func newError(code codes.Code, format string, values ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, values...)}
}

func invalid(format string, values ...any) *Error {
	return newError(codes.InvalidArgument, format, values...)
}

func storeClosed() *Error {
	err := newError(codes.FailedPrecondition, "store is closed")
	err.isLocal = true
	return err
}

// of says which call of this process ended with e.
func (e *Error) of(operation, key string) *Error {
	e.Operation = operation
	e.setKey(key)
	return e
}

func (e *Error) setKey(key string) {
	if key == "" {
		return
	}
	digest := sha256.Sum256([]byte(key))
	e.KeyBytes, e.KeyHash = len(key), hex.EncodeToString(digest[:4])
}
