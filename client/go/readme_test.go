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

var (
	snippetAndOutput = regexp.MustCompile("(?s)```go\n(.*?)```\n```text\n(.*?)```")
	programAndOutput = regexp.MustCompile("(?s)```go\n(package main.*?)```\n```text\n(.*?)```")
	// commandLine is one that is typed as it stands.
	commandLine = regexp.MustCompile(`(?m)^    (.+)$`)
)

func readReadme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	check(t, err)
	return string(text)
}

func TestAModuleGetsTheClientByTheReadmesLines(t *testing.T) {
	readme := readReadme(t)
	var typed []string
	for _, line := range commandLine.FindAllStringSubmatch(readme, -1) {
		typed = append(typed, line[1])
	}
	expect(t, "lines", len(typed), 3)
	program := programAndOutput.FindStringSubmatch(readme)

	checkout, err := filepath.Abs("../..")
	check(t, err)
	root := t.TempDir()
	check(t, os.Symlink(checkout, filepath.Join(root, "cachestore")))
	module := filepath.Join(root, "greeter")
	write(t, filepath.Join(module, "go.mod"), "module example.org/greeter\n\ngo 1.19\n", 0o644)
	write(t, filepath.Join(module, "main.go"), program[1], 0o644)
	command := exec.Command("bash", "-e", "-c", strings.Join(append(typed, "go run ."), "\n"))
	command.Dir = module
	url := startServer(t).url()
	command.Env = append(os.Environ(), "APP_CACHE_BACKEND=remote", "APP_CACHE_STORAGE_URL="+url)
	var said strings.Builder
	command.Stderr = &said
	output, err := command.Output()
	if err != nil || string(output) != program[2] {
		t.Errorf("got %v\n%s%s\nwant\n%s", err, &said, output, program[2])
	}
}

func TestTheReadmesSnippetsPrintWhatItSays(t *testing.T) {
	readme := readReadme(t)
	snippets := snippetAndOutput.FindAllStringSubmatch(readme, -1)
	expect(t, "snippets with an output", len(snippets), strings.Count(readme, "```go\n"))
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
