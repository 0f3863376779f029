// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// Settings decide which Store an application gets. SettingsFrom fills in the defaults; a zero field
// means its default as well.
type Settings struct {
	// Backend: none, memory (of this process) or remote (the service at Remote.URL).
	Backend string
	Memory  MemoryOptions
	Remote  RemoteOptions
	// TokenFile has Remote.Token. Read by NewStore.
	TokenFile string
}

// FromEnvironment makes the Store that the APP_CACHE_* variables describe; without them caching is
// off. It does not connect. ErrInvalidArgument names the variable, what it got and what it takes.
func FromEnvironment() (Store, error) {
	settings, err := SettingsFrom(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	return NewStore(settings)
}

// NewStore makes the Store that the settings describe.
func NewStore(settings Settings) (Store, error) {
	switch settings.Backend {
	case "", "none":
		return orError(NewNone(settings.Memory.Limits))
	case "memory":
		return orError(NewMemory(settings.Memory))
	case "remote":
		if settings.TokenFile != "" {
			token, err := ReadTokenFile(settings.TokenFile)
			if err != nil {
				return nil, err
			}
			settings.Remote.Token = token
		}
		return orError(NewRemote(settings.Remote))
	case "redis":
		return nil, invalid("backend: redis stands behind the service; run cache_server " +
			"--backend=redis, and use remote here")
	}
	return nil, invalid("backend: got %q; takes one of none, memory, remote", settings.Backend)
}

// orError keeps a nil pointer out of the interface.
func orError[S Store](store S, err error) (Store, error) {
	if err != nil {
		return nil, err
	}
	return store, nil
}

// SettingsFrom reads the settings that lookup finds, as os.LookupEnv does.
func SettingsFrom(lookup func(name string) (string, bool)) (Settings, error) {
	var settings Settings
	for _, variable := range variablesOf(&settings) {
		text, _ := lookup(variable.name)
		if text == "" { // A template that filled nothing in has set nothing.
			text = spec.SettingDefaults[variable.name]
		}
		if text == "" {
			continue
		}
		if text == "redis" && variable.name == "APP_CACHE_BACKEND" {
			_, err := NewStore(Settings{Backend: text})
			return Settings{}, err
		}
		if !variable.assign(text) {
			return Settings{}, invalid("%s: got %q; takes %s", variable.name, text, variable.takes)
		}
	}
	return settings, nil
}

// variable is a setting by its name, and how its text becomes a value: false if it is not accepted.
type variable struct {
	name   string
	takes  string
	assign func(text string) bool
}

func variablesOf(settings *Settings) []variable {
	const (
		size    = "a number of bytes, or one with KiB, MiB or GiB"
		ttl     = "seconds, or a duration such as 500ms, 90s or 24h, of at least 1ms"
		pem     = "the path of a PEM file, with a URL of grpcs://"
		address = "a URL such as grpc://127.0.0.1:50051"
	)
	limits, remote := &settings.Memory.Limits, &settings.Remote
	return []variable{
		{"APP_CACHE_BACKEND", "one of none, memory, remote", func(text string) bool {
			settings.Backend = text
			return text == "none" || text == "memory" || text == "remote"
		}},
		{"APP_CACHE_STORAGE_URL", address, func(text string) bool {
			remote.URL = text
			return true
		}},
		{"APP_CACHE_AUTH_TOKEN_FILE", "the path of a file with a token", toPath(&settings.TokenFile)},
		{"APP_CACHE_INSECURE_TOKEN", "true or false", func(text string) bool {
			remote.InsecureToken = text == "true"
			return text == "true" || text == "false"
		}},
		{"APP_CACHE_TLS_CA_FILE", pem, toPath(&remote.TLS.CAFile)},
		{"APP_CACHE_TLS_CERT_FILE", pem, toPath(&remote.TLS.CertFile)},
		{"APP_CACHE_TLS_KEY_FILE", pem, toPath(&remote.TLS.KeyFile)},
		{"APP_CACHE_DEFAULT_TTL_SECONDS", ttl, toDuration(&limits.DefaultTTL)},
		{"APP_CACHE_MAX_TTL_SECONDS", ttl, toDuration(&limits.MaxTTL)},
		{"APP_CACHE_MAX_ENTRIES", "a number from 1 to 2147483647",
			toNumber(&settings.Memory.MaxEntries, math.MaxInt32)},
		{"APP_CACHE_MAX_BYTES", size, toBytes(&settings.Memory.MaxBytes, 1<<50)},
		{"APP_CACHE_MAX_KEY_BYTES", size + ", up to 65536", toBytes(&limits.MaxKeyBytes, 64<<10)},
		{"APP_CACHE_MAX_VALUE_BYTES", size + ", up to 536870912",
			toBytes(&limits.MaxValueBytes, 512<<20)},
		{"APP_CACHE_MAX_BATCH_KEYS", "a number from 1 to 100000",
			toNumber(&limits.MaxBatchKeys, 100_000)},
	}
}

func toPath(target *string) func(string) bool {
	return func(text string) bool {
		*target = text
		return true
	}
}

func toNumber[T int | int64](target *T, most T) func(string) bool {
	return func(text string) bool {
		number, err := strconv.ParseInt(text, 10, 64)
		*target = T(number)
		return err == nil && number >= 1 && number <= int64(most)
	}
}

func toBytes[T int | int64](target *T, most T) func(string) bool {
	return func(text string) bool {
		unit := T(1)
		for _, larger := range []string{"KiB", "MiB", "GiB", "TiB"} {
			unit *= 1024
			if number := strings.TrimSuffix(text, larger); number != text {
				accepted := toNumber(target, most/unit)(number)
				*target *= unit
				return accepted
			}
		}
		return toNumber(target, most)(text)
	}
}

func toDuration(target *time.Duration) func(string) bool {
	const most = 100 * 365 * 24 * time.Hour
	return func(text string) bool {
		if number, err := strconv.ParseFloat(text, 64); err == nil {
			if !(number <= most.Seconds()) { // NaN, too.
				return false
			}
			*target = seconds(number)
		} else if *target, err = time.ParseDuration(text); err != nil {
			return false
		}
		return *target >= time.Millisecond && *target <= most
	}
}
