// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	pb "github.com/cachestore/cachestore/client/go/internal/cachestorepb"
	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// RemoteOptions say where the service is and how to call it. A zero field means its default.
type RemoteOptions struct {
	// URL: grpc://HOST:PORT, grpcs://HOST:PORT over TLS, grpc+unix:///PATH. Default:
	// grpc://127.0.0.1:50051.
	URL string
	TLS TLS
	// Token shows the service who calls, see ReadTokenFile. InsecureToken: whether it may go to
	// another machine without TLS, where something else encrypts, a mesh, say.
	Token         string
	InsecureToken bool
	// Timeout is how long a call may take whose context has no deadline: 5 s. Raise it where a
	// Clear takes longer.
	Timeout time.Duration
	// MaxCallsInFlight: 10000. Those beyond end with ErrResourceExhausted at once.
	MaxCallsInFlight int
}

// Remote is a cache service that programs share. Its limits, its default TTL and its errors are
// the service's. Goroutine-safe; make one for a process.
//
// Get, Exists, Ping, Clear, Set, BatchGet, BatchExists and BatchSet are made again when they end
// UNAVAILABLE, up to four times within the deadline; never what has a condition, keeps or touches
// a TTL, deletes or counts. After a failure the connection comes back by itself.
type Remote struct{ connection *connection }

// NewRemote connects with the first call: a service that is not there yet is no error here.
// ErrInvalidArgument: an option is none, or the token would travel in the clear to another machine.
func NewRemote(options RemoteOptions) (*Remote, error) {
	if options.URL == "" {
		options.URL = spec.SettingDefaults["APP_CACHE_STORAGE_URL"]
	}
	setDefault(&options.Timeout, seconds(spec.TimeoutSeconds))
	setDefault(&options.MaxCallsInFlight, spec.MaxCallsInFlight)
	address, err := parseServiceURL(options.URL)
	if err != nil {
		return nil, err
	}
	if err := options.TLS.check(address); err != nil {
		return nil, err
	}
	if options.Timeout < 0 || options.MaxCallsInFlight < 0 {
		return nil, invalid("Timeout, MaxCallsInFlight: one is below zero; give more, or leave it out")
	}
	if options.Token != "" && !isToken(options.Token) {
		return nil, invalid("token: is none; takes the first line of `cachectl token new`")
	}
	if options.Token != "" && !address.isTLS && !address.isThisMachine && !options.InsecureToken {
		return nil, invalid("token: would travel in the clear to %s; write grpcs://, or set "+
			"insecure_token where something else encrypts", address.name)
	}
	connection, failed := newConnection(address, options)
	if failed != nil {
		return nil, failed
	}
	return &Remote{connection}, nil
}

// Get is as Store says.
func (r *Remote) Get(ctx context.Context, key string) ([]byte, bool, error) {
	entry, found, err := r.GetWith(ctx, key)
	return entry.Value, found, err
}

// GetWith is as Store says.
func (r *Remote) GetWith(
	ctx context.Context, key string, options ...GetOption,
) (Entry, bool, error) {
	read := getOptionsOf(options)
	request := &pb.GetRequest{
		Key: []byte(key), WantEtag: read.wantEtag, WantTtl: read.wantTTL, Touch: durationOf(read.touch),
	}
	var reply *pb.GetResponse
	err := r.connection.call(ctx, "Get", key, read.touch == nil, getting(request, &reply))
	if err != nil || reply.Value == nil {
		return Entry{}, false, err
	}
	return Entry{Value: reply.Value, Etag: reply.Etag, TTL: reply.Ttl.AsDuration()}, true, nil
}

func getting(request *pb.GetRequest, reply **pb.GetResponse) rpc {
	return func(ctx context.Context, channel grpc.ClientConnInterface) (err error) {
		*reply, err = pb.NewCacheStoreClient(channel).Get(ctx, request)
		return err
	}
}

// Exists is as Store says.
func (r *Remote) Exists(ctx context.Context, key string) (bool, error) {
	_, exists, err := r.ExistsWith(ctx, key)
	return exists, err
}

