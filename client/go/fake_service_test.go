// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"net"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// fakeService ends every call with a code, and counts them by method.
type fakeService struct {
	address string
	code    codes.Code

	// If not nil: answers a call instead, by its method and how many of it there were.
	answer func(method string, number int) (proto.Message, error)

	// If not nil: each call that arrives is told, and waits until it may go on.
	arrived chan string
	goOn    chan struct{}

	mu    sync.Mutex
	calls map[string]int
}

func startFakeService(t *testing.T, code codes.Code) *fakeService {
	t.Helper()
	f := &fakeService{code: code, calls: map[string]int{}}
	f.serve(t)
	return f
}

// startHoldingService holds every call until goOn is closed.
func startHoldingService(t *testing.T) *fakeService {
	t.Helper()
	f := &fakeService{
		code: codes.NotFound, calls: map[string]int{},
		arrived: make(chan string, 1000), goOn: make(chan struct{}),
	}
	f.serve(t)
	return f
}

// startAnsweringService answers every call as it is told to.
func startAnsweringService(
	t *testing.T, answer func(method string, number int) (proto.Message, error),
) *fakeService {
	t.Helper()
	f := &fakeService{answer: answer, calls: map[string]int{}}
	f.serve(t)
	return f
}

func (f *fakeService) serve(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	f.address = listener.Addr().String()
	service := grpc.NewServer(grpc.UnknownServiceHandler(f.handle))
	go func() { _ = service.Serve(listener) }()
	t.Cleanup(service.Stop)
}

func (f *fakeService) handle(_ any, stream grpc.ServerStream) error {
	path, _ := grpc.MethodFromServerStream(stream)
	method := path[strings.LastIndex(path, "/")+1:]
	f.mu.Lock()
	f.calls[method]++
	number := f.calls[method]
	f.mu.Unlock()
	if f.answer != nil {
		message, err := f.answer(method, number)
		if err != nil {
			return err
		}
		return stream.SendMsg(message)
	}
	if f.arrived != nil {
		f.arrived <- method
		<-f.goOn
	}
	return status.Error(f.code, "so it was to be")
}

func (f *fakeService) count(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[method]
}

// listenAndNeverAnswer accepts connections, and says nothing.
func listenAndNeverAnswer(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	var connections []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections = append(connections, connection)
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
		for _, connection := range connections {
			connection.Close()
		}
	})
	return listener.Addr().String()
}

// unusedAddress is one where nobody listens.
func unusedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	check(t, listener.Close())
	return listener.Addr().String()
}
