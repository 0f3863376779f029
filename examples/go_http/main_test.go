// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheServiceCachesAndAnswersWhileTheCacheIsDown(t *testing.T) {
	server := os.Getenv("CACHE_SERVER")
	if server == "" {
		t.Fatal("CACHE_SERVER is not set; give the path of the program")
	}
	cache := start(t, nil, "stderr", server, "--listen=127.0.0.1:0")
	_, address := cache.lineAfter("serving on ")

	program := filepath.Join(t.TempDir(), "go_http")
	if output, err := exec.Command("go", "build", "-o", program).CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, output)
	}
	service := start(t, []string{
		"LISTEN=127.0.0.1:0", "APP_CACHE_BACKEND=remote", "APP_CACHE_STORAGE_URL=grpc://" + address,
	}, "stdout", program)
	_, url := service.lineAfter("listening on ")

	for i := 0; i < 3; i++ {
		expectReport(t, url+"/reports/7", "report 7\n")
	}
	expectReport(t, url+"/reports/8", "report 8\n")
	cache.stop()
	expectReport(t, url+"/reports/7", "report 7\n")
	expectReport(t, url+"/reports/last", "report last\n")

	before, _ := service.lineAfter("computing report last")
	want := []string{"computing report 7", "computing report 8", "computing report 7"}
	if got := strings.Join(before, "; "); got != strings.Join(want, "; ") {
		t.Errorf("got %s, want %s", got, strings.Join(want, "; "))
	}
}

func expectReport(t *testing.T, url, want string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || string(body) != want {
		t.Errorf("got %d, %q, %v, want 200, %q", response.StatusCode, body, err, want)
	}
}

// process is a program that runs until the test ends.
type process struct {
	t       *testing.T
	command *exec.Cmd
	lines   *bufio.Scanner
}

func start(
	t *testing.T, environment []string, stream string, program string, flags ...string,
) *process {
	t.Helper()
	command := exec.Command(program, flags...)
	command.Env = append(os.Environ(), environment...)
	open := command.StdoutPipe
	if stream == "stderr" {
		open = command.StderrPipe
	}
	pipe, err := open()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t, command, bufio.NewScanner(pipe)}
	t.Cleanup(p.stop)
	return p
}

// lineAfter reads until a line has these words; gives the lines before it, and what comes after
// them, up to a semicolon.
func (p *process) lineAfter(words string) (before []string, rest string) {
	p.t.Helper()
	for p.lines.Scan() {
		if _, after, has := strings.Cut(p.lines.Text(), words); has {
			rest, _, _ = strings.Cut(after, ";")
			return before, rest
		}
		before = append(before, p.lines.Text())
	}
	p.t.Fatalf("no line says %q; there were %q", words, before)
	return nil, ""
}

func (p *process) stop() {
	if p.command.ProcessState == nil {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	}
}
