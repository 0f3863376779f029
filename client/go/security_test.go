// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// authority signs certificates, in a folder of its own.
type authority struct {
	t      *testing.T
	folder string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{t, t.TempDir()}
	a.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
		"-subj", "/CN=Test authority", "-days", "2", "-keyout", a.path("ca.key"),
		"-out", a.path("ca.pem"))
	return a
}

// sign gives the paths of a certificate for the names and of its key.
func (a authority) sign(name, names string) (certificate, key string) {
	a.t.Helper()
	certificate, key = a.path(name+".pem"), a.path(name+".key")
	a.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
		"/CN="+name, "-addext", "subjectAltName="+names, "-keyout", key, "-out", a.path("csr"))
	a.openssl("x509", "-req", "-in", a.path("csr"), "-CA", a.path("ca.pem"),
		"-CAkey", a.path("ca.key"), "-days", "2", "-copy_extensions", "copy", "-out", certificate)
	return certificate, key
}

func (a authority) path(name string) string { return filepath.Join(a.folder, name) }

func (a authority) openssl(arguments ...string) {
	a.t.Helper()
	if output, err := exec.Command("openssl", arguments...).CombinedOutput(); err != nil {
		a.t.Fatalf("openssl %s: %s\n%s", arguments[0], err, output)
	}
}

// newToken gives the path of a file with a token, and of the auth file that knows it.
func newToken(t *testing.T) (tokenFile, authFile string) {
	t.Helper()
	output, err := exec.Command(requiredProgram(t, "CACHECTL"), "token", "new", "billing", "--role",
		"write").Output()
	check(t, err)
	token, line, _ := strings.Cut(string(output), "\n")
	return writeFile(t, token+"\n"), writeFile(t, line)
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestATokenAndAClientCertificateOpenAServiceBehindTLS(t *testing.T) {
	authority := newAuthority(t)
	certificate, key := authority.sign("server", "IP:127.0.0.1")
	clientCertificate, clientKey := authority.sign("client", "DNS:client.example")
	tokenFile, authFile := newToken(t)
	server := startServer(t, "--tls_cert="+certificate, "--tls_key="+key,
		"--tls_client_ca="+authority.path("ca.pem"), "--auth_file="+authFile)
	environment := map[string]string{
		"APP_CACHE_BACKEND":         "remote",
		"APP_CACHE_STORAGE_URL":     "grpcs://" + server.address,
		"APP_CACHE_TLS_CA_FILE":     authority.path("ca.pem"),
		"APP_CACHE_TLS_CERT_FILE":   clientCertificate,
		"APP_CACHE_TLS_KEY_FILE":    clientKey,
		"APP_CACHE_AUTH_TOKEN_FILE": tokenFile,
	}
	store := openFrom(t, environment)
	check(t, store.Set(soon(t), "k", []byte("v")))
	value, _, err := store.Get(soon(t), "k")
	check(t, err)
	expect(t, "value", string(value), "v")
	err = store.Clear(soon(t))
	expect(t, "the role allows no Clear", errors.Is(err, ErrPermissionDenied), true)

	delete(environment, "APP_CACHE_AUTH_TOKEN_FILE")
	err = openFrom(t, environment).Ping(soon(t))
	expect(t, "without a token it is unauthenticated", errors.Is(err, ErrUnauthenticated), true)
	expectMentions(t, err, "APP_CACHE_AUTH_TOKEN_FILE")

	delete(environment, "APP_CACHE_TLS_CA_FILE")
	err = openFrom(t, environment).Ping(soon(t))
	expect(t, "an authority that nobody trusts is unavailable", errors.Is(err, ErrUnavailable), true)
	expectMentions(t, err, "APP_CACHE_TLS_CA_FILE")
}

func TestAServiceThatAsksForACertificateIsClosedToWhoShowsNone(t *testing.T) {
	authority := newAuthority(t)
	certificate, key := authority.sign("server", "IP:127.0.0.1")
	server := startServer(t, "--tls_cert="+certificate, "--tls_key="+key,
		"--tls_client_ca="+authority.path("ca.pem"))
	store := openRemote(t, RemoteOptions{
		URL: "grpcs://" + server.address, TLS: TLS{CAFile: authority.path("ca.pem")},
	})
	err := store.Ping(soon(t))
	expect(t, "is refused", errors.Is(err, ErrUnavailable) || errors.Is(err, ErrUnauthenticated), true)
	expectMentions(t, err, "certificate")
}

func TestAClientWithoutTLSIsToldOfAServiceBehindIt(t *testing.T) {
	authority := newAuthority(t)
	certificate, key := authority.sign("server", "IP:127.0.0.1")
	server := startServer(t, "--tls_cert="+certificate, "--tls_key="+key)
	err := openRemote(t, RemoteOptions{URL: server.url()}).Ping(soon(t))
	expect(t, "is unavailable", errors.Is(err, ErrUnavailable), true)
	expectMentions(t, err, "grpcs://")
}

func TestATokenGoesToAnotherMachineOverTLSAlone(t *testing.T) {
	const token = "cs_billing_c2VjcmV0"
	_, err := NewRemote(RemoteOptions{URL: "grpc://cache.example:50051", Token: token})
	expect(t, "is refused", errors.Is(err, ErrInvalidArgument), true)
	expectMentions(t, err, "in the clear", "grpcs://", "insecure_token")
	for _, options := range []RemoteOptions{
		{URL: "grpcs://cache.example:50051"},
		{URL: "grpc://localhost:50051"},
		{URL: "grpc://127.9.9.9:50051"},
		{URL: "grpc://[::1]:50051"},
		{URL: "unix:/run/cache.sock"},
		{URL: "grpc://cache.example:50051", InsecureToken: true},
	} {
		options.Token = token
		openRemote(t, options)
	}
}

func TestTheSocketOfAServiceIsCalledByItsPath(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "a cache.sock")
	server := startServerAt(t, "unix:"+socket, "serving on unix:")
	for _, url := range []string{"unix:" + socket, "grpc+unix://" + socket} {
		check(t, openRemote(t, RemoteOptions{URL: url}).Ping(soon(t)))
	}
	server.stop()
	err := openRemote(t, RemoteOptions{URL: "unix:" + socket}).Ping(soon(t))
	expectMentions(t, err, "unix:"+socket, "is cache_server running?")
}

func TestAFileOfTLSThatCannotBeUsedIsRefusedByItsName(t *testing.T) {
	text := writeFile(t, "no certificate")
	for _, c := range []struct {
		url   string
		tls   TLS
		wants []string
	}{
		{"grpcs://a:1", TLS{CAFile: "absent.pem"}, []string{"tls_ca_file", "absent.pem"}},
		{"grpcs://a:1", TLS{CAFile: text}, []string{"tls_ca_file", "holds no certificate"}},
		{"grpcs://a:1", TLS{CertFile: text}, []string{"tls_key_file", "together"}},
		{"grpcs://a:1", TLS{CertFile: text, KeyFile: text}, []string{"tls_cert_file"}},
		{"grpc://a:1", TLS{CAFile: text}, []string{"tls_ca_file", "write grpcs://"}},
	} {
		_, err := NewRemote(RemoteOptions{URL: c.url, TLS: c.tls})
		expect(t, "is refused", errors.Is(err, ErrInvalidArgument), true)
		expectMentions(t, err, c.wants...)
	}
}
