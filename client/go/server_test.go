// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is a cache_server that a test has started.
type server struct {
	t       *testing.T
	command *exec.Cmd
	address string // 127.0.0.1:PORT.
}

const servingOnPort = `serving on (127\.0\.0\.1:\d+)`

// startServer waits until it serves; it ends with the test.
func startServer(t *testing.T, flags ...string) *server {
	t.Helper()
	return startServerAt(t, "127.0.0.1:0", servingOnPort, flags...)
}

// startServerAt waits for a line that matches serving; its first group is the address.
func startServerAt(t *testing.T, listen, serving string, flags ...string) *server {
	t.Helper()
	program := requiredProgram(t, "CACHE_SERVER")
	command := exec.Command(program, append([]string{"--listen=" + listen}, flags...)...)
	stderr, err := command.StderrPipe()
	check(t, err)
	check(t, command.Start())
	s := &server{t: t, command: command}
	t.Cleanup(s.stop)
	var log []string
	pattern := regexp.MustCompile(serving)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		log = append(log, lines.Text())
		if found := pattern.FindStringSubmatch(lines.Text()); found != nil {
			s.address = found[len(found)-1]
			go func() { // It must never wait for a reader.
				for lines.Scan() {
				}
			}()
			return s
		}
	}
	t.Fatalf("cache_server does not serve:\n%s", strings.Join(log, "\n"))
	return nil
}

// stop ends it at once. May be repeated.
func (s *server) stop() {
	if s.command.ProcessState == nil {
		_ = s.command.Process.Kill()
		_ = s.command.Wait()
	}
}

// halt lets none of its threads run on, until a SIGCONT.
func (s *server) halt() {
	s.t.Helper()
	pid := s.command.Process.Pid
	check(s.t, syscall.Kill(pid, syscall.SIGSTOP))
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		s.t.Fatalf("it does not halt: %v, %v", status, err)
	}
}

func (s *server) url() string { return "grpc://" + s.address }

func requiredProgram(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s is not set; give the path of the program", variable)
	}
	return path
}

func openRemote(t *testing.T, options RemoteOptions) *Remote {
	t.Helper()
	store, err := NewRemote(options)
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	return store
}

func openMemory(t *testing.T, options MemoryOptions) *Memory {
	t.Helper()
	store, err := NewMemory(options)
	check(t, err)
	return store
}

// openFrom gives the store that these variables describe.
func openFrom(t *testing.T, environment map[string]string) Store {
	t.Helper()
	settings, err := SettingsFrom(lookupIn(environment))
	check(t, err)
	store, err := NewStore(settings)
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	return store
}

func lookupIn(environment map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, has := environment[name]
		return value, has
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// withoutDeadline leaves it to the store how long a call may take.
var withoutDeadline = context.Background()

// soon is a deadline far away from what a test waits for.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func expectMentions(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(fmt.Sprint(err), word) {
			t.Errorf("got the error %q, want one that mentions %q", fmt.Sprint(err), word)
		}
	}
}
