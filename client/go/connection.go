// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"math"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// rpc calls a method of the service.
type rpc func(context.Context, grpc.ClientConnInterface) error

// connection is a Remote's way to the service: two channels, as what gRPC repeats goes by method
// and not by call. Each connects with its first call. Goroutine-safe.
type connection struct {
	address     serviceAddress
	timeout     time.Duration
	maxInFlight int
	// repeating makes what ends UNAVAILABLE again, as spec.ServiceConfig says; once never does.
	repeating, once *grpc.ClientConn

	mu       sync.Mutex
	closed   bool
	inFlight int
}

func newConnection(address serviceAddress, options RemoteOptions) (*connection, error) {
	c := &connection{
		address:     address,
		timeout:     options.Timeout,
		maxInFlight: options.MaxCallsInFlight,
	}
	dial, err := dialOptions(address, options)
	if err != nil {
		return nil, err
	}
	var failed error
	if c.once, failed = grpc.NewClient(address.target, dial...); failed != nil {
		return nil, invalid("storage_url: %s", failed)
	}
	dial = append(dial, grpc.WithDefaultServiceConfig(spec.ServiceConfig))
	if c.repeating, failed = grpc.NewClient(address.target, dial...); failed != nil {
		_ = c.once.Close()
		return nil, invalid("storage_url: %s", failed)
	}
	return c, nil
}

func dialOptions(address serviceAddress, options RemoteOptions) ([]grpc.DialOption, error) {
	transport := insecure.NewCredentials()
	if address.isTLS {
		config, err := options.TLS.config()
		if err != nil {
			return nil, err
		}
		transport = credentials.NewTLS(config)
	}
	dial := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithNoProxy(),
		// A service config that a name server gives does not count.
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(math.MaxInt32),
			grpc.MaxCallSendMsgSize(math.MaxInt32),
			// With the default of 256 KiB, larger messages are silently not repeated.
			grpc.MaxRetryRPCBufferSize(math.MaxInt32),
		),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time:                seconds(spec.KeepaliveSeconds),
			Timeout:             seconds(spec.KeepaliveTimeoutSeconds),
			PermitWithoutStream: true,
		}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay:  seconds(spec.ReconnectInitialBackoffSeconds),
				Multiplier: backoff.DefaultConfig.Multiplier,
				Jitter:     backoff.DefaultConfig.Jitter,
				MaxDelay:   seconds(spec.ReconnectMaxBackoffSeconds),
			},
			// As for the answer to a ping.
			MinConnectTimeout: seconds(spec.KeepaliveTimeoutSeconds),
		}),
	}
	if options.Token != "" {
		dial = append(dial, grpc.WithPerRPCCredentials(bearer{options.Token}))
	}
	return dial, nil
}

// call makes one call that is all there is to an operation.
func (c *connection) call(
	ctx context.Context, operation, key string, mayRepeat bool, rpc rpc,
) error {
	ctx, end, err := c.begin(ctx)
	if err != nil {
		return c.complete(err, operation, key, 0)
	}
	defer end()
	if err := c.exchange(ctx, operation, key, mayRepeat, rpc); err != nil {
		return err
	}
	return nil
}

// begin lets an operation begin, if the store is open and not too many are in flight: within its
// deadline, and until its end is called.
func (c *connection) begin(ctx context.Context) (context.Context, func(), *Error) {
	if err := c.enter(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := c.bounded(ctx)
	return ctx, func() {
		cancel()
		c.leave()
	}, nil
}

// exchange makes one call of an operation that has begun. mayRepeat says whether it goes where
// calls are repeated.
func (c *connection) exchange(
	ctx context.Context, operation, key string, mayRepeat bool, rpc rpc,
) *Error {
	channel := c.once
	if mayRepeat {
		channel = c.repeating
	}
	start := time.Now()
	if failed := rpc(ctx, channel); failed != nil {
		return c.complete(c.errorOf(ctx, failed), operation, key, time.Since(start))
	}
	return nil
}

// bounded gives a context its deadline, if it has none.
func (c *connection) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, c.timeout)
}

func (c *connection) enter() *Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return storeClosed()
	}
	if c.inFlight >= c.maxInFlight {
		err := newError(codes.ResourceExhausted, "%d calls are in flight, and no more may be "+
			"(max_calls_in_flight)", c.inFlight)
		err.isLocal = true
		return err
	}
	c.inFlight++
	return nil
}

func (c *connection) leave() {
	c.mu.Lock()
	c.inFlight--
	isLast := c.closed && c.inFlight == 0
	c.mu.Unlock()
	if isLast {
		c.release()
	}
}

// close lets no call begin any more. The last one that is in flight releases the channels.
func (c *connection) close() {
	c.mu.Lock()
	isLast := !c.closed && c.inFlight == 0
	c.closed = true
	c.mu.Unlock()
	if isLast {
		c.release()
	}
}

func (c *connection) release() {
	_ = c.repeating.Close()
	_ = c.once.Close()
}

func seconds(number float64) time.Duration {
	return time.Duration(number * float64(time.Second))
}
