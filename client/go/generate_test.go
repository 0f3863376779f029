// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// write makes a file and the folders that it stands in.
func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, []byte(text), mode))
}

var toolAndVersion = regexp.MustCompile(`(protoc-gen-[a-z-]+)@([^)]+)\)`)

func TestStubsStayWhereProtocFailsAndAreReplacedWhereItDoesNot(t *testing.T) {
	script, err := os.ReadFile("generate.sh")
	check(t, err)
	root := t.TempDir()
	generate := filepath.Join(root, "client/go/generate.sh")
	stubs := filepath.Join(root, "client/go/internal/cachestorepb")
	write(t, generate, string(script), 0o755)
	write(t, filepath.Join(stubs, "old.pb.go"), "old", 0o644)
	// Tools that are there already, so that none is fetched.
	cache := filepath.Join(root, "cache")
	for _, tool := range toolAndVersion.FindAllStringSubmatch(string(script), -1) {
		check(t, os.MkdirAll(filepath.Join(cache, tool[1]+"-"+tool[2]), 0o755))
	}
	run := func(protoc string) error {
		write(t, filepath.Join(root, "bin/protoc"), "#!/bin/sh\n"+protoc+"\n", 0o755)
		command := exec.Command(generate, cache)
		command.Env = append(os.Environ(), "PATH="+filepath.Join(root, "bin")+":"+os.Getenv("PATH"))
		return command.Run()
	}
	const writeNew = `for flag; do
  case $flag in --go_out=*) echo new >"${flag#*=}/new.pb.go" ;; esac
done`

	expect(t, "whether it succeeds", run(writeNew+"; exit 1") == nil, false)
	expectOnly(t, stubs, "old.pb.go")
	expectOnly(t, filepath.Dir(stubs), "cachestorepb")
	check(t, run(writeNew))
	expectOnly(t, stubs, "new.pb.go")
	expectOnly(t, filepath.Dir(stubs), "cachestorepb")
}

// expectOnly fails the test unless a folder holds one file or folder, of this name.
func expectOnly(t *testing.T, folder, name string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	check(t, err)
	if len(files) != 1 || files[0].Name() != name {
		t.Errorf("%s holds %v, want %s alone", folder, files, name)
	}
}
