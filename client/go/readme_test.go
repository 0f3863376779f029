// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What snippets are put in that are no whole program. It uses every import, so that they need not.
const aroundSnippet = `package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	cachestore "github.com/cachestore/cachestore/client/go"
)

var (
	ctx = context.Background()
	_   = errors.Is
	_   = os.Getenv
	_   = time.Second
	_   = fmt.Print
	_   cachestore.Store
)

func report(context.Context) ([]byte, error) { return []byte("report 7"), nil }

type printer struct{}

func (printer) CallEnded(call cachestore.Call) {
	fmt.Printf("%s hits=%d misses=%d\n", call.Operation, call.Hits, call.Misses)
}

var _ = printer{}.CallEnded
var _ = report

func main() {
SNIPPET}
`

var snippetAndOutput = regexp.MustCompile("(?s)```go\n(.*?)```\n```text\n(.*?)```")

func TestTheReadmesSnippetsPrintWhatItSays(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	check(t, err)
	snippets := snippetAndOutput.FindAllStringSubmatch(string(readme), -1)
	expect(t, "snippets with an output", len(snippets), strings.Count(string(readme), "```go\n"))
	url := startServer(t).url()

	// Within this module, so that it is the one that they import. Go itself passes over a _.
	folder, err := os.MkdirTemp(".", "_readme_")
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(folder)) })
	for _, snippet := range snippets {
		program, want := snippet[1], snippet[2]
		name := strings.SplitN(program, "\n", 2)[0]
		t.Run(name, func(t *testing.T) {
			if !strings.HasPrefix(program, "package main") {
				program = strings.Replace(aroundSnippet, "SNIPPET", program, 1)
			}
			path := filepath.Join(folder, "main.go")
			check(t, os.WriteFile(path, []byte(program), 0o600))
			command := exec.Command("go", "run", "./"+path)
			command.Env = append(os.Environ(), "APP_CACHE_BACKEND=remote", "APP_CACHE_STORAGE_URL="+url)
			output, err := command.CombinedOutput()
			if err != nil || string(output) != want {
				t.Errorf("got %v\n%s\nwant\n%s", err, output, want)
			}
		})
	}
}