// ExistsWith is as Store says.
func (r *Remote) ExistsWith(
	ctx context.Context, key string, options ...ExistsOption,
) (time.Duration, bool, error) {
	read := existsOptionsOf(options)
	request := &pb.ExistsRequest{
		Key: []byte(key), WantTtl: read.wantTTL, Touch: durationOf(read.touch),
	}
	var reply *pb.ExistsResponse
	err := r.connection.call(ctx, "Exists", key, read.touch == nil,
		func(ctx context.Context, channel grpc.ClientConnInterface) (err error) {
			reply, err = pb.NewCacheStoreClient(channel).Exists(ctx, request)
			return err
		})
	return reply.GetTtl().AsDuration(), reply.GetExists(), err
}

// Set is as Store says.
func (r *Remote) Set(ctx context.Context, key string, value []byte, options ...SetOption) error {
	_, err := r.set(ctx, "Set", SetEntry{Key: key, Value: value, Options: options})
	return err
}

// SetIf is as Store says.
func (r *Remote) SetIf(
	ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
) (bool, error) {
	entry := SetEntry{Key: key, Value: value, Condition: condition, Options: options}
	return r.set(ctx, "SetIf", entry)
}

func (r *Remote) set(ctx context.Context, operation string, entry SetEntry) (bool, error) {
	request := setRequestOf(entry)
	var reply *pb.SetResponse
	err := r.connection.call(ctx, operation, entry.Key, mayRepeat(request),
		func(ctx context.Context, channel grpc.ClientConnInterface) (err error) {
			reply, err = pb.NewCacheStoreClient(channel).Set(ctx, request)
			return err
		})
	return reply.GetStored(), err
}

// Delete is as Store says.
func (r *Remote) Delete(ctx context.Context, key string) (bool, error) {
	return r.remove(ctx, "Delete", &pb.DeleteRequest{Key: []byte(key)})
}

// DeleteIf is as Store says.
func (r *Remote) DeleteIf(ctx context.Context, key string, etag []byte) (bool, error) {
	// An empty one is sent, and refused; nil would be taken for none.
	return r.remove(ctx, "DeleteIf", &pb.DeleteRequest{Key: []byte(key), IfEtag: copyOf(etag)})
}

func (r *Remote) remove(
	ctx context.Context, operation string, request *pb.DeleteRequest,
) (bool, error) {
	var reply *pb.DeleteResponse
	err := r.connection.call(ctx, operation, string(request.Key), false,
		func(ctx context.Context, channel grpc.ClientConnInterface) (err error) {
			reply, err = pb.NewCacheStoreClient(channel).Delete(ctx, request)
			return err
		})
	return reply.GetDeleted(), err
}

// Increment is as Store says.
func (r *Remote) Increment(
	ctx context.Context, key string, delta int64, options ...IncrementOption,
) (Count, error) {
	request := &pb.IncrementRequest{
		Key: []byte(key), Delta: delta, Ttl: durationOf(incrementOptionsOf(options).ttl),
	}
	var reply *pb.IncrementResponse
	err := r.connection.call(ctx, "Increment", key, false,
		func(ctx context.Context, channel grpc.ClientConnInterface) (err error) {
			reply, err = pb.NewCacheCounterClient(channel).Increment(ctx, request)
			return err
		})
	return Count{Value: reply.GetValue(), TTL: reply.GetTtl().AsDuration()}, err
}

// Clear is as Store says.
func (r *Remote) Clear(ctx context.Context) error {
	return r.connection.call(ctx, "Clear", "", true,
		func(ctx context.Context, channel grpc.ClientConnInterface) error {
			_, err := pb.NewCacheStoreClient(channel).Clear(ctx, &pb.ClearRequest{})
			return err
		})
}

// Ping is as Store says.
func (r *Remote) Ping(ctx context.Context) error {
	return r.connection.call(ctx, "Ping", "", true,
		func(ctx context.Context, channel grpc.ClientConnInterface) error {
			_, err := pb.NewCacheStoreClient(channel).Ping(ctx, &pb.PingRequest{})
			return err
		})
}

// Close ends this client's connection. Calls in flight end as they would have, and the service
// goes on for others.
func (r *Remote) Close() error {
	r.connection.close()
	return nil
}

func durationOf(d *time.Duration) *durationpb.Duration {
	if d == nil {
		return nil
	}
	return durationpb.New(*d)
}
