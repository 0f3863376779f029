// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWithoutSettingsCachingIsOff(t *testing.T) {
	_, isNone := openFrom(t, nil).(*None)
	expect(t, "is None", isNone, true)
}

func TestSettingsDecideWhatStandsBehindTheStore(t *testing.T) {
	_, isMemory := openFrom(t, map[string]string{"APP_CACHE_BACKEND": "memory"}).(*Memory)
	expect(t, "is Memory", isMemory, true)
	remote, isRemote := openFrom(t, map[string]string{"APP_CACHE_BACKEND": "remote"}).(*Remote)
	expect(t, "is Remote", isRemote, true)
	expect(t, "address", remote.connection.address.name, "127.0.0.1:50051")
}

func TestAnEmptyVariableIsAsGoodAsNone(t *testing.T) {
	remote, isRemote := openFrom(t, map[string]string{
		"APP_CACHE_BACKEND": "remote", "APP_CACHE_STORAGE_URL": "", "APP_CACHE_TLS_CA_FILE": "",
		"APP_CACHE_AUTH_TOKEN_FILE": "", "APP_CACHE_MAX_KEY_BYTES": "",
	}).(*Remote)
	expect(t, "is Remote", isRemote, true)
	expect(t, "address", remote.connection.address.name, "127.0.0.1:50051")
}

func TestASettingMayHaveAUnit(t *testing.T) {
	settings, err := SettingsFrom(lookupIn(map[string]string{
		"APP_CACHE_MAX_BYTES": "64MiB", "APP_CACHE_MAX_KEY_BYTES": "2KiB",
		"APP_CACHE_DEFAULT_TTL_SECONDS": "1.5", "APP_CACHE_MAX_TTL_SECONDS": "1h30m",
	}))
	check(t, err)
	expect(t, "max_bytes", settings.Memory.MaxBytes, 64<<20)
	expect(t, "max_key_bytes", settings.Memory.Limits.MaxKeyBytes, 2048)
	expect(t, "default_ttl", settings.Memory.Limits.DefaultTTL, 1500*time.Millisecond)
	expect(t, "max_ttl", settings.Memory.Limits.MaxTTL, 90*time.Minute)
}

func TestABadSettingIsOneLineWithItsNameWhatItGotAndWhatItTakes(t *testing.T) {
	for name, text := range map[string]string{
		"APP_CACHE_BACKEND":             "memcached",
		"APP_CACHE_INSECURE_TOKEN":      "yes",
		"APP_CACHE_DEFAULT_TTL_SECONDS": "NaN",
		"APP_CACHE_MAX_TTL_SECONDS":     "200000h\n",
		"APP_CACHE_MAX_ENTRIES":         "0",
		"APP_CACHE_MAX_BYTES":           "9999999TiB",
		"APP_CACHE_MAX_KEY_BYTES":       "1MiB",
		"APP_CACHE_MAX_VALUE_BYTES":     "-1",
		"APP_CACHE_MAX_BATCH_KEYS":      "ten",
	} {
		_, err := SettingsFrom(lookupIn(map[string]string{name: text}))
		expect(t, name+" is refused", errors.Is(err, ErrInvalidArgument), true)
		expectMentions(t, err, name, "got \"", "takes ")
		if err != nil {
			expect(t, "lines beyond the first", strings.Count(err.Error(), "\n"), 0)
		}
	}
}

func TestRedisIsReachedThroughTheService(t *testing.T) {
	_, err := SettingsFrom(lookupIn(map[string]string{"APP_CACHE_BACKEND": "redis"}))
	expect(t, "is refused", errors.Is(err, ErrInvalidArgument), true)
	expectMentions(t, err, "cache_server --backend=redis", "remote")
}

func TestAURLIsReadOrRefusedWithWhatIsTaken(t *testing.T) {
	for url, target := range map[string]string{
		"grpc://cache.example:50051": "dns:///cache.example:50051",
		"grpc://127.0.0.1:1/":        "dns:///127.0.0.1:1",
		"grpcs://[::1]:50051":        "dns:///[::1]:50051",
		"grpc+unix:///run/a b.sock":  "unix:/run/a%20b.sock",
		"unix:cache.sock":            "unix:cache.sock",
	} {
		address, err := parseServiceURL(url)
		if err != nil {
			t.Errorf("%s: %s", url, err)
		}
		expect(t, url, address.target, target)
	}
	for _, url := range []string{
		"", "cache:50051", "http://a:1", "grpc://", "grpc://a", "grpc://a:0", "grpc://a:65536",
		"grpc://a:1/path", "grpc://::1:1", "grpc:a:1", "unix:", "unix://run", "grpc+unix://run",
	} {
		_, err := parseServiceURL(url)
		if err == nil {
			t.Errorf("%q is taken", url)
			continue
		}
		expectMentions(t, err, "takes a URL such as", url)
	}
	_, err := parseServiceURL("grpc://user:secret@a:1")
	expectMentions(t, err, "has a user")
	expect(t, "whether it tells a password", strings.Contains(err.Error(), "secret"), false)
}
