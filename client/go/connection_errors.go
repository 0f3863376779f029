// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// errorOf says why a call failed, in the service's or gRPC's words.
func (c *connection) errorOf(ctx context.Context, failed error) *Error {
	answer := status.Convert(failed)
	err := newError(answer.Code(), "%s", answer.Message())
	switch err.Code {
	case codes.Canceled:
		if ctx.Err() == nil {
			err.Code = codes.Unavailable
			err.Message = "the service ended the call, as one that shuts down does: " + err.Message
			err.Remedy = "try again"
		}
	case codes.ResourceExhausted, codes.Internal: // What gRPC cannot encode or send.
		err.isLocal = strings.HasPrefix(err.Message, "trying to send message larger than max") ||
			strings.HasPrefix(err.Message, "grpc: error while marshaling")
	case codes.Unavailable:
		err.Remedy = adviceFor(answer.Message(), c.address)
	}
	return err
}

// complete says which call it was that ended so.
func (c *connection) complete(err *Error, operation, key string, elapsed time.Duration) *Error {
	err.Address, err.Elapsed = c.address.name, elapsed
	if err.Remedy == "" {
		err.Remedy = spec.Errors[uint32(err.Code)].Remedy
	}
	if err.Code == codes.InvalidArgument || err.Code == codes.FailedPrecondition {
		err.Remedy = "" // The message has it.
	}
	return err.of(operation, key)
}

// adviceFor goes by what gRPC says where it does not connect. Its words are no contract: those of
// another version get the general advice. What begins otherwise is the service's own.
func adviceFor(problem string, address serviceAddress) string {
	says := func(words string) bool { return strings.Contains(problem, words) }
	general := spec.Errors[uint32(codes.Unavailable)].Remedy
	switch {
	case !strings.HasPrefix(problem, "connection error") && !strings.HasPrefix(problem, "last "):
		return general
	case says("unknown authority") || says("has expired"):
		return "its certificate has expired, or nobody who is trusted has signed it; give the " +
			"file of its authority (APP_CACHE_TLS_CA_FILE)"
	case says("certificate is valid for") || says("doesn't contain any IP SANs"):
		return "its certificate is for other names; put one of them in the URL"
	case says("does not look like a TLS handshake"):
		return "it does not speak TLS; start it with tls_cert and tls_key"
	case says("certificate required") || (address.isTLS && (says("EOF") || says("reset"))):
		return "is it ready? If it asks for a certificate, give one that it trusts " +
			"(APP_CACHE_TLS_CERT_FILE)"
	case says("server preface") && !address.isTLS:
		return "is it ready? If it serves over TLS, write grpcs://"
	}
	return general
}
