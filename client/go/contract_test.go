// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Plays tests/contract/cases, whose form tests/contract/contract.proto has.

type contract struct {
	Title    string            `json:"title"`
	Settings map[string]string `json:"settings"`
	Cases    []contractCase    `json:"cases"`
}

type contractCase struct {
	Name  string         `json:"name"`
	Steps []contractStep `json:"steps"`
}

type contractStep struct {
	Call         string         `json:"call"`
	Key          string         `json:"key"`
	Value        string         `json:"value"`
	TTLSeconds   *float64       `json:"ttl_seconds"`
	IfAbsent     bool           `json:"if_absent"`
	IfPresent    bool           `json:"if_present"`
	IfEtag       *string        `json:"if_etag"`
	KeepTTL      bool           `json:"keep_ttl"`
	TouchSeconds *float64       `json:"touch_seconds"`
	WantEtag     bool           `json:"want_etag"`
	WantTTL      bool           `json:"want_ttl"`
	Delta        int64          `json:"delta,string"`
	Keys         []string       `json:"keys"`
	Times        *int           `json:"times"`
	Entries      []contractStep `json:"entries"`
	Eventually   bool           `json:"eventually"`
	Expect       expectation    `json:"expect"`
}

type expectation struct {
	Value      *string       `json:"value"`
	Miss       bool          `json:"miss"`
	Stored     *bool         `json:"stored"`
	Deleted    *bool         `json:"deleted"`
	Exists     *bool         `json:"exists"`
	Count      *string       `json:"count"`
	Etag       *string       `json:"etag"`
	TTLSeconds *ttlRange     `json:"ttl_seconds"`
	Error      string        `json:"error"`
	Mentions   []string      `json:"mentions"`
	Results    []expectation `json:"results"`
}

type ttlRange struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

func readContracts(t *testing.T) map[string]contract {
	t.Helper()
	paths, err := filepath.Glob("../../tests/contract/cases/*.json")
	check(t, err)
	if len(paths) == 0 {
		t.Fatal("there are no cases in tests/contract/cases")
	}
	contracts := map[string]contract{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(t, err)
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		var read contract
		if err := decoder.Decode(&read); err != nil {
			t.Fatalf("%s: %s", path, err)
		}
		contracts[filepath.Base(path)] = read
	}
	return contracts
}

func TestTheContractHoldsOverTheServiceAndInMemory(t *testing.T) {
	overService, inMemory := 0, 0
	for file, contract := range readContracts(t) {
		settings := contract.Settings
		t.Run("service/"+file, func(t *testing.T) {
			var flags []string
			for name, value := range settings {
				flags = append(flags, "--"+name+"="+value)
			}
			url := startServer(t, flags...).url()
			overService += play(t, contract, func(t *testing.T) Store {
				return openRemote(t, RemoteOptions{URL: url})
			})
		})
		backend, has := settings["backend"]
		if has && backend != "memory" && backend != "none" {
			continue
		}
		t.Run("process/"+file, func(t *testing.T) {
			played := play(t, contract, func(t *testing.T) Store { return openInProcess(t, settings) })
			if backend != "none" {
				inMemory += played
			}
		})
	}
	fmt.Printf("contract: %d cases over the service, %d in memory\n", overService, inMemory)
}

// play makes a subtest of each case, and tells how many there were.
func play(t *testing.T, contract contract, open func(*testing.T) Store) int {
	for _, c := range contract.Cases {
		t.Run(c.Name, func(t *testing.T) {
			store := open(t)
			if _, has := contract.Settings["backend"]; !has {
				check(t, store.Clear(soon(t)))
			}
			for i, step := range c.Steps {
				if problem := playStep(soon(t), store, step); problem != "" {
					t.Fatalf("step %d, %s: %s", i+1, step.Call, problem)
				}
			}
		})
	}
	return len(contract.Cases)
}

func playStep(ctx context.Context, store Store, step contractStep) string {
	limit := time.Now().Add(10 * time.Second)
	for {
		got := step.make(ctx, store)
		problem := step.Expect.problemWith(got, step)
		if problem == "" || !step.Eventually || time.Now().After(limit) {
			return problem
		}
		time.Sleep(5 * time.Millisecond) // What it waits for is time itself.
	}
}

// openInProcess gives the store of this process that the settings describe.
func openInProcess(t *testing.T, settings map[string]string) Store {
	t.Helper()
	names := map[string]string{
		"backend": "APP_CACHE_BACKEND", "max_entries": "APP_CACHE_MAX_ENTRIES",
		"max_bytes": "APP_CACHE_MAX_BYTES", "max_key_bytes": "APP_CACHE_MAX_KEY_BYTES",
		"max_value_bytes": "APP_CACHE_MAX_VALUE_BYTES", "max_batch_keys": "APP_CACHE_MAX_BATCH_KEYS",
		"default_ttl": "APP_CACHE_DEFAULT_TTL_SECONDS", "max_ttl": "APP_CACHE_MAX_TTL_SECONDS",
	}
	environment := map[string]string{"APP_CACHE_BACKEND": "memory"}
	for name, value := range settings {
		if names[name] == "" {
			t.Fatalf("the runner does not know the setting %s", name)
		}
		environment[names[name]] = value
	}
	return openFrom(t, environment)
}

func asCount(text string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic("no count: " + text)
	}
	return number
}
